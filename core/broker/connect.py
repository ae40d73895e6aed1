"""From a broker's URL to the broker: the only place that knows which kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.broker.amqp_url import SCHEMES as AMQP_SCHEMES
from core.broker.amqp_url import parse_amqp_url
from core.broker.ports import EMBEDDED_KIND, EMBEDDED_PLACE, RABBITMQ_KIND, Broker
from core.config.file_url import SQLITE_PREFIX, file_path
from core.config.passwords import needs_password, with_password
from core.errors import SettingError


@dataclass(frozen=True, slots=True)
class BrokerDescription:
    """What people see of a broker: `RabbitMQ`, `localhost:5672`. Never a password."""

    kind: str
    location: str


def describe_broker(url: str) -> BrokerDescription:
    """Checks the address as `open_broker` does, but loads no library to speak to the broker with."""
    scheme = _scheme_of(url)
    if scheme == "sqlite":
        embedded_path(url)
        return BrokerDescription(EMBEDDED_KIND, EMBEDDED_PLACE)
    if scheme in AMQP_SCHEMES:
        parsed = parse_amqp_url(url)
        if parsed.tls:
            from core.broker.tls import tls_context

            tls_context(parsed)  # says what is wrong with its files
        return BrokerDescription(RABBITMQ_KIND, parsed.place)
    raise SettingError("A broker address must begin with amqp://, amqps:// or sqlite:///.")


def label_in_words(url: str) -> BrokerDescription:
    """As `describe_broker`, for an address that may be wrong: as much as is certain."""
    try:
        return describe_broker(with_password(url, "-") if needs_password(url) else url)
    except SettingError:
        if url.lower().startswith(AMQP_SCHEMES):
            return BrokerDescription(RABBITMQ_KIND, "an unusable address")
        return BrokerDescription(EMBEDDED_KIND, EMBEDDED_PLACE)


def open_broker(url: str) -> Broker:
    """`amqp://` and `amqps://` are RabbitMQ, `sqlite:///file` is the embedded queue. Connects to nothing yet.

    SettingError with one sentence that says what is wrong, and never holds the password.
    """
    if describe_broker(url).kind == EMBEDDED_KIND:
        from core.broker.embedded import EmbeddedBroker

        return EmbeddedBroker(embedded_path(url))
    # Only whoever uses RabbitMQ pays for loading pika.
    from core.broker.rabbitmq import RabbitMQBroker

    return RabbitMQBroker(url)


def embedded_path(url: str) -> Path:
    """The file of `sqlite:///relative.db` or `sqlite:////absolute.db`; SettingError when it cannot be one.

    In the path `%`, `?` and `#` are %-encoded; see core/config/file_url.py.
    """
    if not url.lower().startswith(SQLITE_PREFIX):
        raise SettingError("The address of the embedded queue must be sqlite:/// and then the path of a file.")
    name = url[len(SQLITE_PREFIX) :]
    if "?" in name:
        raise SettingError("The address of the embedded queue takes no options; a ? in its path is written %3F.")
    if not name or name.startswith(":memory:"):
        raise SettingError("The address of the embedded queue names no file: write sqlite:/// and then its path.")
    try:
        path = file_path(url)
    except ValueError as error:
        raise SettingError(f"The path of the embedded queue cannot be used: {error}.") from None
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise SettingError(f"The path of the embedded queue cannot be used: {error.strerror}.") from error
    if is_folder:
        raise SettingError(f"{path} is a folder; the embedded queue needs the path of a file.")
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
