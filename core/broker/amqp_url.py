"""The address of a RabbitMQ, read and checked: `amqp[s]://user:password@host:port,host:port/vhost?options`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import unquote

from core.errors import SettingError
from core.workouts.validation_errors import quoted

SCHEMES = ("amqp", "amqps")
PORTS = {"amqp": 5672, "amqps": 5671}
MAX_HOSTS = 16
MAX_VHOST_BYTES = 255
MAX_HEARTBEAT_S = 600
QUEUE_TYPES = ("classic", "quorum")
DEFAULT_USER = "guest"
_TLS_OPTIONS = frozenset({"ca", "cert", "key"})
_NO_NAME = re.compile(r"[\s\x00-\x1f\x7f%\\\[\]<>\"^`{|}]")


@dataclass(frozen=True, slots=True)
class HostPort:
    """One node of a broker."""

    name: str
    port: int

    @property
    def text(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True, slots=True)
class AmqpParts:
    """Of the address, split by hand: several hosts are no URL for `urlsplit`, which checks brackets from 3.11.4 on."""

    scheme: str
    authority: str
    path: str
    query: str

    @property
    def options(self) -> dict[str, str]:
        """Percent-decoded only: this is no form data, and a + stands for itself, as in the name of a file."""
        pairs = (part.partition("=") for part in self.query.split("&") if part)
        return {unquote(name): unquote(value) for name, _, value in pairs}


@dataclass(frozen=True, slots=True)
class AmqpUrl:
    """What the address says. Holds the password: show `place` only."""

    tls: bool
    user: str
    password: str
    hosts: tuple[HostPort, ...]  # tried in turn
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
    parts = split_amqp_url(url)
    user_info, at_sign, places = parts.authority.rpartition("@")
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


def split_amqp_url(url: str) -> AmqpParts:
    """SettingError for what is no address of a RabbitMQ; its parts are still to be checked."""
    scheme, mark, rest = url.partition("://")
    scheme = scheme.lower()
    if not mark and url.partition(":")[0].lower() in SCHEMES:
        raise SettingError("After amqp or amqps, a broker address goes on with :// and the host.")
    if scheme not in SCHEMES:
        raise SettingError("The address of a RabbitMQ begins with amqp:// or amqps://.")
    if "#" in url:
        raise SettingError("The broker address contains a #; in a password, write it as %23.")
    before_query, _, query = rest.partition("?")
    authority, slash, path = before_query.partition("/")
    return AmqpParts(scheme, authority, slash + path, query)


def _login(user_info: str) -> tuple[str, str]:
    user, colon, password = user_info.partition(":")
    if not user:
        raise SettingError("The broker address has an @ but no user name before it.")
    if not colon:
        raise SettingError("The broker address names a user without a password: write user:password@host.")
    return unquote(user), unquote(password)


def _host(place: str, default_port: int) -> HostPort:
    name, port = _name_and_port(place)
    if port is None:
        port = str(default_port)
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        # An unescaped slash in the password ends up here, so the text itself must not be shown.
        raise SettingError("The port is not a number from 1 to 65535; in a password, write / as %2F and @ as %40.")
    if not name:
        raise SettingError("The broker address names no host: write amqp://host or amqp://host:port.")
    return HostPort(name.lower(), int(port))


def _name_and_port(place: str) -> tuple[str, str | None]:
    """Of `host`, `host:port`, `[IPv6]` or `[IPv6%25zone]:port`; no port where none is said."""
    if place.startswith("["):
        name, bracket, after = place[1:].partition("]")
        name = unquote(name)
        if not bracket or after[:1] not in ("", ":") or not _is_ipv6(name):
            raise SettingError("The host in the broker address is not valid: in [ ] belongs an IPv6 address.")
        return name, after[1:] if after else None
    name, colon, port = place.partition(":")
    if not _is_name(name):
        raise SettingError("The host in the broker address is not valid: write a name or an IP address.")
    return name, port if colon else None


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _is_name(text: str) -> bool:
    """Whether it can be looked up at all; an empty one is told apart from that."""
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return not _NO_NAME.search(text)


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


def _options(parts: AmqpParts) -> dict[str, str]:
    allowed = frozenset(_CHECKS) if parts.scheme == "amqps" else frozenset(_CHECKS) - _TLS_OPTIONS
    options = parts.options
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
            raise SettingError(f"The {name} in the broker address names no file: {quoted(value)}.")

    return check


_CHECKS: dict[str, Callable[[str], None]] = {
    "heartbeat": _check_heartbeat,
    "queue_type": _check_queue_type,
    "ca": _check_file("ca"),
    "cert": _check_file("cert"),
    "key": _check_file("key"),
}
