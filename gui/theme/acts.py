"""What can be done with workers, workouts and charts: one verb, icon and hue each, wherever it is offered. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

from gui.theme.palette import Role


@dataclass(frozen=True, slots=True)
class Act:
    verb: str
    icon: str
    hue: Role = "second"


ACTS = {
    "start": Act("Start", "play"),
    "pause": Act("Pause", "pause"),
    "resume": Act("Resume", "play"),
    "drain": Act("Drain", "format-vertical-align-bottom"),  # the tray stands for what is kept on this computer
    "stop": Act("Stop", "square-outline"),
    "kill": Act("Kill", "close-circle-outline", "failed"),
    "freeze": Act("Freeze", "pause-circle-outline"),
    "live": Act("Back to live", "play-circle-outline"),
    "repair": Act("Repair", "pencil-outline"),
    "retry": Act("Retry", "refresh"),
    "discard": Act("Discard", "trash-can-outline", "failed"),
    "copy": Act("Copy", "content-copy"),
    "reconnect": Act("Try now", "refresh"),
    "connect_to": Act("Change connection", "power-plug-outline"),
}
