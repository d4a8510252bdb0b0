"""Seed and number of requests → the whole history in batches of rows, in the order of time; pure and deterministic."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import accumulate
from random import Random

from credit_migration.reference_host.records.history.catalogue import (
    Catalogue,
    Course,
    Pathway,
    Program,
    make_catalogue,
)
from credit_migration.reference_host.records.history.learners import Traces, live
from credit_migration.reference_host.records.history.moments import DAY, END, START, text
from credit_migration.reference_host.records.history.rows import Batch, Row

STAFF = 3
BATCH_LEARNERS = 20_000
LAST_JOINED_AFTER_US = END - START - 400 * DAY
"""Nobody joins in the last year, whose requests would lie beyond the history."""
SECOND_SITE_SHARE = 0.15
SUBJECTS = ("Data Science", "Robotics", "Public Health", "Supply Chains", "Finance", "Statistics", "Ecology", "Design")
TYPES = ("MicroMasters", "Professional Certificate", "XSeries")
FIRST_NAMES = ("Ada", "Chen", "Fatima", "Ivo", "Lena", "Maja", "Noor", "Pedro", "Sana", "Tomas")
LAST_NAMES = ("Abel", "Brandt", "Costa", "Diaz", "Eriksen", "Fofana", "Gupta", "Haas", "Ito", "Kaya", "Lopez")


def simulate(requests: int, seed: int, content_type_id: int) -> Iterator[Batch]:
    """
    Yield the history's rows in batches: first the catalogue, then learners by the day they joined.

    Ids ascend with time in every table, as they would have been given. The same arguments give the same rows on every
    machine and database.

    Args:
        requests: rows of the request table in all, at least 1.
        seed: which history.
        content_type_id: the database's id for the model that awards point to.

    """
    rng = Random(seed)  # noqa: S311 - a story, not a secret
    catalogue = make_catalogue(rng, requests)
    first = Batch()
    _tell_catalogue(rng, catalogue, first)
    years = _Years(rng, catalogue, requests, content_type_id)
    for number in range(1, STAFF + 1):
        first.tables["core_user"].append(_user(number, f"staff{number}", START, is_staff=True))
    yield first
    yield from years.batches()


class _Years:
    """The learners' rows, each held back until nothing earlier can come."""

    def __init__(self, rng: Random, catalogue: Catalogue, requests: int, content_type_id: int) -> None:
        self.rng = rng
        self.catalogue = catalogue
        self.requests = requests
        self.content_type_id = content_type_id
        self.made = 0
        self.learners = STAFF
        self.sites = [self._site(1), self._site(2)]
        self.pending_requests: list[tuple[int, int, int, int, str, int]] = []
        self.pending_records: list[tuple[int, int, int]] = []
        self.pending_awards: list[tuple[int, int, int, bool]] = []
        self.next_id = dict.fromkeys(("request", "record", "award"), 1)

    def _site(self, site_id: int) -> tuple[list[Program], list[float]]:
        programs = [program for program in self.catalogue.programs if program.site_id == site_id]
        weights = [1 / (3 + self.rng.random() * len(programs)) for _ in programs]
        whole = sum(weights)
        return programs, list(accumulate(weight / whole for weight in weights))

    def batches(self) -> Iterator[Batch]:
        while self.made < self.requests:
            batch = Batch()
            joined = START
            for _ in range(BATCH_LEARNERS):
                if self.made >= self.requests:
                    break
                joined = self._joined()
                self._add_learner(joined, batch)
            self._tell(batch, before_us=END if self.made >= self.requests else joined)
            yield batch

    def _joined(self) -> int:
        """Return when the next learner joins: each later than the one before, and more of them year by year."""
        return START + int((self.made / self.requests) ** 0.7 * LAST_JOINED_AFTER_US) + self.learners

    def _add_learner(self, joined_us: int, batch: Batch) -> None:
        self.learners += 1
        user_id = self.learners
        batch.tables["core_user"].append(_user(user_id, _username(user_id), joined_us))
        programs, popularity = self.sites[self.rng.random() < SECOND_SITE_SHARE]
        self._hold(user_id, live(self.rng, self.catalogue, programs, popularity, joined_us))

    def _hold(self, user_id: int, traces: Traces) -> None:
        for program_id, created in traces.records.items():
            heappush(self.pending_records, (created, user_id, program_id))
        for program_id, (awarded, revoked) in traces.awards.items():
            heappush(self.pending_awards, (awarded, user_id, program_id, revoked))
        for pathway_id, row in traces.requests.items():
            if self.made < self.requests:
                self.made += 1
                entry = (row.created_us, user_id, pathway_id, row.modified_us, row.status, row.program_id)
                heappush(self.pending_requests, entry)

    def _tell(self, batch: Batch, before_us: int) -> None:
        rng, pending = self.rng, self.pending_records
        while pending and pending[0][0] < before_us:
            created_us, user_id, program_id = heappop(pending)
            created = text(created_us)
            row: Row = (self._id("record"), program_id, user_id, _uuid(rng), created, created)
            batch.tables["records_programcertrecord"].append(row)
        while self.pending_requests and self.pending_requests[0][0] < before_us:
            created_us, user_id, pathway_id, modified_us, status, program_id = heappop(self.pending_requests)
            id_ = self._id("request")
            row = (id_, user_id, pathway_id, status, text(created_us), text(modified_us))
            batch.tables["records_usercreditpathway"].append(row)
            batch.truth.append((id_, program_id))
        while self.pending_awards and self.pending_awards[0][0] < before_us:
            awarded_us, user_id, program_id, revoked = heappop(self.pending_awards)
            if not _has_certificate(program_id):
                continue
            created = text(awarded_us)
            status = "revoked" if revoked else "awarded"
            username = _username(user_id)
            row = (self._id("award"), self.content_type_id, program_id, username, status, _uuid(rng), created, created)
            batch.tables["credentials_usercredential"].append(row)

    def _id(self, kind: str) -> int:
        self.next_id[kind] += 1
        return self.next_id[kind] - 1


