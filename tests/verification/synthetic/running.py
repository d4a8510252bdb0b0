"""Runs the command on synthetic hosts: one process that has imported everything, and a fork of it for each host."""

from __future__ import annotations

import io
import json
import os
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def verify(folder: Path, *arguments: str) -> dict[str, object]:
    """Return the status and the JSON report of a command on the host in this folder, or its text in another format."""
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
    from django.core.management import execute_from_command_line

    out, err = io.StringIO(), io.StringIO()
    status = 0
    has_format = any(argument.startswith("--format=") for argument in arguments)
    given = () if has_format else ("--format=json",)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            execute_from_command_line(["manage.py", *arguments, *given, "--no-progress"])
    except SystemExit as exc:
        status = int(exc.code or 0)
    except BaseException:
        return {"status": -1, "error": traceback.format_exc()}
    if has_format:
        return {"status": status, "text": out.getvalue(), "error": err.getvalue()}
    try:
        report = json.loads(out.getvalue())
    except ValueError:
        return {"status": status, "error": out.getvalue() + err.getvalue()}
    return {"status": status, "report": report}


def serve() -> None:
    """Answer each line of standard input, a folder, a command and its options, with a line of JSON, from a fork of this process."""
    import celery
    import django.contrib.admin
    import django.core.mail
    import django.test.client
    import django.views.generic  # noqa: F401

    import credit_migration.verification.source.engine  # noqa: F401

    assert celery
    for line in sys.stdin:
        folder, *arguments = line.strip().split("\t")
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            answer = json.dumps(verify(Path(folder), *arguments))
            with os.fdopen(writing, "w") as stream:
                stream.write(answer)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
