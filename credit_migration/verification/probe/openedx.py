"""Open edX Credentials' own ways to award a program certificate, for learners in each state."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from credit_migration.host import Host
from credit_migration.verification.probe.admin_page import AdminPage
from credit_migration.verification.probe.tasks import filled, host_tasks

ROWS = ("null program", "this program", "another program", "status empty", "two pathways")
STEPS = {
    "first award": "awarded",
    "award again": "awarded",
    "revoke": "revoked",
    "award after revoke": "awarded",
}
API = "/api/v2/credentials/"
Trial = tuple[str, Callable[[], Any]]
Award = Callable[[str, str], Any]
"""Gives a learner, by username, the certificate in this status."""


class OpenEdxCredentials:
    """The adapter for Open edX Credentials: its data, its issuer, REST API, admin and model."""

    def __init__(self, host: Host, issuers: Any) -> None:
        self.host = host
        self.issuers = issuers
        self.learners: list[str] = []
        self.missing: list[str] = []
        # No event leaves for another service, and what listens here listens still.
        settings.EVENT_BUS_PRODUCER = None

    def prepare(self) -> None:
        """Make the site, two programs, their pathways and certificates, and a member of staff."""
        host = self.host
        self.site, _ = Site.objects.get_or_create(pk=1, defaults={"domain": "probe.invalid", "name": "Probe"})
        relations: Any = Site._meta.related_objects
        configuration: Any = next(r.related_model for r in relations if r.get_accessor_name() == "siteconfiguration")
        values = {"platform_name": "Probe", "records_enabled": True, "partner_from_address": "partner@probe.invalid",
                  "lms_url_root": "https://lms.invalid", "catalog_api_url": "https://catalog.invalid/"}  # fmt: skip
        configuration.objects.update_or_create(site=self.site, defaults=values)
        self.programs = [
            self._made(host.program, site=self.site, uuid=uuid.uuid4(), title=f"Probe {n}") for n in (1, 2)
        ]
        self.pathways = [self._pathway(n) for n in (1, 2)]
        self.certificate = self._made(
            host.certificate,
            site=self.site,
            is_active=True,
            program=self.programs[0],
            program_uuid=self.programs[0].uuid,
        )
        self.staff = self._made(host.user, username="probe-staff", is_staff=True, is_superuser=True, is_active=True)

    def _pathway(self, number: int) -> Any:
        pathway = self._made(
            self.host.pathway, site=self.site, uuid=uuid.uuid4(), name=f"Probe {number}", org_name=f"Probe {number}",
            email=f"registrar{number}@institution.invalid",
        )  # fmt: skip
        pathway.programs.set(self.programs)
        return pathway

    def _made(self, model: Any, **values: Any) -> Any:
        return model.objects.create(**values)

    def trials(self) -> Iterator[Trial]:
        """Yield each award to try, its name first."""
        self.page = AdminPage(self.host.credential, self.staff, self.site.domain)
        for way, award in self._ways():
            for state in self._states():
                username = self._learner(state)
                for step, status in STEPS.items():
                    yield f"{way}: {state}: {step}", partial(award, username, status)
                    if way == "admin":
                        for action in self.page.actions() if step in {"award again", "revoke"} else ():
                            yield f"admin: {state}: '{action}' after {step}", partial(self._act, action, username)

    def _ways(self) -> Iterator[tuple[str, Award]]:
        yield "issuer", self._award_by_issuer
        try:
            resolve(API)
            yield "REST API", self._award_by_api
        except Resolver404:
            self.missing.append(f"REST API: nothing answers at {API}")
        if self.page.why_not:
            self.missing.append(f"admin: {self.page.why_not}")
        else:
            yield "admin", self._award_by_admin
        yield "model save", self._award_by_row
        yield from self._tasks()

    def _tasks(self) -> Iterator[tuple[str, Award]]:
        """Yield the host's Celery tasks that award when they are given a learner and the program."""
        tasks = host_tasks()
        if not tasks:
            self.missing.append("task: the host has no Celery task")
        for name, task in tasks.items():
            username = self._learner("no row")
            arguments = filled(task, self._values(username, "awarded"))
            if isinstance(arguments, str):
                self.missing.append(f"task {name}: nothing is known for its parameter '{arguments}'")
                continue
            try:
                task.apply(kwargs=arguments, throw=True)
            except Exception as exc:
                self.missing.append(f"task {name}: it ended with {type(exc).__name__}: {exc}")
                continue
            if self._row(username).pk is None:
                self.missing.append(f"task {name}: it awards nothing")
            else:
                yield f"task {name}", partial(self._award_by_task, task)

    def _states(self) -> Iterator[str]:
        for row in ROWS:
            yield row
            if self.host.shared_record is not None:
                yield f"{row}, no shared record"
        yield "no row"

    def _learner(self, state: str) -> str:
        row, _, record = state.partition(", ")
        name = f"probe-{len(self.learners)}"
        user = self._made(self.host.user, username=name, email=f"{name}@learner.invalid", is_active=True)
        self.learners.append(str(user.email))
        if not record and self.host.shared_record is not None:
            self._made(self.host.shared_record, user=user, program=self.programs[0])
        if row == "no row":
            return name
        for pathway in self.pathways if row == "two pathways" else self.pathways[:1]:
            status = "" if row == "status empty" else "sent"
            values: dict[str, Any] = {"user": user, "pathway": pathway, "status": status}
            if self.host.code_has_program and row in {"this program", "another program"}:
                values[self.host.config.program_field] = self.programs[row == "another program"]
            self.host.request.objects.create(**values)  # type: ignore[attr-defined]
        return name

    def _award_by_issuer(self, username: str, status: str) -> None:
        request: Any = RequestFactory().get("/", HTTP_HOST=self.site.domain)
        request.site, request.user = self.site, self.staff
        self.issuers.ProgramCertificateIssuer().issue_credential(
            self.certificate, username, status=status, request=request
        )

    def _award_by_api(self, username: str, status: str) -> None:
        cache.clear()  # an API's throttle counts there, and so many awards in a second are the probe's alone
        client = import_module("rest_framework.test").APIClient()
        client.force_authenticate(self.staff)
        body = {
            "username": username,
            "status": status,
            "credential": {"type": "program", "program_uuid": str(self.programs[0].uuid)},
            "attributes": [],
        }
        answer = client.post(API, body, format="json", HTTP_HOST=self.site.domain)
        if answer.status_code >= 300:
            raise RuntimeError(f"the REST API answered {answer.status_code}: {answer.content.decode()[:200]}")

    def _award_by_admin(self, username: str, status: str) -> None:
        row = self._row(username)
        self.page.save(
            row, username=username, status=status, credential_id=self.certificate.pk,
            credential_content_type=row.credential_content_type_id,
        )  # fmt: skip

    def _act(self, action: str, username: str) -> None:
        self.page.act(action, self._row(username))

    def _award_by_row(self, username: str, status: str) -> None:
        row = self._row(username)
        row.status = status
        row.save()

    def _award_by_task(self, task: Any, username: str, status: str) -> None:
        task.apply(kwargs=filled(task, self._values(username, status)), throw=True)

    def _row(self, username: str) -> Any:
        """Return the learner's award, a new one that is not saved if there is none."""
        model: Any = self.host.credential
        key = {
            "username": username,
            "credential_id": self.certificate.pk,
            "credential_content_type": ContentType.objects.get_for_model(self.certificate),
        }
        return model.objects.filter(**key).first() or model(**key, status="awarded")

    def _values(self, username: str, status: str) -> dict[str, Any]:
        """Return what a task's parameter of this name would be given."""
        user = self.host.user.objects.get(username=username)  # type: ignore[attr-defined]
        program = self.programs[0]
        one = {
            "username": username, "user_id": user.pk, "user": user.pk, "learner_id": user.pk, "email": user.email,
            "lms_user_id": getattr(user, "lms_user_id", None),
            "program_uuid": str(program.uuid), "program_id": program.pk, "program": program.pk,
            "certificate_id": self.certificate.pk, "program_certificate_id": self.certificate.pk,
            "credential_id": self.certificate.pk, "certificate": self.certificate.pk,
        }  # fmt: skip
        many = {"usernames": [username], "user_ids": [user.pk], "program_uuids": [str(program.uuid)],
                "program_ids": [program.pk]}  # fmt: skip
        return {**one, **many, "status": status, "site_id": self.site.pk}
