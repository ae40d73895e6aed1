"""The address of a RabbitMQ, read and checked: `amqp[s]://user:password@host:port,host:port/vhost?options`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core.errors import SettingError

SCHEMES = ("amqp", "amqps")
PORTS = {"amqp": 5672, "amqps": 5671}
MAX_HOSTS = 16
MAX_VHOST_BYTES = 255
MAX_HEARTBEAT_S = 600
QUEUE_TYPES = ("classic", "quorum")
DEFAULT_USER = "guest"
_TLS_OPTIONS = frozenset({"ca", "cert", "key"})


@dataclass(frozen=True, slots=True)
class Host:
    """One node of a broker."""

    name: str
    port: int

    @property
    def text(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True, slots=True)
class AmqpUrl:
    """What the address says. Holds the password: show `place` only."""

    tls: bool
    user: str
    password: str
    hosts: tuple[Host, ...]  # tried in turn
    vhost: str
    heartbeat_s: int | None = None
    queue_type: str = QUEUE_TYPES[0]  # of queues that we make
    ca: str | None = None  # files: who vouches for the broker; our own certificate and its key
    cert: str | None = None
    key: str | None = None

    @property
    def place(self) -> str:
        """`localhost:5672`, or the first of several and how many more."""
        more = len(self.hosts) - 1
        return self.hosts[0].text + (f" +{more}" if more else "")


def parse_amqp_url(url: str) -> AmqpUrl:
    """SettingError with one sentence for the first thing that is wrong; it never holds the password."""
    parts = _split(url)
    user_info, at_sign, places = parts.netloc.rpartition("@")
    user, password = _login(user_info) if at_sign else (DEFAULT_USER, DEFAULT_USER)
    hosts = tuple(_host(place, PORTS[parts.scheme]) for place in places.split(","))
    if len(hosts) > MAX_HOSTS:
        raise SettingError(f"The broker address names more than {MAX_HOSTS} hosts.")
    options = _options(parts)
    return AmqpUrl(
        tls=parts.scheme == "amqps",
        user=user,
        password=password,
        hosts=hosts,
        vhost=_vhost(parts.path),
        heartbeat_s=int(options["heartbeat"]) if "heartbeat" in options else None,
        queue_type=options.get("queue_type", QUEUE_TYPES[0]),
        ca=options.get("ca"),
        cert=options.get("cert"),
        key=options.get("key"),
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingError("The host in the broker address is not valid.") from None
    if not url[len(parts.scheme) :].startswith("://"):
        raise SettingError("After amqp or amqps, a broker address goes on with :// and the host.")
    if parts.fragment or "#" in url:
        raise SettingError("The broker address contains a #; in a password, write it as %23.")
    if parts.scheme not in SCHEMES:
        raise SettingError("The address of a RabbitMQ begins with amqp:// or amqps://.")
    return parts


def _login(user_info: str) -> tuple[str, str]:
    user, colon, password = user_info.partition(":")
    if not user:
        raise SettingError("The broker address has an @ but no user name before it.")
    if not colon:
        raise SettingError("The broker address names a user without a password: write user:password@host.")
    return unquote(user), unquote(password)


def _host(place: str, default_port: int) -> Host:
    try:
        parts = urlsplit(f"//{place}")
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = "", 0
    if port == 0 or (port is None and place.endswith(":")):
        # An unescaped slash in the password ends up here, so the text itself must not be shown.
        raise SettingError("The port is not a number from 1 to 65535; in a password, write / as %2F and @ as %40.")
    if not name:
        raise SettingError("The broker address names no host: write amqp://host or amqp://host:port.")
    return Host(name, port or default_port)


def _vhost(path: str) -> str:
    """No path, and `/` alone, are the default virtual host `/`."""
    name = path[1:]
    if name.startswith("/"):
        raise SettingError("The broker address names an empty virtual host; leave out // at its end, or write %2F.")
    if "/" in name:
        raise SettingError("The virtual host in the broker address contains a slash; write it as %2F.")
    if len(unquote(name).encode()) > MAX_VHOST_BYTES:
        raise SettingError(f"The virtual host in the broker address is longer than {MAX_VHOST_BYTES} bytes.")
    return unquote(name) or "/"


def _options(parts: SplitResult) -> dict[str, str]:
    allowed = frozenset(_CHECKS) if parts.scheme == "amqps" else frozenset(_CHECKS) - _TLS_OPTIONS
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in options.items():
        if name not in allowed:
            # Not shown: after an unescaped ? in the password, this is a part of it.
            raise SettingError(
                f"The broker address has an unknown option; known: {', '.join(sorted(allowed))}. "
                "In a password, write ? as %3F."
            )
        _CHECKS[name](value)
    if ("cert" in options) != ("key" in options):
        raise SettingError("The broker address needs both cert and key, or neither.")
    return options


def _check_heartbeat(value: str) -> None:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MAX_HEARTBEAT_S):
        raise SettingError(f"The heartbeat in the broker address is not a number from 1 to {MAX_HEARTBEAT_S}.")


def _check_queue_type(value: str) -> None:
    if value not in QUEUE_TYPES:
        raise SettingError("The queue_type in the broker address is neither classic nor quorum.")


def _check_file(name: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        try:
            found = Path(value).is_file()
        except OSError:
            found = False
        if not found:
            raise SettingError(f"The {name} in the broker address names no file: {value[:80]!r}.")

    return check


_CHECKS: dict[str, Callable[[str], None]] = {
    "heartbeat": _check_heartbeat,
    "queue_type": _check_queue_type,
    "ca": _check_file("ca"),
    "cert": _check_file("cert"),
    "key": _check_file("key"),
}
