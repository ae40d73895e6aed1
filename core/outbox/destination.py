"""Where what is accepted goes: a queue, and the results database that is looked at beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.broker.amqp_url import SCHEMES, parse_amqp_url
from core.broker.connect import embedded_path
from core.store.database.connect import database_at


@dataclass(frozen=True, slots=True)
class Destination:
    """Both as words that name no user and no password; the same words are the same place."""

    queue: str
    database: str


def destination_of(broker_url: str, database_url: str, folder: Path) -> Destination:
    """`folder`: files in it are named from there, so that they stay the same place when it is moved.

    SettingError for an address that cannot be right.
    """
    database = database_at(database_url)
    where = database.name if database.file is None else _file(database.file, folder)
    return Destination(_queue(broker_url, folder), where)


def _queue(url: str, folder: Path) -> str:
    if url.partition(":")[0].lower() not in SCHEMES:
        return _file(embedded_path(url), folder)
    address = parse_amqp_url(url)
    hosts = ",".join(sorted(host.text for host in address.hosts))
    return f"RabbitMQ at {hosts}, virtual host {address.vhost}"


def _file(path: Path, folder: Path) -> str:
    path, folder = path.absolute().resolve(), folder.absolute().resolve()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
