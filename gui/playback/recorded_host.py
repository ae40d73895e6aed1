"""Stands where the pipeline of a console is: there is none in a recording."""

from __future__ import annotations

from typing_extensions import override

from core.errors import SettingError
from gui.host.pipeline_host import PipelineHost


class RecordedHost(PipelineHost):
    """No file is opened, no thread is started. What is asked gets no reply, and nothing is submitted."""

    @override
    def open(self) -> None:
        """At once."""

    @override
    def change_broker(self, url: str, database_url: str = "") -> None:
        raise SettingError("A recording is played: there is no connection to change.")

    @override
    def stop(self) -> bool:
        return True
