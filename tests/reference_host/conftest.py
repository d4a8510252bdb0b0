"""A pathway of two programs, one of them with a certificate, and a learner."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from model_bakery import baker


@pytest.fixture(autouse=True)
def _no_requests_counted_before():
    cache.clear()


@pytest.fixture
def learner(db):
    return baker.make(
        "core.User", username="ada", first_name="Ada", last_name="Byron", email="ada@example.org", is_active=True
    )


@pytest.fixture
def programs(db):
    return [
        baker.make("catalog.Program", site_id=1, title="Data Science"),
        baker.make("catalog.Program", site_id=1, title="Robotics & <AI>"),
    ]


@pytest.fixture
def pathway(programs):
    pathway = baker.make(
        "catalog.Pathway",
        site_id=1,
        name="Master's credit",
        org_name="Example University",
        email="registrar@example.edu",
    )
    pathway.programs.set(programs)
    return pathway


@pytest.fixture
def certificate(programs):
    return baker.make(
        "credentials.ProgramCertificate",
        site_id=1,
        program=programs[0],
        program_uuid=programs[0].uuid,
        is_active=True,
    )
