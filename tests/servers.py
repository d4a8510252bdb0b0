"""
Private, throw-away PostgreSQL and MariaDB servers for the tests: own data folder, own port, gone with the block.

They are started from the binaries of the machine, so nothing of the machine's own servers is touched. pytest-postgresql
and pytest-mysql do the like for one server each, but neither can be started as root, which a container's CI is.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTED_WITHIN_S = 60


def find_binary(*names: str) -> Path | None:
    """Return the first of ``names`` on the PATH, in the system folders, or in the newest PostgreSQL's own folder."""
    folders = ["/usr/sbin", "/usr/local/sbin", *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1])]
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    return next((Path(found) for name in names if (found := shutil.which(name, path=path))), None)


@contextmanager
def postgresql(*arguments: str) -> Iterator[str]:
    """Yield the URL of a database on a PostgreSQL server of our own; TCP asks for a password. Arguments: its own."""
    initdb, postgres = find_binary("initdb"), find_binary("postgres")
    if initdb is None or postgres is None:
        raise FileNotFoundError("initdb or postgres is not installed (Debian: apt-get install postgresql).")
    with _folder("postgres") as (folder, user):
        port, password_file = _free_port(), folder / "password"
        password_file.write_text("secret")
        shutil.chown(password_file, user)
        data = folder / "data"
        init = [initdb, "-D", data, "-U", "tests", "--pwfile", password_file, "-A", "scram-sha-256", "-E", "UTF8"]
        _as_user(user, [*init, "--locale", "C.UTF-8", "--no-sync"])
        serve = [postgres, "-D", data, "-p", port, "-k", folder, "-c", "fsync=off", "-c", "full_page_writes=off"]
        serve += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=50", *arguments]
        # The port answers while the server still starts up, and refuses whoever connects.
        ready = [find_binary("pg_isready") or "pg_isready", "-q", "-h", "127.0.0.1", "-p", port]
        with _serving(user, serve, port, folder / "server.log", ready):
            yield f"postgres://tests:secret@127.0.0.1:{port}/postgres"


@contextmanager
def mariadb(*arguments: str) -> Iterator[str]:
    """Yield the URL of a database on a MariaDB server of our own. Arguments: the server's own."""
    install, server = find_binary("mariadb-install-db", "mysql_install_db"), find_binary("mariadbd", "mysqld")
    client = find_binary("mariadb", "mysql")
    if install is None or server is None or client is None:
        raise FileNotFoundError("mariadbd is not installed (Debian: apt-get install mariadb-server).")
    with _folder("mysql") as (folder, user):
        port, data, sock = _free_port(), folder / "data", folder / "sock"
        _as_user(user, [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                        "--skip-test-db"])  # fmt: skip
        serve = [server, "--no-defaults", f"--datadir={data}", f"--port={port}", f"--socket={sock}"]
        serve += ["--bind-address=127.0.0.1", "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0"]
        serve += ["--skip-log-bin", "--performance-schema=ON", f"--pid-file={folder / 'pid'}"]
        # A server that starts deletes the temporary tables in its folder, those of another server too.
        serve += [f"--tmpdir={folder}", "--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON"]
        serve += arguments
        with _serving(user, serve, port, folder / "server.log"):
            accounts = (
                "CREATE USER tests@'127.0.0.1' IDENTIFIED BY 'secret';"
                "GRANT ALL ON *.* TO tests@'127.0.0.1' WITH GRANT OPTION; CREATE DATABASE tests;"
            )
            subprocess.run([client, "--no-defaults", f"--socket={sock}", "-uroot", "-e", accounts], check=True)
            yield f"mysql://tests:secret@127.0.0.1:{port}/tests"


def _as_user(user: str | None, command: list[object]) -> None:
    done = subprocess.run(_command(user, command), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _command(user: str | None, command: list[object]) -> list[str]:
    return [*(["runuser", "-u", user, "--"] if user else []), *map(str, command)]


@contextmanager
def _folder(account: str) -> Iterator[tuple[Path, str | None]]:
    """Yield a folder for one server and the account to run it as: servers refuse to run as root."""
    user = account if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="credit_migration_", ignore_cleanup_errors=True) as name:
        if user:
            shutil.chown(name, user)
        yield Path(name), user


@contextmanager
def _serving(
    user: str | None, command: list[object], port: int, log: Path, ready: list[object] | None = None
) -> Iterator[None]:
    with log.open("w") as stream:
        process = subprocess.Popen(_command(user, command), stdout=stream, stderr=stream)
    try:
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not (_answers(port) and (ready is None or subprocess.run(list(map(str, ready))).returncode == 0)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
