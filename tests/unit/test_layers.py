"""The rooms of the tree: which folder may import which, and where the test of a module is."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A room may import the rooms above it in its list, and its own modules. The first is the folder's own modules.
LAYERS = {
    "core": (
        "core",
        "core.sqlite",
        "core.workouts",
        "core.config",
        "core.parsing",
        "core.roster",
        "core.achievements",
        "core.athletes",
        "core.metrics",
        "core.broker",
        "core.codec",
        "core.files",
        "core.failures",
        "core.processing",
        "core.store",
        "core.outbox",
        "core.live",
        "core.care",
        "core.recording",
    ),
    "worker": (
        "worker",
        "worker.runtime",
        "worker.exports",
        "worker.consumer",
        "worker.outbox",
        "worker.imports",
        "worker.care",
        "worker.monitoring",
        "worker.failed",
        "worker.host",
        "worker.http_api",
        "worker.recording",
        "worker.cli",
        "worker.demo",
    ),
    "gui": (
        "gui",
        "gui.theme",
        "gui.widgets",
        "gui.charts",
        "gui.forms",
        "gui.history",
        "gui.host",
        "gui.changes",
        "gui.frame",
        "gui.playback",
        "gui.dialogs",
        "gui.workspaces.console",
        "gui.workspaces.failed",
        "gui.workspaces.pipeline",
        "gui.workspaces.roster",
        "gui.workspaces.athletes",
        "gui.workspaces.demo",
        "gui.controllers",
        "gui.startup",
        "gui.app",  # starts everything, so it imports the top of the list
    ),
}
# A workspace imports no other workspace, but for these.
BETWEEN_WORKSPACES = {
    ("gui.workspaces.pipeline", "gui.workspaces.failed"),
    ("gui.workspaces.roster", "gui.workspaces.console"),  # asks what the form asks, and has its receipts
    ("gui.workspaces.athletes", "gui.workspaces.roster"),  # one of its pages
}
# In a workspace the parts stand side by side; only these modules see all of them.
OVERVIEWS = {"workspace", "actions", "controller"}
BETWEEN_PARTS = {
    ("", "bars"),  # of the roster grid, a page
    ("", "flow"),  # all that a recording needs of the demonstration
    ("bulk_fix", "messages"),
    ("repair", "messages"),
    ("report", "badges"),
    ("report", "page"),
    ("report", "records"),
    ("tour", "chaos"),  # it drives them
    ("tour", "load"),
}
MOST_MODULES = 20


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = {module_of(path): path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))}


def room_of(module: str) -> str:
    """The room that a module, or a package, is in."""
    if module.startswith("gui.app") or module.startswith("gui.__main__"):
        return "gui.app"
    fitting = [room for rooms in LAYERS.values() for room in rooms if module == room or module.startswith(f"{room}.")]
    return max(fitting, key=len)


def imports() -> Iterator[tuple[str, str]]:
    """Who imports what, both as modules of ours."""
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module or node.module.split(".")[0] not in LAYERS:
                continue
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield module, whole if whole in MODULES else node.module


IMPORTS = sorted(set(imports()))


def test_that_every_module_is_in_a_room() -> None:
    homeless = {module for module in MODULES if room_of(module) in LAYERS and module.count(".") > 1}
    assert homeless == {"gui.workspaces.__init__"}


@pytest.mark.parametrize("layer", LAYERS)
def test_that_a_room_imports_only_rooms_above_it(layer: str) -> None:
    rank = {room: place for place, room in enumerate(LAYERS[layer])}
    upward = defaultdict(list)
    for module, target in IMPORTS:
        here, there = room_of(module), room_of(target)
        if here in rank and there in rank and rank[there] > rank[here]:
            upward[here, there].append((module, target))
    assert not upward


def test_that_workspaces_do_not_know_each_other() -> None:
    crossing = {
        (here, there)
        for module, target in IMPORTS
        if (here := room_of(module)) != (there := room_of(target))
        and here.startswith("gui.workspaces.")
        and there.startswith("gui.workspaces.")
    }
    assert crossing <= BETWEEN_WORKSPACES


def test_that_the_parts_of_a_workspace_stand_side_by_side() -> None:
    crossing = []
    for module, target in IMPORTS:
        here, there = module.split("."), target.split(".")
        if here[:2] != ["gui", "workspaces"] or there[:3] != here[:3] or len(there) < 5:
            continue
        part, other = here[3] if len(here) > 4 else "", there[3]
        if part != other and here[-1] not in OVERVIEWS and (part, other) not in BETWEEN_PARTS:
            crossing.append((module, target))
    assert not crossing


def test_that_no_folder_is_a_heap() -> None:
    flat = Counter(str(path.parent.relative_to(ROOT)) for path in MODULES.values() if path.name != "__init__.py")
    assert {folder: count for folder, count in flat.items() if count > MOST_MODULES} == {}


def test_that_the_test_of_a_module_is_where_the_module_is() -> None:
    """`tests/unit/<room>/test_<module>.py`, or `test_<module>_<aspect>.py`; a package counts as a module."""
    lost = []
    for path in sorted((ROOT / "tests" / "unit").rglob("test_*.py")):
        inside = path.relative_to(ROOT / "tests" / "unit")
        if len(inside.parts) == 1:
            continue  # about the whole tree
        room, subject = ROOT / inside.parent, inside.stem.removeprefix("test_")
        names = (
            {entry.stem for entry in room.iterdir() if entry.suffix == ".py" or entry.is_dir()} if room.is_dir() else ()
        )
        if not any(subject == name or subject.startswith(f"{name}_") for name in names):
            lost.append(str(inside))
    assert lost == []
