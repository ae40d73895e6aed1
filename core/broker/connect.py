"""From a broker's URL to the broker: the only place that knows which kinds there are."""

from __future__ import annotations

from pathlib import Path

from core.broker.amqp_url import SCHEMES as AMQP_SCHEMES
from core.broker.amqp_url import parse_amqp_url
from core.broker.embedded import EmbeddedBroker
from core.broker.ports import Broker
from core.errors import SettingError

SQLITE_PREFIX = "sqlite:///"


def open_broker(url: str) -> Broker:
    """`amqp://` and `amqps://` are RabbitMQ, `sqlite:///file` is the embedded queue. Connects to nothing yet.

    SettingError with one sentence that says what is wrong, and never holds the password.
    """
    scheme = _scheme_of(url)
    if scheme == "sqlite":
        return EmbeddedBroker(embedded_path(url))
    if scheme in AMQP_SCHEMES:
        parse_amqp_url(url)  # says what is wrong with it
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


def _scheme_of(url: str) -> str:
    scheme = url.partition(":")[0].lower()
    # A file may have a space in its name; urlsplit would silently drop some invisible characters.
    is_clean = url.isprintable() and (scheme == "sqlite" or not any(map(str.isspace, url)))
    if not is_clean:
        raise SettingError("The broker address contains a space or an invisible character.")
    return scheme
