"""Broker addresses as the connection dialog edits them: URL to fields and back, each field checked. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, urlencode

from core.broker.amqp_url import (
    CLASSIC,
    DEFAULT_USER,
    DEFAULT_VHOST,
    MAX_HOSTS,
    PLAIN_PORT,
    TLS_PORT,
    check_options,
    is_port,
    split_amqp_url,
    split_place,
    vhost_of,
)
from core.broker.connect import BROKER_SCHEMES, HERE, AddressForm, describe_broker, scheme_of
from core.config.file_url import file_path, file_url, is_file_url
from core.errors import PacelineError, SettingError

FieldName = Literal[
    "url", "host", "port", "user", "password", "vhost", "more_hosts", "ca", "cert", "key", "file", "line", "database"
]
MAX_NAME = 255  # bytes of a short string in AMQP
_TLS_FILES: tuple[Literal["ca", "cert", "key"], ...] = ("ca", "cert", "key")


class AddressError(PacelineError):
    """A field is invalid; the text is one sentence for the user."""

    def __init__(self, field: FieldName, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class RabbitFields:
    """The texts of the dialog's fields."""

    host: str = "localhost"
    port: str = str(PLAIN_PORT)
    user: str = DEFAULT_USER
    password: str = ""
    vhost: str = DEFAULT_VHOST
    tls: bool = False
    more_hosts: str = ""  # other nodes of the same broker, `host:port` with commas between
    queue_type: str = CLASSIC  # of queues that are created
    ca: str = ""  # files; the next three apply with TLS only
    cert: str = ""
    key: str = ""
    heartbeat: str = ""  # set by a URL only


@dataclass(frozen=True, slots=True)
class NamedConnection:
    """A connection with the name that the user gave it. Saved without its password."""

    url: str
    name: str = ""
    database: str = ""  # the results database to use; empty: the same as before

    @property
    def words(self) -> str:
        """The name, or else the address without the password."""
        if self.name:
            return self.name
        try:
            fields = fields_from_url(self.url)
        except AddressError:
            scheme = scheme_of(self.url)
            return BROKER_SCHEMES[HERE].label if scheme is None else scheme.label
        more = f" +{fields.more_hosts.count(',') + 1}" if fields.more_hosts else ""
        vhost = "" if fields.vhost == "/" else f", {fields.vhost}"
        return f"{fields.user} at {fields.host}:{fields.port}{more}{vhost}"


def checked_database(url: str) -> str:
    """Raises AddressError."""
    from core.store.database.connect import database_at  # imported already when this dialog can be opened

    try:
        database_at(url.strip())
    except SettingError as error:
        raise AddressError("database", str(error)) from None
    return url.strip()


def checked_address(url: str) -> str:
    """An address typed as one line. Raises AddressError."""
    try:
        describe_broker(url.strip())
    except SettingError as error:
        raise AddressError("line", str(error)) from None
    return url.strip()


def field_at_fault(problem: str) -> FieldName | None:
    """Which field of a RabbitMQ address a sentence of the broker is about."""
    parts: dict[str, FieldName] = {"virtual host": "vhost", "certificate": "ca", "password": "password"}
    return next((field for words, field in parts.items() if words in problem), None)


def is_amqp(url: str) -> bool:
    """Whether its parts have fields of their own in the dialog."""
    scheme = scheme_of(url.strip())
    return scheme is not None and scheme.form is AddressForm.AMQP


def fields_from_url(url: str) -> RabbitFields:
    """Raises AddressError."""
    url = url.strip()
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise AddressError("url", "A RabbitMQ address looks like amqp://user@host:5672/.")
    if not is_amqp(url):
        raise AddressError("url", f"The address must begin with amqp:// or amqps://, not {scheme[:20]}://.")
    try:
        parts = split_amqp_url(url)
        check_options(parts)
        (host, port), *_ = map(split_place, parts.places)
    except SettingError as error:
        raise AddressError("url", str(error)) from None
    try:
        vhost = vhost_of(parts.path)
    except SettingError as error:
        raise AddressError("vhost", str(error)) from None
    fields = RabbitFields(
        host=host.lower(),
        port=port or str(TLS_PORT if parts.tls else PLAIN_PORT),
        user=DEFAULT_USER if parts.user is None else parts.user,
        password=parts.password or "",
        vhost=vhost,
        tls=parts.tls,
        more_hosts=", ".join(parts.places[1:]),
        queue_type=parts.options.get("queue_type", CLASSIC),
        ca=parts.options.get("ca", ""),
        cert=parts.options.get("cert", ""),
        key=parts.options.get("key", ""),
        heartbeat=parts.options.get("heartbeat", ""),
    )
    return checked(fields)


def url_from_fields(fields: RabbitFields) -> str:
    """Raises AddressError."""
    fields = checked(fields)
    host = f"[{quote(fields.host, safe=':')}]" if ":" in fields.host else fields.host
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
    """The fields without spaces around host and port. Raises AddressError for the first invalid field."""
    host, port = fields.host.strip(), fields.port.strip()
    if not host:
        raise AddressError("host", "Type the name or the address of the computer, such as localhost.")
    if not _is_host(host):
        raise AddressError("host", "A host is a name or an address only; the port has a field of its own.")
    if not is_port(port):
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
    """The URL of an embedded queue. Raises AddressError. Whether the file can be used is checked by the test only."""
    path = path.strip()
    if not path:
        raise AddressError("file", "Type where the queue's file is, or will be.")
    if any(mark < " " for mark in path):
        raise AddressError("file", "The name of a file is one line.")
    if path.endswith(("/", "\\")):
        raise AddressError("file", "This must be a file, not a folder.")
    return file_url(path)


def file_from_url(url: str) -> str:
    """The path of an embedded queue's URL; the URL itself if it is not a file's."""
    try:
        return str(file_path(url)) if is_file_url(url) else url
    except ValueError:
        return url


def _is_host(host: str) -> bool:
    return host.isprintable() and not any(mark in " /@?#\\[]" for mark in host) and host.count(":") != 1


def _several(more_hosts: str) -> list[str]:
    return [each.strip() for each in more_hosts.split(",")] if more_hosts.strip() else []


def _checked_place(place: str) -> str:
    """Parse `host` or `host:port`; an IPv6 address is in brackets. Raises AddressError."""
    try:
        host, port = split_place(place)
    except SettingError:
        host, port = "", None
    if not host or not _is_host(host) or not (port is None or is_port(port)):
        raise AddressError("more_hosts", "Write them as host:port, with commas between.")
    return place
