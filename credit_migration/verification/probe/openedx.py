"""Open edX Credentials' own ways to award a program certificate, for learners in each state."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.test import RequestFactory

from credit_migration.host import Host

STATES = (
    "null program",
    "this program",
    "another program",
    "status empty",
    "two pathways",
    "no shared record",
    "no row",
)
Trial = tuple[str, Callable[[], Any]]


class OpenEdxCredentials:
    """The adapter for Open edX Credentials: its data, its issuer, REST API, admin and model."""

    def __init__(self, host: Host, issuers: Any) -> None:
        self.host = host
        self.issuers = issuers
        self.learners: list[str] = []

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
        for state in STATES:
            for way in ("issuer", "REST API", "admin", "model save"):
                username = self._learner(state, way)
                yield f"{way}: {state}: first award", lambda w=way, u=username: self._award(w, u)  # type: ignore[misc]
                if way in {"issuer", "REST API"}:
                    yield f"{way}: {state}: award again", lambda w=way, u=username: self._award(w, u)  # type: ignore[misc]
                    yield f"{way}: {state}: revoke", lambda w=way, u=username: self._award(w, u, "revoked")  # type: ignore[misc]

    def _learner(self, state: str, way: str) -> str:
        name = f"probe-{len(self.learners)}"
        user = self._made(self.host.user, username=name, email=f"{name}@learner.invalid", is_active=True)
        self.learners.append(str(user.email))
        if state != "no shared record" and self.host.shared_record is not None:
            self._made(self.host.shared_record, user=user, program=self.programs[0])
        if state == "no row":
            return name
        for pathway in self.pathways if state == "two pathways" else self.pathways[:1]:
            values: dict[str, Any] = {
                "user": user,
                "pathway": pathway,
                "status": "" if state == "status empty" else "sent",
            }
            if self.host.code_has_program and state in {"this program", "another program"}:
                values[self.host.config.program_field] = self.programs[state == "another program"]
            self.host.request.objects.create(**values)  # type: ignore[attr-defined]
        return name

    def _award(self, way: str, username: str, status: str = "awarded") -> None:
        if way == "issuer":
            request: Any = RequestFactory().get("/", HTTP_HOST=self.site.domain)
            request.site, request.user = self.site, self.staff
            self.issuers.ProgramCertificateIssuer().issue_credential(
                self.certificate, username, status=status, request=request
            )
        elif way == "REST API":
            self._award_by_api(username, status)
        else:
            self._award_by_row(way, username)

    def _award_by_api(self, username: str, status: str) -> None:
        client = import_module("rest_framework.test").APIClient()
        client.force_authenticate(self.staff)
        body = {
            "username": username,
            "status": status,
            "credential": {"type": "program", "program_uuid": str(self.programs[0].uuid)},
            "attributes": [],
        }
        answer = client.post("/api/v2/credentials/", body, format="json", HTTP_HOST=self.site.domain)
        if answer.status_code >= 300:
            raise RuntimeError(f"the REST API answered {answer.status_code}: {answer.content.decode()[:200]}")

    def _award_by_row(self, way: str, username: str) -> None:
        model: Any = self.host.credential
        row = model(
            username=username, status="awarded", credential_id=self.certificate.pk,
            credential_content_type=ContentType.objects.get_for_model(self.certificate),
        )  # fmt: skip
        admin = import_module("django.contrib.admin").site._registry.get(model) if way == "admin" else None
        if admin is None:
            row.save()
            return
        request = RequestFactory().post("/admin/", HTTP_HOST=self.site.domain)
        request.user = self.staff
        admin.save_model(request, row, None, False)
