"""A PostgreSQL server of our own for tests: a fresh cluster on a free port, gone afterwards."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.support.rabbitmq_node import free_port
from tests.support.waiting import LOOK_S, let_pass

INSTALL_LINE = "sudo apt-get install postgresql"
START_BOUND_S = 60.0
STOP_BOUND_S = 30.0
USER, PASSWORD = "coach", "pg-secret"
PROGRAM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


def programs_folder() -> Path | None:
    """Where `initdb` and `postgres` are, the newest version first; None when they are not installed."""
    for pattern in PROGRAM_FOLDERS:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), key=_version, reverse=True):
            if (folder / "initdb").exists():
                return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, str(folder)))
    return int(digits or 0)


def _other_user() -> int | None:
    """PostgreSQL refuses to run as root; somebody who owns next to nothing will do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534


class PrivateServer:
    """One server. `start()` first; `kill()` then `restart()` is a crash; `stop()` removes every trace."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="paceline-postgres-"))
        self._user = _other_user()
        self.port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count()

    @property
    def pid(self) -> int:
        """Of the server that runs; it has children."""
        assert self._server is not None
        return self._server.pid

    def url_for(self, database: str, password: str = PASSWORD, user: str = USER) -> str:
        return f"postgresql+psycopg://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, *, like: str = "") -> str:
        """The URL of a database that no other test has: empty, or a copy of the one at the URL `like`."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like.rpartition('/')[2] or 'template1'}")
        return self.url_for(name)

    def execute(self, statement: str, database: str = "postgres") -> None:
        """As the owner of the server, outside of a transaction."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Returns once it answers; about 2 s."""
        if self._user is not None:
            os.chown(self._folder, self._user, -1)
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        data = self._folder / "data"
        self._run(
            "initdb", "-D", str(data), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(secret), "-N", "-E", "UTF8"
        )
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "port": str(self.port),
            "unix_socket_directories": f"'{self._folder}'",
            "fsync": "off",  # crashes of the server are tested by killing processes, not by cutting the power
            "max_connections": "60",
            "shared_buffers": "'64MB'",
            "log_min_messages": "fatal",
        }
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        self.restart()

    def restart(self) -> None:
        """Start, also again after `kill`, with the same port and databases."""
        self._server = subprocess.Popen(
            [str(self._programs / "postgres"), "-D", str(self._folder / "data")],
            user=self._user,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(round(START_BOUND_S / 0.05)):
            if self._server.poll() is not None:
                raise RuntimeError("PostgreSQL ended while starting")
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                let_pass(LOOK_S)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not answer within {START_BOUND_S:.0f} s")

    def kill(self) -> None:
        """kill -9 of all its processes."""
        self._end(signal.SIGKILL)

    def shut_down(self) -> None:
        """At once, but in order: every connection is closed."""
        self._end(signal.SIGINT)

    def freeze(self) -> None:
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGCONT)

    def stop(self) -> None:
        self.thaw()
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        if number is signal.SIGKILL:
            os.killpg(server.pid, number)
        else:
            server.send_signal(number)
        server.wait(STOP_BOUND_S)
        (self._folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            user=self._user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=START_BOUND_S,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


def start_private_server() -> PrivateServer:
    """A started server; without PostgreSQL the test skips with the install line, and fails where CI=true."""
    programs = programs_folder()
    if programs is None:
        why = f"PostgreSQL is not installed; install it with: {INSTALL_LINE}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(why)
        pytest.skip(why)
    server = PrivateServer(programs)
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server
