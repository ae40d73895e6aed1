"""A RabbitMQ node of our own for tests: no root, free ports, a fresh folder, gone afterwards."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.waiting import LOOK_S, let_pass

INSTALL_LINE = "sudo apt-get install rabbitmq-server"
START_BOUND_S = 180.0
STOP_BOUND_S = 60.0
CTL_BOUND_S = 200.0  # it starts an Erlang machine of its own: 1.5 s, and half a minute on a busy computer
VHOSTS_AT_BOOT = 24  # each costs the start about 60 ms
PORTS = range(20_000, 32_000)
USER, PASSWORD = "guest", "guest"
STRANGER, STRANGER_PASSWORD = "stranger", "stranger-secret"  # a user that may enter no vhost
READER, READER_PASSWORD = "reader", "reader-secret"  # may read, but neither create nor write

# The wrappers on PATH refuse to run for other users; the versioned scripts do not.
SCRIPT_FOLDERS = (
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
    "/opt/rabbitmq*/sbin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)


def scripts_folder() -> Path | None:
    """Where RabbitMQ's own scripts are, or None when it is not installed."""
    for pattern in SCRIPT_FOLDERS:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / "rabbitmq-server").exists():
                return folder
    return None


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago.

    None of those that systems give to outgoing connections (from 32768 on): while a killed server is away, a client
    that tries to reach it would at times be given the server's own port, and keep the server from coming back.
    """
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port
    raise RuntimeError("No port is free.")


def _password_hash(password: str) -> str:
    # RabbitMQ's format: base64(salt + sha256(salt + password)) with a salt of four bytes.
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


class PrivateNode:
    """One node. `start()` first; `kill()` then `restart()` is a crash; `stop()` removes every trace."""

    def __init__(self, scripts: Path, *, config: Sequence[str] = (), beside: PrivateNode | None = None) -> None:
        """`config`: further lines of rabbitmq.conf. `beside`: a node to form a cluster with."""
        self._scripts = scripts
        self._config = config
        self._beside = beside
        self._folder = Path(tempfile.mkdtemp(prefix="paceline-rabbitmq-"))
        self.port = free_port()
        self.name = f"paceline-{secrets.token_hex(4)}@localhost"
        self._cookie: str = secrets.token_hex(16) if beside is None else beside._cookie
        self._epmd_port: int = free_port() if beside is None else beside._epmd_port
        self._env = self._environment()
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self._vhost_numbers = itertools.count()
        self._vhosts_made = VHOSTS_AT_BOOT
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The default vhost. Tests that leave queues behind take `new_vhost()` instead."""
        return self.url_for("/")

    @property
    def pid(self) -> int:
        """Of the server that runs; it has children."""
        assert self._server is not None
        return self._server.pid

    def url_for(self, vhost: str, user: str = USER, password: str = PASSWORD) -> str:
        quoted = "%2F" if vhost == "/" else vhost
        return f"amqp://{user}:{password}@127.0.0.1:{self.port}/{quoted}"

    def new_vhost(self) -> str:
        """The URL of an empty vhost that no other test has. Immediate, save once in some dozens of calls."""
        with self._lock:
            number = next(self._vhost_numbers)
            if number >= self._vhosts_made:
                self._add_vhosts()
        return self.url_for(f"test{number}")

    def start(self) -> None:
        """Returns once AMQP is answered; about 7 s."""
        self._write_files()
        if self._beside is None:
            # epmd of our own in the foreground: the one that erl would start stays behind for ever.
            self._epmd = subprocess.Popen(
                ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"],
                env=self._env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._launch()
        if self._beside is not None:
            self.ctl("stop_app")
            self.ctl("join_cluster", self._beside.name)
            self.ctl("start_app")

    def restart(self) -> None:
        """Start again with the same port, folder and queues."""
        self._launch()

    def kill(self) -> None:
        """kill -9: the broker gets no chance to say or write anything."""
        if self._server is None:
            return
        # The script, the Erlang machine and its port programs are one process group, which we started.
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait(STOP_BOUND_S)
        self._server = None

    def settle(self) -> None:
        """Bring what was declared so far to the disk.

        Mnesia (RabbitMQ before 4.2) may forget a queue that was declared a moment before a kill -9, with all the
        confirmed messages in it: 1 of 18 times with plain pika on 3.10.8, 0 of 15 when 3 s lay between. For quorum
        queues it keeps another list, in a DETS table: one that is not in it comes back empty and without a leader.
        """
        self.ctl("eval", "catch mnesia:dump_log(), [dets:sync(Table) || Table <- dets:all()], ok.")

    def freeze(self) -> None:
        """The whole node stands still with its connections open: what a network black hole looks like."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGCONT)

    def stop(self) -> None:
        self.thaw()
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(STOP_BOUND_S)
            self._epmd = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def ctl(self, *arguments: str) -> str:
        """Run `rabbitmqctl`; about 1.5 s a call. Returns what it printed."""
        done = subprocess.run(
            [str(self._scripts / "rabbitmqctl"), "--quiet", *arguments],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=CTL_BOUND_S,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {arguments[0]} failed: {done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def set_for_a_while(self, during: Sequence[str], afterwards: Sequence[str]) -> Iterator[None]:
        """Run the first command of `rabbitmqctl`, and the second at the end, also where the first one failed.

        The node is shared: an alarm that stayed would block the publishers of all later tests.
        """
        try:
            self.ctl(*during)
            yield
        finally:
            self.ctl(*afterwards)

    def low_on_memory(self) -> AbstractContextManager[None]:
        """In the memory alarm, so that it takes no messages."""
        return self.set_for_a_while(*(("set_vm_memory_high_watermark", limit) for limit in ("0.0000001", "0.4")))

    def low_on_disk(self) -> AbstractContextManager[None]:
        """The same with the disk alarm."""
        return self.set_for_a_while(*(("set_disk_free_limit", limit) for limit in ("8000GB", "1MB")))

    def log_text(self) -> str:
        """What the node has said so far, for the message of a failed start."""
        return "\n".join(p.read_text(errors="replace")[-4000:] for p in sorted((self._folder / "log").glob("*.log")))

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def _write_files(self) -> None:
        for name in ("mnesia", "log", "generated"):
            (self._folder / name).mkdir(exist_ok=True)
        cookie = self._folder / ".erlang.cookie"
        cookie.write_text(self._cookie)
        cookie.chmod(0o400)
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq-env.conf").write_text("")
        (self._folder / "definitions.json").write_text(json.dumps(_definitions()))
        (self._folder / "rabbitmq.conf").write_text(
            f"load_definitions = {self._folder / 'definitions.json'}\n"
            "disk_free_limit.absolute = 1MB\n"
            "log.file.level = warning\n" + "".join(f"{line}\n" for line in self._config)
        )

    def _launch(self) -> None:
        self._server = subprocess.Popen(
            [str(self._scripts / "rabbitmq-server")],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_BOUND_S
        while not _amqp_answers(self.port):
            if self._server.poll() is not None:
                raise RuntimeError(f"RabbitMQ ended while starting:\n{self.log_text()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ did not answer within {START_BOUND_S:.0f} s:\n{self.log_text()}")
            let_pass(LOOK_S)

    def _add_vhosts(self) -> None:
        first, count = self._vhosts_made, VHOSTS_AT_BOOT
        # One call of rabbitmqctl for many: each costs over a second.
        grant = 'rabbit_auth_backend_internal:set_permissions(<<"%s">>, V, <<"%s">>, <<"%s">>, <<".*">>, <<"test">>)'
        self.ctl(
            "eval",
            '[begin V = list_to_binary("test" ++ integer_to_list(N)), rabbit_vhost:add(V, <<"test">>), '
            f"{grant % (USER, '.*', '.*')}, {grant % (READER, '^$', '^$')} "
            f"end || N <- lists:seq({first}, {first + count - 1})], ok.",
        )
        self._vhosts_made += count


def _definitions() -> dict[str, object]:
    vhosts = ["/", *(f"test{n}" for n in range(VHOSTS_AT_BOOT))]
    users = ((USER, PASSWORD, "administrator"), (STRANGER, STRANGER_PASSWORD, ""), (READER, READER_PASSWORD, ""))
    everything = {"user": USER, "configure": ".*", "write": ".*", "read": ".*"}
    reading = {"user": READER, "configure": "^$", "write": "^$", "read": ".*"}
    return {
        "users": [
            {
                "name": name,
                "password_hash": _password_hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": tag,
            }
            for name, password, tag in users
        ],
        "vhosts": [{"name": vhost} for vhost in vhosts],
        "permissions": [{"vhost": vhost, **rights} for vhost in vhosts for rights in (everything, reading)],
    }


def _amqp_answers(port: int) -> bool:
    """Whether a broker greets: it listens before it is ready, and closes such early connections."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2.0) as link:
            link.sendall(b"AMQP\x00\x00\x09\x01")
            return link.recv(1) == b"\x01"
    except OSError:
        return False


def needed_scripts() -> Path:
    """Without RabbitMQ the test skips with the install line, and fails where CI=true."""
    scripts = scripts_folder()
    if scripts is None:
        why = f"RabbitMQ is not installed; install it with: {INSTALL_LINE}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(why)
        pytest.skip(why)
    return scripts


def start_private_node(*, config: Sequence[str] = (), beside: PrivateNode | None = None) -> PrivateNode:
    """A started node."""
    node = PrivateNode(needed_scripts(), config=config, beside=beside)
    try:
        node.start()
    except BaseException:
        node.stop()
        raise
    return node
