"""Display names of workers, short if the name is only host and process. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence

from core.live.workers import LiveWorker

HERE = "this console"
_SHORT = 6  # characters


class WorkerNames:
    """Main thread. `W1` is the first worker of this console; names of others keep what distinguishes them."""

    def __init__(self) -> None:
        self._own: dict[str, str] = {}

    @property
    def own(self) -> Sequence[str]:
        return tuple(self._own)

    @property
    def own_words(self) -> str:
        """The name of the scope of this console's workers: `this worker`, `these 3 workers`."""
        return f"these {len(self._own)} workers" if len(self._own) > 1 else "this worker"

    def set_own(self, names: Sequence[str]) -> None:
        self._own = {name: f"W{number}" for number, name in enumerate(names, 1)}

    def is_own(self, name: str) -> bool:
        return name in self._own

    def short(self, name: str) -> str:
        """The name for a narrow column; show the whole name in a tool tip."""
        if (own := self._own.get(name)) is not None or len(name) <= _SHORT:
            return own or name
        parts = name.split("-")
        ends = ("-".join(parts[place:]) for place in range(1, len(parts)))
        return next((end for end in ends if end and len(end) <= _SHORT), f"…{name[-_SHORT + 2 :]}")

    def called(self, name: str) -> str:
        """`W2` for a worker of this console, else the whole name."""
        return self._own.get(name, name)

    def title(self, view: LiveWorker) -> tuple[str, str]:
        """The emphasized name, and where the worker runs."""
        if (own := self._own.get(view.name)) is not None:
            return own, HERE
        place = f"{view.host} {view.pid}".strip() if view.pid else view.host
        if view.host and view.name.startswith(f"{view.host}-"):
            return view.host, view.name.removeprefix(f"{view.host}-")
        return view.name, place