def _tell_catalogue(rng: Random, catalogue: Catalogue, batch: Batch) -> None:
    tables = batch.tables
    offered_now = {program_id for pathway in catalogue.pathways for program_id in pathway.program_ids}
    for program in catalogue.programs:
        kind = TYPES[program.id % len(TYPES)]
        title = f"{SUBJECTS[program.id % len(SUBJECTS)]} {kind} {program.id}"
        status = "active" if program.id in offered_now else "retired"
        uuid, created = _uuid(rng), text(program.created_us)
        tables["catalog_program"].append((program.id, program.site_id, uuid, title, kind, status, created, created))
        if _has_certificate(program.id):
            # Its certificate has the program's id, which spares the awards a look-up.
            certificate: Row = (program.id, program.site_id, True, uuid, program.id, created, created)
            tables["credentials_programcertificate"].append(certificate)
    for pathway in catalogue.pathways:
        tables["catalog_pathway"].append(_pathway(rng, pathway))
        for place, program_id in enumerate(pathway.program_ids, start=1):
            links = tables["catalog_pathway_programs"]
            links.append((len(links) + 1, pathway.id, program_id, place))


def _pathway(rng: Random, pathway: Pathway) -> Row:
    institution = 1 + (pathway.id - 1) // 2
    industry = pathway.course is Course.INDUSTRY
    return (
        pathway.id,
        pathway.site_id,
        _uuid(rng),
        f"{'Careers' if industry else 'Credit'} pathway {pathway.id}",
        f"University {institution}",
        f"registrar{institution}@example.edu",
        "industry" if industry else "credit",
        "retired" if pathway.closed_us else "published",
        text(pathway.created_us),
        text(pathway.changed_us),
    )


def _user(id_: int, username: str, joined_us: int, *, is_staff: bool = False) -> Row:
    first, last = FIRST_NAMES[id_ % len(FIRST_NAMES)], LAST_NAMES[id_ % len(LAST_NAMES)]
    # "!" is a password that nobody has, as Django marks it.
    return (id_, "!", False, username, first, last, f"{username}@example.org", is_staff, True, text(joined_us))


def _username(id_: int) -> str:
    return f"learner{id_}"


def _has_certificate(program_id: int) -> bool:
    return program_id % 11 != 0


def _uuid(rng: Random) -> str:
    """Return a random UUID (version 4) as hexadecimal digits."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:12]}4{digits[13:16]}a{digits[17:]}"
