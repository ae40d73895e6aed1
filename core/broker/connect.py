"""From a broker's URL to the broker: the only place that knows which kinds there are."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core.broker.embedded import EmbeddedBroker
from core.broker.ports import Broker
from core.errors import SettingError

SQLITE_PREFIX = "sqlite:///"
RABBITMQ_SCHEMES = ("amqp", "amqps")
MAX_VHOST_BYTES = 255
MAX_HEARTBEAT_S = 600
_OPTIONS = {"amqp": {"heartbeat", "queue_type"}, "amqps": {"heartbeat", "queue_type", "ssl_options"}}
_QUEUE_TYPES = ("classic", "quorum")


def open_broker(url: str) -> Broker:
    """`amqp://` and `amqps://` are RabbitMQ, `sqlite:///file` is the embedded queue. Connects to nothing yet.

    SettingError with one sentence that says what is wrong, and never holds the password.
    """
    scheme = _scheme_of(url)
    if scheme == "sqlite":
        return EmbeddedBroker(embedded_path(url))
    if scheme in RABBITMQ_SCHEMES:
        check_rabbitmq_url(url)
        # Only whoever uses RabbitMQ pays for loading pika.
        from core.broker.rabbitmq import RabbitMQBroker

        return RabbitMQBroker(url)
    raise SettingError("A broker address must begin with amqp://, amqps:// or sqlite:///.")


def embedded_path(url: str) -> Path:
    """The file of `sqlite:///relative.db` or `sqlite:////absolute.db`; SettingError when it cannot be one."""
    if not url.lower().startswith(SQLITE_PREFIX):
        raise SettingError("The address of the embedded queue must be sqlite:/// and then the path of a file.")
    name = url[len(SQLITE_PREFIX) :]
    if "?" in name:
        raise SettingError("The address of the embedded queue takes no options: leave out what begins with ?.")
    if not name or name.startswith(":memory:"):
        raise SettingError("The address of the embedded queue names no file: write sqlite:/// and then its path.")
    path = Path(name)
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise SettingError(f"The path of the embedded queue cannot be used: {error.strerror}.") from error
    if is_folder:
        raise SettingError(f"{name} is a folder; the embedded queue needs the path of a file.")
    if not has_folder:
        raise SettingError(f"The folder {path.parent} does not exist; the embedded queue cannot be kept there.")
    return path


def check_rabbitmq_url(url: str) -> None:
    """SettingError with the first thing that is wrong."""
    parts = _split(url)
    _check_login(parts)
    _check_host(parts)
    _check_vhost(parts.path)
    _check_options(parts)


def _scheme_of(url: str) -> str:
    scheme = url.partition(":")[0].lower()
    # A file may have a space in its name; urlsplit would silently drop some invisible characters.
    is_clean = url.isprintable() and (scheme == "sqlite" or not any(map(str.isspace, url)))
    if not is_clean:
        raise SettingError("The broker address contains a space or an invisible character.")
    return scheme


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingError("The host in the broker address is not valid.") from None
    if not url[len(parts.scheme) :].startswith("://"):
        raise SettingError("After amqp or amqps, a broker address goes on with :// and the host.")
    if parts.fragment or "#" in url:
        raise SettingError("The broker address contains a #; in a password, write it as %23.")
    return parts


def _check_login(parts: SplitResult) -> None:
    if "@" not in parts.netloc:
        return
    if not parts.username:
        raise SettingError("The broker address has an @ but no user name before it.")
    if parts.password is None:
        raise SettingError("The broker address names a user without a password: write user:password@host.")


def _check_host(parts: SplitResult) -> None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        # An unescaped slash in the password ends up here, so the text itself must not be shown.
        raise SettingError("The port is not a number from 1 to 65535; in a password, write / as %2F and @ as %40.")
    if not parts.hostname:
        raise SettingError("The broker address names no host: write amqp://host or amqp://host:port.")


def _check_vhost(path: str) -> None:
    """No path, and `/` alone, are the default virtual host `/`."""
    name = path[1:]
    if name.startswith("/"):
        raise SettingError("The broker address names an empty virtual host; leave out // at its end, or write %2F.")
    if "/" in name:
        raise SettingError("The virtual host in the broker address contains a slash; write it as %2F.")
    if len(unquote(name).encode()) > MAX_VHOST_BYTES:
        raise SettingError(f"The virtual host in the broker address is longer than {MAX_VHOST_BYTES} bytes.")


def _check_options(parts: SplitResult) -> None:
    allowed = _OPTIONS[parts.scheme]
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in allowed:
            # Not shown: after an unescaped ? in the password, this is a part of it.
            raise SettingError(
                f"The broker address has an unknown option; known: {', '.join(sorted(allowed))}. "
                "In a password, write ? as %3F."
            )
        if name == "heartbeat" and not (value.isascii() and value.isdigit() and 1 <= int(value) <= MAX_HEARTBEAT_S):
            raise SettingError(f"The heartbeat in the broker address is not a number from 1 to {MAX_HEARTBEAT_S}.")
        if name == "queue_type" and value not in _QUEUE_TYPES:
            raise SettingError("The queue_type in the broker address is neither classic nor quorum.")
