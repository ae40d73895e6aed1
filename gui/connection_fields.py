"""The address of a RabbitMQ as a person types it, checked; both ways between fields and URL. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from core.errors import PacelineError

FieldName = Literal["url", "host", "port", "user", "password", "vhost", "file"]
PORT_PLAIN, PORT_TLS = "5672", "5671"
MAX_NAME = 255  # bytes of a short string in AMQP


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


@dataclass(frozen=True, slots=True)
class NamedConnection:
    """A connection with the name its user gave it. Kept without its password."""

    url: str
    name: str = ""

    @property
    def words(self) -> str:
        """The name, or where it leads to; never a password."""
        if self.name:
            return self.name
        try:
            fields = fields_from_url(self.url)
        except AddressError:
            return "This computer"
        return f"{fields.user} at {fields.host}:{fields.port}" + ("" if fields.vhost == "/" else f", {fields.vhost}")


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
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise AddressError("url", "The address cannot be read: look at the brackets of its host.") from None
    tls = scheme.lower() == "amqps"
    fields = RabbitFields(
        host=host,
        port=_port_text(parts.netloc) or (PORT_TLS if tls else PORT_PLAIN),
        user=unquote(parts.username) if parts.username is not None else "guest",
        password=unquote(parts.password) if parts.password is not None else "",
        vhost=_vhost(parts.path),
        tls=tls,
    )
    return checked(fields)


def url_from_fields(fields: RabbitFields) -> str:
    """Raises AddressError."""
    fields = checked(fields)
    host = f"[{fields.host}]" if ":" in fields.host else fields.host
    password = f":{quote(fields.password, safe='')}" if fields.password else ""
    user = f"{quote(fields.user, safe='')}{password}"
    return f"{'amqps' if fields.tls else 'amqp'}://{user}@{host}:{fields.port}/{quote(fields.vhost, safe='')}"


def checked(fields: RabbitFields) -> RabbitFields:
    """The same without spaces around host and port. Raises AddressError for the first field that is wrong."""
    host, port = fields.host.strip(), fields.port.strip()
    if not host:
        raise AddressError("host", "Type the name or the address of the computer, such as localhost.")
    if not host.isprintable() or any(mark in " /@?#\\[]" for mark in host) or host.count(":") == 1:
        raise AddressError("host", "A host is a name or an address only; the port has a field of its own.")
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise AddressError("port", "A port is a number from 1 to 65535.")
    if not fields.user or len(fields.user.encode()) > MAX_NAME:
        raise AddressError("user", "Type a user name; RabbitMQ's own is guest.")
    if not fields.vhost or len(fields.vhost.encode()) > MAX_NAME:
        raise AddressError("vhost", "Type a virtual host; RabbitMQ's own is /.")
    return RabbitFields(host, port, fields.user, fields.password, fields.vhost, fields.tls)


def url_from_file(path: str) -> str:
    """The URL of an embedded queue. Raises AddressError; whether the file can be used is for the test to say."""
    path = path.strip()
    if not path:
        raise AddressError("file", "Type where the queue's file is, or will be.")
    if not path.isprintable() or path.endswith(("/", "\\")):
        raise AddressError("file", "This must be a file, not a folder.")
    return f"sqlite:///{path}"


def file_from_url(url: str) -> str:
    return url.removeprefix("sqlite:///")


def _port_text(netloc: str) -> str:
    place = netloc.rpartition("@")[2]
    after_brackets = place.rpartition("]")[2]
    return after_brackets.partition(":")[2]


def _vhost(path: str) -> str:
    """`` and `/` mean the default one; `//` would be one without a name, which nobody has."""
    if path in ("", "/"):
        return "/"
    if "/" in path[1:]:
        raise AddressError("vhost", "A virtual host has no slash in a URL: write %2F for it.")
    return unquote(path[1:])
