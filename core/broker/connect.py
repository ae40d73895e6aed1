"""Which kinds of broker there are, and from an address to its broker. No other module compares URL schemes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from core.broker.amqp_url import SCHEMES as AMQP_SCHEMES
from core.broker.amqp_url import parse_amqp_url
from core.broker.ports import EMBEDDED_KIND, EMBEDDED_PLACE, RABBITMQ_KIND, Broker
from core.config.file_url import SQLITE_PREFIX, file_path
from core.config.passwords import needs_password, with_password
from core.errors import SettingError

HERE, RABBITMQ = "here", "rabbitmq"


class AddressForm(Enum):
    """What the connection dialog asks for."""

    FILE = auto()  # the path of a file, which becomes a sqlite:/// address
    AMQP = auto()  # host, port, user and the other parts of an amqp:// address
    LINE = auto()  # the address itself


@dataclass(frozen=True, slots=True)
class BrokerScheme:
    """A kind of broker. Its functions take an address with one of its schemes, connect to nothing but in `try_out`,
    and raise SettingError with one sentence that never holds a password. Client libraries are loaded by `open` and
    `try_out` only, so that a program pays for the one that it uses."""

    name: str  # the key in BROKER_SCHEMES
    kind: str  # as `Broker.kind`
    schemes: tuple[str, ...]
    label: str  # of the choice in the connection dialog
    description: str  # the sentence below it
    form: AddressForm
    locate: Callable[[str], str]  # checks the address; as `Broker.location`
    open: Callable[[str], Broker]
    try_out: Callable[[str, float], str]  # waits at most so many seconds; a sentence, or BrokerUnavailableError
    identity: Callable[[str], str]  # the same text for every address of the same queue; names no user
    file: Callable[[str], Path] | None = None  # of a kind that is a file on this computer


@dataclass(frozen=True, slots=True)
class BrokerDescription:
    """What people see of a broker: `RabbitMQ`, `localhost:5672`. Never a password."""

    kind: str
    location: str


def scheme_of(url: str) -> BrokerScheme | None:
    """The kind of broker that the address begins like, however wrong the rest of it may be."""
    name = url.partition(":")[0].lower()
    return next((scheme for scheme in BROKER_SCHEMES.values() if name in scheme.schemes), None)


def describe_broker(url: str) -> BrokerDescription:
    """Checks the address as `open_broker` does, but loads no library to speak to the broker with."""
    scheme = _checked_scheme(url)
    return BrokerDescription(scheme.kind, scheme.locate(url))


def label_in_words(url: str) -> BrokerDescription:
    """As `describe_broker`, for an address that may be wrong: as much as is certain."""
    try:
        return describe_broker(with_password(url, "-") if needs_password(url) else url)
    except SettingError:
        scheme = scheme_of(url)
        if scheme is not None and scheme.file is None:
            return BrokerDescription(scheme.kind, "an unusable address")
        return BrokerDescription(EMBEDDED_KIND, EMBEDDED_PLACE)


def open_broker(url: str) -> Broker:
    """Connects to nothing yet. SettingError with one sentence that says what is wrong, and never holds the password."""
    scheme = _checked_scheme(url)
    scheme.locate(url)
    return scheme.open(url)


def try_broker(url: str, timeout_s: float) -> str:
    """Connects, and says in a sentence what was found. SettingError, or a PacelineError of the broker."""
    scheme = _checked_scheme(url)
    scheme.locate(url)
    return scheme.try_out(url, timeout_s)


def queue_file(url: str) -> Path | None:
    """The file of a queue on this computer, None for any other broker. SettingError when it cannot be one."""
    scheme = scheme_of(url)
    return None if scheme is None or scheme.file is None else scheme.file(url)


def queue_identity(url: str) -> str:
    """The same text for every address of the same queue; it names no user. SettingError for a wrong address."""
    return _checked_scheme(url).identity(url)


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


def _checked_scheme(url: str) -> BrokerScheme:
    scheme = scheme_of(url)
    # A file may have a space in its name; urlsplit would silently drop some invisible characters.
    may_have_spaces = scheme is not None and scheme.file is not None
    if not (url.isprintable() and (may_have_spaces or not any(map(str.isspace, url)))):
        raise SettingError("The broker address contains a space or an invisible character.")
    if scheme is None:
        known = sorted(
            f"{name}:///" if each.file else f"{name}://" for each in BROKER_SCHEMES.values() for name in each.schemes
        )
        raise SettingError(f"A broker address must begin with {', '.join(known[:-1])} or {known[-1]}.")
    return scheme


def _locate_embedded(url: str) -> str:
    embedded_path(url)
    return EMBEDDED_PLACE


def _open_embedded(url: str) -> Broker:
    from core.broker.embedded import EmbeddedBroker

    return EmbeddedBroker(embedded_path(url))


def _try_embedded(url: str, _timeout_s: float) -> str:
    if not embedded_path(url).exists():
        return "The file will be made."
    inspector = _open_embedded(url).inspector()
    inspector.open()
    inspector.close()
    return "The file can be used."


def _locate_rabbitmq(url: str) -> str:
    parsed = parse_amqp_url(url)
    if parsed.tls:
        from core.broker.tls import tls_context

        tls_context(parsed)  # says what is wrong with its files
    return parsed.place


def _open_rabbitmq(url: str) -> Broker:
    from core.broker.rabbitmq import RabbitMQBroker

    return RabbitMQBroker(url)


def _try_rabbitmq(url: str, timeout_s: float) -> str:
    from core.broker.rabbitmq.probe import probe

    probe(url, timeout_s)
    return f"Connected to {RABBITMQ_KIND} at {parse_amqp_url(url).place}."


# By name, in the order in which the connection dialog offers them. A new kind of broker is one more entry.
BROKER_SCHEMES = {
    scheme.name: scheme
    for scheme in (
        BrokerScheme(
            name=HERE,
            kind=EMBEDDED_KIND,
            schemes=("sqlite",),
            label="This computer",
            description="A durable queue in a file: nothing to install, for one computer.",
            form=AddressForm.FILE,
            locate=_locate_embedded,
            open=_open_embedded,
            try_out=_try_embedded,
            identity=lambda url: str(embedded_path(url)),
            file=embedded_path,
        ),
        BrokerScheme(
            name=RABBITMQ,
            kind=RABBITMQ_KIND,
            schemes=tuple(AMQP_SCHEMES),
            label="RabbitMQ",
            description="A RabbitMQ server, here or elsewhere: for several computers and workers.",
            form=AddressForm.AMQP,
            locate=_locate_rabbitmq,
            open=_open_rabbitmq,
            try_out=_try_rabbitmq,
            identity=lambda url: parse_amqp_url(url).identity,
        ),
    )
}
