"""How workers are called on this screen: short where the name says no more than host and process. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence

from core.fleet import WorkerView

HERE = "this console"
_SHORT = 7  # characters


class WorkerNames:
    """Main thread. `W1` is the first worker of this console; others keep what sets them apart."""

    def __init__(self) -> None:
        self._own: dict[str, str] = {}

    @property
    def own(self) -> Sequence[str]:
        return tuple(self._own)

    def set_own(self, names: Sequence[str]) -> None:
        self._own = {name: f"W{number}" for number, name in enumerate(names, 1)}

    def is_own(self, name: str) -> bool:
        return name in self._own

    def short(self, name: str) -> str:
        """For a narrow column; the whole name belongs in a tool tip."""
        return self._own.get(name) or (name if len(name) <= _SHORT else f"…{name[-_SHORT + 1 :]}")

    def title(self, view: WorkerView) -> tuple[str, str]:
        """The strong word, and where it runs."""
        if (own := self._own.get(view.name)) is not None:
            return own, HERE
        place = f"{view.host} {view.pid}".strip() if view.pid else view.host
        if view.host and view.name.startswith(f"{view.host}-"):
            return view.host, view.name.removeprefix(f"{view.host}-")
        return view.name, place
