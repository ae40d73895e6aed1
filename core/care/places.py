"""Where the data of one program is: the databases, and the folder of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.broker.connect import queue_file
from core.config.settings import DataFolder, Settings


@dataclass(frozen=True, slots=True)
class DataPlaces:
    """Holds nothing open; may be used from any thread."""

    folder: DataFolder
    broker_url: str
    database_url: str

    @property
    def outbox_file(self) -> Path:
        return self.folder.outbox_file

    @property
    def queue_file(self) -> Path | None:
        """None where the queue is not on this computer, or nothing was sent yet."""
        path = queue_file(self.broker_url)
        return path if path is not None and path.exists() else None

    @property
    def has_local_queue(self) -> bool:
        return queue_file(self.broker_url) is not None


def places_of(settings: Settings) -> DataPlaces:
    return DataPlaces(settings.folder, settings.broker_url, settings.database_url)
