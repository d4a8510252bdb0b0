import threading
import time

import pytest
from django.db import DatabaseError, connection
from model_bakery import baker

from credit_migration import api

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="COPY is PostgreSQL's."),
]

NUMBERS = "SELECT n, 'x' || n FROM generate_series(1, %s) n ORDER BY n"
# The set is made while it is read, so the first rows are there at once.
MANY_NUMBERS = "SELECT generate_series(1, 50000000), 'x'"


def test_pages_have_every_row_in_order():
    with api.read_only("default") as snapshot:
        pages = list(snapshot.stream_columns(NUMBERS, (4321,)))
    assert [len(page[0]) for page in pages] == [2000, 2000, 321]
    numbers = [int(number) for page in pages for number in page[0]]
    assert numbers == list(range(1, 4322))
    assert [text for page in pages for text in page[1]] == [f"x{number}" for number in numbers]


@pytest.mark.parametrize("text", ["", "a,b", 'a"b', "a\nb", "a\r\nb", '","', ',"",', "\\N", "ä€😀", '"', "'", "\t"])
def test_a_text_is_read_as_it_is(text):
    values = "SELECT n, CASE WHEN n = 2 THEN %s ELSE '' END, NULL, n FROM generate_series(1, 3) n ORDER BY n"
    with api.read_only("default") as snapshot:
        ((numbers, texts, nothing, last),) = snapshot.stream_columns(values, (text,))
    assert (list(numbers), list(texts), list(nothing)) == (["1", "2", "3"], ["", text, ""], ["", "", ""])
    assert list(last) == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b", "a\x0bb", "a\x1cb"])
def test_what_only_python_takes_for_a_line_end_ends_no_row(text):
    with api.read_only("default") as snapshot:
        ((numbers, texts),) = snapshot.stream_columns("SELECT * FROM (VALUES (1, %s), (2, 'c,d')) v", (text,))
    assert (list(numbers), list(texts)) == (["1", "2"], [text, "c,d"])


def test_no_row_is_no_page():
    with api.read_only("default") as snapshot:
        assert list(snapshot.stream_columns(NUMBERS, (0,))) == []
        assert snapshot.all("SELECT 1") == [(1,)]


def test_other_queries_run_after_the_last_page():
    with api.read_only("default") as snapshot:
        assert len(list(snapshot.stream_columns(NUMBERS, (5000,)))) == 3
        assert snapshot.all("SELECT 1") == [(1,)]


def test_pages_that_are_left_unread_are_cancelled_with_their_snapshot():
    with api.read_only("default") as snapshot:
        kept = snapshot.stream_columns(MANY_NUMBERS)
        assert len(next(kept)[0]) == 2000
    assert list(kept) == []
    baker.make("core.User")


@pytest.mark.parametrize("at", [1, 5000])
def test_an_error_of_the_server_in_the_middle_is_raised(at):
    fails = "SELECT n, 1 / (n - %s) FROM generate_series(1, 9000) n"
    with pytest.raises(DatabaseError, match="division by zero"), api.read_only("default") as snapshot:
        list(snapshot.stream_columns(fails, (at,)))
    assert connection.connection is None or connection.is_usable()


def test_rows_that_come_late_are_waited_for():
    slow = "SELECT n, pg_sleep(0.05) FROM generate_series(1, 20) n"
    started = time.monotonic()
    with api.read_only("default") as snapshot:
        assert [len(page[0]) for page in snapshot.stream_columns(slow)] == [20]
    assert time.monotonic() - started >= 1


def test_a_server_that_cancels_is_told():
    def cancelled(snapshot):
        ((pid,),) = snapshot.all("SELECT pg_backend_pid()")
        for number, _ in enumerate(snapshot.stream_columns(MANY_NUMBERS)):
            if number == 0:
                threading.Thread(target=cancel, args=[pid]).start()

    def cancel(pid):
        other = connection.copy("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_cancel_backend(%s)", [pid])
        other.close()

    with pytest.raises(DatabaseError, match="canceling statement"), api.read_only("default") as snapshot:
        cancelled(snapshot)
