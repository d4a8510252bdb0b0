"""
Runs ``manage.py`` with small pages, and dies at a chosen one: ``python -m tests.exports.dying HOW PAGE ARGUMENT …``.

``HOW`` is a signal's name, ``FSIZE`` for a limit on the file's size, or ``NEVER``. It dies when the page is in the file
and not yet in the journal.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

from django.core.management import execute_from_command_line

from credit_migration.reports import journal

PAGE_ROWS = 100


def main(how: str, page: int, *arguments: str) -> None:
    journal.PAGE_ROWS, journal.MARKED_EVERY_S = PAGE_ROWS, 0
    append, left = journal.GrowingFile._append, page + 1

    def counted(self: journal.GrowingFile, text: str) -> int:
        nonlocal left
        left -= 1
        if left == 0 and how == "FSIZE":
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.stream.tell() + len(text) // 2, resource.RLIM_INFINITY))
        written = append(self, text)
        if left == 0 and how.startswith("SIG"):
            os.kill(os.getpid(), getattr(signal, how))
        return written

    journal.GrowingFile._append = counted
    execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
