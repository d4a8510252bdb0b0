"""The world of the campus host, and every way in which it awards; run there beside ``inside.py``."""

import io
import json

from campus.catalog.models import Pathway, Program
from campus.core.models import SiteConfiguration, User
from campus.credentials.models import ProgramCertificate, UserCredential
from campus.records.models import ProgramCertRecord, UserCreditPathway
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.core.management import call_command
from django.test import Client

INSTITUTIONS = ("registrar@north.example", "office@south.example")
LEARNERS = "@learners.example"
"""Ends the address of each learner."""


def world():
    site, _ = Site.objects.get_or_create(pk=1, defaults={"domain": "campus.example", "name": "Campus"})
    SiteConfiguration.objects.get_or_create(site=site)
    program = Program.objects.create(site=site, title="Masonry")
    pathways = [
        Pathway.objects.create(site=site, name=f"To {name}", org_name=f"University of {name}", email=address)
        for name, address in zip(("North", "South"), INSTITUTIONS, strict=True)
    ]
    program.pathways.set(pathways)
    return (
        site,
        program,
        pathways,
        ProgramCertificate.objects.create(site=site, program=program, program_uuid=program.uuid),
    )


def new_learner():
    """Return a learner who has shared the record and requested credit along both pathways, once without a program."""
    number = User.objects.count()
    user = User.objects.create(
        username=f"learner{number}", email=f"learner{number}@learners.example", first_name="Ann", last_name="Mason"
    )
    ProgramCertRecord.objects.bulk_create([ProgramCertRecord(user=user, program=program)])
    rows = [UserCreditPathway(user=user, pathway=pathways[0]),
            UserCreditPathway(user=user, pathway=pathways[1], program=program)]  # fmt: skip
    UserCreditPathway.objects.bulk_create(rows)
    return user


def credential_of(user):
    return UserCredential.objects.get(username=user.username)


def certificate_type():
    return ContentType.objects.get_for_model(ProgramCertificate)


def by_issuer(user, status="awarded"):
    from campus.credentials.issuers import ProgramCertificateIssuer

    return ProgramCertificateIssuer().issue_credential(certificate, user.username, status)


def by_api(user, status="awarded"):
    response = staff.post(
        "/api/credentials/",
        json.dumps({"username": user.username, "program_uuid": str(program.uuid), "status": status}),
        content_type="application/json",
    )
    assert response.status_code == 201, response.content


def by_admin_action(user):
    _award_row(user)
    for action in ("revoke", "award_again"):
        response = staff.post(
            "/admin/credentials/usercredential/", {"action": action, "_selected_action": [credential_of(user).pk]}
        )
        assert response.status_code == 302, response.content


def by_admin_form(user):
    response = staff.post(
        "/admin/credentials/usercredential/add/",
        {"credential_content_type": certificate_type().pk, "credential_id": certificate.pk,
         "username": user.username, "status": "awarded"},
    )  # fmt: skip
    assert response.status_code == 302, response.content


def _award_row(user):
    return UserCredential.objects.create(
        credential_content_type=certificate_type(), credential_id=certificate.pk, username=user.username
    )


def by_model(user):
    row = _award_row(user)
    row.status = "revoked"
    row.save()
    row.status = "awarded"
    row.save()


def by_queryset(user):
    UserCredential.objects.update_or_create(
        username=user.username, credential_content_type=certificate_type(), credential_id=certificate.pk
    )


def by_command(user):
    call_command("award_program_certificates", str(program.uuid), user.username, stdout=io.StringIO())


def revoke_and_award(user):
    for status in ("awarded", "revoked", "awarded"):
        by_issuer(user, status)


def visit(user):
    client = Client()
    client.force_login(user)
    client.get(f"/records/{program.uuid}/")


site, program, pathways, certificate = world()
root = User.objects.create_superuser("root", "root@campus.example", "x")
staff = Client()
staff.force_login(root)

AWARDING_COMMANDS = ("award_program_certificates",)
AWARDS = (
    by_issuer,
    by_api,
    by_admin_action,
    by_admin_form,
    by_model,
    by_queryset,
    by_command,
    revoke_and_award,
    visit,
)
