import io
import time

from credit_migration.management.progress import Progress

SHOWN_EVERY_S = 0.15
"""A little more than tqdm waits between two pictures of the bar."""


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_shows_rows_on_a_terminal():
    terminal = Terminal()
    assert list(Progress(terminal, enabled=True, label="audit")([1, 2], total=2)) == [1, 2]
    assert "audit: " in terminal.getvalue()
    assert " rows" in terminal.getvalue()


def test_asks_for_the_total_only_where_it_is_shown():
    def never():
        raise AssertionError

    terminal = Terminal()
    assert list(Progress(terminal, enabled=True, label="audit")([1], total=lambda: 7)) == [1]
    assert "/7" in terminal.getvalue()
    assert list(Progress(io.StringIO(), enabled=True, label="audit")([1], total=never)) == [1]


def test_is_silent_without_a_terminal_or_when_told():
    stream, terminal = io.StringIO(), Terminal()
    assert list(Progress(stream, enabled=True, label="audit")([1])) == [1]
    assert list(Progress(terminal, enabled=False, label="audit")([1])) == [1]
    assert (stream.getvalue(), terminal.getvalue()) == ("", "")


def test_counts_what_pages_hold():
    terminal = Terminal()
    pages = [["a"] * 7, ["b"] * 3]
    for _ in Progress(terminal, enabled=True, label="audit")(pages, total=10, size=len):
        time.sleep(SHOWN_EVERY_S)
    assert "7.00/10.0 [" in terminal.getvalue()
