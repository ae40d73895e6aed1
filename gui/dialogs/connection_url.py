"""The address of a RabbitMQ as a person types it, checked; both ways between fields and URL. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, unquote, urlencode, urlsplit

from core.broker.amqp_url import MAX_HOSTS, split_amqp_url
from core.config.file_url import file_path, file_url, is_file_url
from core.errors import PacelineError, SettingError

FieldName = Literal[
    "url", "host", "port", "user", "password", "vhost", "more_hosts", "ca", "cert", "key", "file", "database"
]
PORT_PLAIN, PORT_TLS = "5672", "5671"
MAX_NAME = 255  # bytes of a short string in AMQP
CLASSIC, QUORUM = "classic", "quorum"
_TLS_FILES: tuple[Literal["ca", "cert", "key"], ...] = ("ca", "cert", "key")
_OPTIONS = frozenset({"heartbeat", "queue_type", *_TLS_FILES})


class AddressError(PacelineError):
    """One field is wrong; the text is one sentence for the user."""

    def __init__(self, field: FieldName, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class RabbitFields:
    """Texts as they stand in the dialog."""

    host: str = "localhost"
    port: str = PORT_PLAIN
    user: str = "guest"
    password: str = ""
    vhost: str = "/"
    tls: bool = False
    more_hosts: str = ""  # other nodes of the same broker, `host:port` with commas between
    queue_type: str = CLASSIC  # of queues that are made
    ca: str = ""  # files; these three with TLS only
    cert: str = ""
    key: str = ""
    heartbeat: str = ""  # from an address only


@dataclass(frozen=True, slots=True)
class NamedConnection:
    """A connection with the name its user gave it. Kept without its password."""

    url: str
    name: str = ""
    database: str = ""  # the results that are looked at from now on; empty for those of before

    @property
    def words(self) -> str:
        """The name, or where it leads to; never a password."""
        if self.name:
            return self.name
        try:
            fields = fields_from_url(self.url)
        except AddressError:
            return "This computer"
        more = f" +{fields.more_hosts.count(',') + 1}" if fields.more_hosts else ""
        vhost = "" if fields.vhost == "/" else f", {fields.vhost}"
        return f"{fields.user} at {fields.host}:{fields.port}{more}{vhost}"


def checked_database(url: str) -> str:
    """Raises AddressError."""
    from core.store.database.connect import database_at  # loaded long before somebody is asked for one

    try:
        database_at(url.strip())
    except SettingError as error:
        raise AddressError("database", str(error)) from None
    return url.strip()


def is_rabbitmq(url: str) -> bool:
    return url.strip().lower().startswith(("amqp://", "amqps://"))


def fields_from_url(url: str) -> RabbitFields:
    """Raises AddressError."""
    url = url.strip()
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise AddressError("url", "A RabbitMQ address looks like amqp://user@host:5672/.")
    if scheme.lower() not in ("amqp", "amqps"):
        raise AddressError("url", f"The address must begin with amqp:// or amqps://, not {scheme[:20]}://.")
    try:
        parts = split_amqp_url(url)
        user_info, at_sign, places = parts.authority.rpartition("@")
        first, _, more = places.partition(",")
        host, *_ = [urlsplit(f"//{place}").hostname or "" for place in places.split(",")]
    except SettingError as error:
        raise AddressError("url", str(error)) from None
    except ValueError:
        raise AddressError("url", "The address cannot be read: look at the brackets of its host.") from None
    tls = scheme.lower() == "amqps"
    options = _options(parts.options)
    user, _, password = user_info.partition(":")
    fields = RabbitFields(
        host=host,
        port=_port_text(first) or (PORT_TLS if tls else PORT_PLAIN),
        user=unquote(user) if at_sign else "guest",
        password=unquote(password),
        vhost=_vhost(parts.path),
        tls=tls,
        more_hosts=more.replace(",", ", "),
        queue_type=options.get("queue_type", CLASSIC),
        ca=options.get("ca", ""),
        cert=options.get("cert", ""),
        key=options.get("key", ""),
        heartbeat=options.get("heartbeat", ""),
    )
    return checked(fields)


def url_from_fields(fields: RabbitFields) -> str:
    """Raises AddressError."""
    fields = checked(fields)
    host = f"[{fields.host}]" if ":" in fields.host else fields.host
    password = f":{quote(fields.password, safe='')}" if fields.password else ""
    user = f"{quote(fields.user, safe='')}{password}"
    more = "".join(f",{each}" for each in _several(fields.more_hosts))
    options: dict[str, str] = {name: value for name in _TLS_FILES if (value := getattr(fields, name))}
    if fields.heartbeat:
        options["heartbeat"] = fields.heartbeat
    if fields.queue_type != CLASSIC:
        options["queue_type"] = fields.queue_type
    scheme, vhost = "amqps" if fields.tls else "amqp", quote(fields.vhost, safe="")
    query = f"?{urlencode(options, quote_via=quote)}" if options else ""
    return f"{scheme}://{user}@{host}:{fields.port}{more}/{vhost}{query}"


def checked(fields: RabbitFields) -> RabbitFields:
    """The same without spaces around host and port. Raises AddressError for the first field that is wrong."""
    host, port = fields.host.strip(), fields.port.strip()
    if not host:
        raise AddressError("host", "Type the name or the address of the computer, such as localhost.")
    if not _is_host(host):
        raise AddressError("host", "A host is a name or an address only; the port has a field of its own.")
    if not _is_port(port):
        raise AddressError("port", "A port is a number from 1 to 65535.")
    more_hosts = ", ".join(map(_checked_place, _several(fields.more_hosts)))
    if fields.more_hosts and more_hosts.count(",") + 2 > MAX_HOSTS:
        raise AddressError("more_hosts", f"At most {MAX_HOSTS} hosts in all.")
    if not fields.user or len(fields.user.encode()) > MAX_NAME:
        raise AddressError("user", "Type a user name; RabbitMQ's own is guest.")
    if not fields.vhost or len(fields.vhost.encode()) > MAX_NAME:
        raise AddressError("vhost", "Type a virtual host; RabbitMQ's own is /.")
    if fields.tls and bool(fields.cert) != bool(fields.key):
        raise AddressError("key" if fields.cert else "cert", "A certificate and its key go together.")
    checked_fields = replace(fields, host=host, port=port, more_hosts=more_hosts)
    return checked_fields if fields.tls else replace(checked_fields, ca="", cert="", key="")


def url_from_file(path: str) -> str:
    """The URL of an embedded queue. Raises AddressError; whether the file can be used is for the test to say."""
    path = path.strip()
    if not path:
        raise AddressError("file", "Type where the queue's file is, or will be.")
    if any(mark < " " for mark in path):
        raise AddressError("file", "The name of a file is one line.")
    if path.endswith(("/", "\\")):
        raise AddressError("file", "This must be a file, not a folder.")
    return file_url(path)


def file_from_url(url: str) -> str:
    """The path as a person reads it; the URL itself where it names no file."""
    try:
        return str(file_path(url)) if is_file_url(url) else url
    except ValueError:
        return url


def _port_text(netloc: str) -> str:
    place = netloc.rpartition("@")[2]
    after_brackets = place.rpartition("]")[2]
    return after_brackets.partition(":")[2]


def _is_host(host: str) -> bool:
    return host.isprintable() and not any(mark in " /@?#\\[]" for mark in host) and host.count(":") != 1


def _is_port(port: str) -> bool:
    return port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535


def _several(more_hosts: str) -> list[str]:
    return [each.strip() for each in more_hosts.split(",")] if more_hosts.strip() else []


def _checked_place(place: str) -> str:
    """`host` or `host:port`, an address of version 6 in brackets. Raises AddressError."""
    try:
        host = urlsplit(f"//{place}").hostname or ""
    except ValueError:
        host = ""
    port = _port_text(place)
    if not host or not _is_host(host) or not (_is_port(port) if port else not place.endswith(":")):
        raise AddressError("more_hosts", "Write them as host:port, with commas between.")
    return place


def _options(options: dict[str, str]) -> dict[str, str]:
    if options.keys() - _OPTIONS:
        raise AddressError("url", f"The address has an unknown option; known: {', '.join(sorted(_OPTIONS))}.")
    if options.get("queue_type", CLASSIC) not in (CLASSIC, QUORUM):
        raise AddressError("url", "The queue_type in the address is neither classic nor quorum.")
    return options


def _vhost(path: str) -> str:
    """`` and `/` mean the default one; `//` would be one without a name, which nobody has."""
    if path in ("", "/"):
        return "/"
    if "/" in path[1:]:
        raise AddressError("vhost", "A virtual host has no slash in a URL: write %2F for it.")
    return unquote(path[1:])
