"""The address of a RabbitMQ, split and checked: `amqp[s]://user:password@host:port,host:port/vhost?options`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import unquote

from core.errors import SettingError
from core.workouts.validation_errors import quoted

SCHEMES = {"amqp": False, "amqps": True}  # whether the connection is encrypted
PLAIN_PORT, TLS_PORT = 5672, 5671
MAX_HOSTS = 16
MAX_VHOST_BYTES = 255
MAX_HEARTBEAT_S = 600
QUEUE_TYPES = CLASSIC, QUORUM = "classic", "quorum"
DEFAULT_USER, DEFAULT_VHOST = "guest", "/"
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
    """The parts of an address, not checked yet; login and options are %-decoded. Holds the password."""

    tls: bool
    user: str | None  # None: the address has no @
    password: str | None  # None: no colon after the user
    places: tuple[str, ...]  # as written: `host`, `host:port`, `[IPv6]:port`
    path: str  # as written, with its slash; see `vhost_of`
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AmqpUrl:
    """A checked address. Holds the password: show `place` or `identity` only."""

    tls: bool
    user: str
    password: str = field(repr=False)
    hosts: tuple[HostPort, ...]  # tried in turn
    vhost: str
    heartbeat_s: int | None = None
    queue_type: str = CLASSIC  # of queues that we make
    ca: str | None = None  # files: who vouches for the broker; our own certificate and its key
    cert: str | None = None
    key: str | None = None

    @property
    def place(self) -> str:
        """`localhost:5672`, or the first of several and how many more."""
        more = len(self.hosts) - 1
        return self.hosts[0].text + (f" +{more}" if more else "")

    @property
    def identity(self) -> str:
        """The same text for every address of the same virtual host; names no user."""
        hosts = ",".join(sorted(host.text for host in self.hosts))
        return f"RabbitMQ at {hosts}, virtual host {self.vhost}"


def parse_amqp_url(url: str) -> AmqpUrl:
    """SettingError with one sentence for the first thing that is wrong; it never holds the password."""
    parts = split_amqp_url(url)
    user, password = _login(parts)
    hosts = tuple(_host(place, TLS_PORT if parts.tls else PLAIN_PORT) for place in parts.places)
    if len(hosts) > MAX_HOSTS:
        raise SettingError(f"The broker address names more than {MAX_HOSTS} hosts.")
    check_options(parts)
    for name in _TLS_OPTIONS & parts.options.keys():
        _check_file(name, parts.options[name])
    if ("cert" in parts.options) != ("key" in parts.options):
        raise SettingError("The broker address needs both cert and key, or neither.")
    options = parts.options
    return AmqpUrl(
        tls=parts.tls,
        user=user,
        password=password,
        hosts=hosts,
        vhost=vhost_of(parts.path),
        heartbeat_s=int(options["heartbeat"]) if "heartbeat" in options else None,
        queue_type=options.get("queue_type", CLASSIC),
        ca=options.get("ca"),
        cert=options.get("cert"),
        key=options.get("key"),
    )


def split_amqp_url(url: str) -> AmqpParts:
    """SettingError for what is no address of a RabbitMQ; its parts are still to be checked.

    Not with `urlsplit`: several hosts are no URL for it, and it checks brackets from Python 3.11.4 on.
    """
    scheme, colon, rest = url.partition(":")
    tls = SCHEMES.get(scheme.lower())
    if tls is None or not colon:
        raise SettingError("The address of a RabbitMQ begins with amqp:// or amqps://.")
    if not rest.startswith("//"):
        raise SettingError("After amqp or amqps, a broker address goes on with :// and the host.")
    if "#" in url:
        raise SettingError("The broker address contains a #; in a password, write it as %23.")
    before_query, _, query = rest[2:].partition("?")
    authority, slash, path = before_query.partition("/")
    login, at_sign, places = authority.rpartition("@")
    user, colon, password = login.partition(":")
    # Percent-decoded only: this is no form data, and a + stands for itself, as in the name of a file.
    pairs = (part.partition("=") for part in query.split("&") if part)
    return AmqpParts(
        tls=tls,
        user=unquote(user) if at_sign else None,
        password=unquote(password) if colon else None,
        places=tuple(places.split(",")),
        path=slash + path,
        options={unquote(name): unquote(value) for name, _, value in pairs},
    )


def split_place(place: str) -> tuple[str, str | None]:
    """Of `host`, `host:port`, `[IPv6%25zone]:port`; the port is None where none is said.

    SettingError for brackets that do not enclose an IPv6 address.
    """
    if not place.startswith("["):
        name, colon, port = place.partition(":")
        return name, port if colon else None
    name, bracket, after = place[1:].partition("]")
    name = unquote(name)
    if not bracket or after[:1] not in ("", ":") or not _is_ipv6(name):
        raise SettingError("The host in the broker address is not valid: in [ ] belongs an IPv6 address.")
    return name, after[1:] if after else None


def is_port(text: str) -> bool:
    return _is_number(text, 65_535)


def check_options(parts: AmqpParts) -> None:
    """SettingError for an unknown option or a wrong value; whether files exist is not checked here."""
    known = {"heartbeat", "queue_type"} | (_TLS_OPTIONS if parts.tls else set())
    if parts.options.keys() - known:
        # Not shown: after an unescaped ? in the password, this is a part of it.
        raise SettingError(
            f"The broker address has an unknown option; known: {', '.join(sorted(known))}. "
            "In a password, write ? as %3F."
        )
    if not _is_number(parts.options.get("heartbeat", "1"), MAX_HEARTBEAT_S):
        raise SettingError(f"The heartbeat in the broker address is not a number from 1 to {MAX_HEARTBEAT_S}.")
    if parts.options.get("queue_type", CLASSIC) not in QUEUE_TYPES:
        raise SettingError("The queue_type in the broker address is neither classic nor quorum.")


def vhost_of(path: str) -> str:
    """No path, and `/` alone, mean the default virtual host. SettingError for what names none."""
    name = path[1:]
    if name.startswith("/"):
        raise SettingError("The broker address names an empty virtual host; leave out // at its end, or write %2F.")
    if "/" in name:
        raise SettingError("The virtual host in the broker address contains a slash; write it as %2F.")
    if len(unquote(name).encode()) > MAX_VHOST_BYTES:
        raise SettingError(f"The virtual host in the broker address is longer than {MAX_VHOST_BYTES} bytes.")
    return unquote(name) or DEFAULT_VHOST


def _login(parts: AmqpParts) -> tuple[str, str]:
    if parts.user is None:
        return DEFAULT_USER, DEFAULT_USER
    if not parts.user:
        raise SettingError("The broker address has an @ but no user name before it.")
    if parts.password is None:
        raise SettingError("The broker address names a user without a password: write user:password@host.")
    return parts.user, parts.password


def _host(place: str, default_port: int) -> HostPort:
    name, port = split_place(place)
    if not place.startswith("[") and not _is_name(name):
        raise SettingError("The host in the broker address is not valid: write a name or an IP address.")
    if port is None:
        port = str(default_port)
    if not is_port(port):
        # An unescaped slash in the password ends up here, so the text itself must not be shown.
        raise SettingError("The port is not a number from 1 to 65535; in a password, write / as %2F and @ as %40.")
    if not name:
        raise SettingError("The broker address names no host: write amqp://host or amqp://host:port.")
    return HostPort(name.lower(), int(port))


def _is_number(text: str, most: int) -> bool:
    """Whether it is a number from 1 to `most`, in ASCII digits and no more of them than that has."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _is_name(text: str) -> bool:
    """Whether it can be looked up at all. True for an empty one, which has an error of its own."""
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return not _NO_NAME.search(text)


def _check_file(name: str, value: str) -> None:
    try:
        found = Path(value).is_file()
    except OSError:
        found = False
    if not found:
        raise SettingError(f"The {name} in the broker address names no file: {quoted(value)}.")
