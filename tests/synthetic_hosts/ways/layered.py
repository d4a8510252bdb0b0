"""The world of the layered host, and every way in which it awards; run there beside ``inside.py``."""

import io
import json

from college.kernel.bus import bus
from college.modules.awards.domain import AwardProgram
from college.modules.awards.models import ProgramCertificate, UserCredential
from college.modules.catalog.models import Pathway, Program
from college.modules.crediting.models import CreditRequest, SharedRecord
from college.modules.people.models import Member
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client

INSTITUTIONS = ("registrar@north.example", "office@south.example")
LEARNERS = "@learners.example"
"""Ends the address of each learner."""


def new_learner():
    """Return a learner who has shared the record and requested credit along both pathways, once without a program."""
    number = Member.objects.count()
    learner = Member.objects.create(
        username=f"learner{number}", email=f"learner{number}@learners.example", first_name="Ann", last_name="Mason"
    )
    SharedRecord.objects.bulk_create([SharedRecord(learner=learner, program=program)])
    rows = [CreditRequest(learner=learner, pathway=pathways[0]),
            CreditRequest(learner=learner, pathway=pathways[1], program=program)]  # fmt: skip
    CreditRequest.objects.bulk_create(rows)
    return learner


def award_row(learner):
    return UserCredential.objects.create(
        credential_content_type=ContentType.objects.get_for_model(ProgramCertificate),
        credential_id=certificate.pk,
        username=learner.username,
    )


def post(address, data):
    response = staff.post(address, json.dumps(data), content_type="application/json")
    assert response.status_code in (201, 202), response.content


def by_bus(learner, status="awarded"):
    bus.dispatch(AwardProgram(learner.username, program.uuid, status))


def by_api(learner, status="awarded"):
    post("/api/awards/", {"username": learner.username, "program_uuid": str(program.uuid), "status": status})


def by_task(learner):
    post("/api/awards/later/", [{"username": learner.username, "program_uuid": str(program.uuid)}])


def by_admin_action(learner):
    row = award_row(learner)
    for action in ("revoke", "award_again"):
        data = {"action": action, "_selected_action": [row.pk]}
        response = staff.post("/admin/awards/usercredential/", data)
        assert response.status_code == 302, response.content


def by_admin_form(learner):
    data = {
        "credential_content_type": ContentType.objects.get_for_model(ProgramCertificate).pk,
        "credential_id": certificate.pk,
        "username": learner.username,
        "status": "awarded",
    }
    response = staff.post("/admin/awards/usercredential/add/", data)
    assert response.status_code == 302, response.content


def by_model(learner):
    row = award_row(learner)
    for status in ("revoked", "awarded"):
        row.status = status
        row.save()


def by_queryset(learner):
    UserCredential.objects.record(certificate, learner.username, "awarded")


def by_command(learner):
    call_command("award", str(program.uuid), learner.username, stdout=io.StringIO())


def revoke_and_award(learner):
    for status in ("awarded", "revoked", "awarded"):
        by_bus(learner, status)


def visit(learner):
    client = Client()
    client.force_login(learner)
    client.get(f"/my/{program.uuid}/")


program = Program.objects.create(title="Masonry")
pathways = [
    Pathway.objects.create(institution=f"University of {name}", contact=address)
    for name, address in zip(("North", "South"), INSTITUTIONS, strict=True)
]
program.pathways.set(pathways)
certificate = ProgramCertificate.objects.create(program=program, program_uuid=program.uuid)
staff = Client()
staff.force_login(Member.objects.create_superuser("root", "root@college.example", "x"))

AWARDING_COMMANDS = ("award",)
AWARDS = (
    by_bus,
    by_api,
    by_task,
    by_admin_action,
    by_admin_form,
    by_model,
    by_queryset,
    by_command,
    revoke_and_award,
    visit,
)
