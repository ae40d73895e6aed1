"""The rules that the tree is built by, held by reading the code."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.support.clock_checks import sleeps, thread_starts
from tests.support.import_graph import cycle_in, import_graph, sources, way_to
from tests.support.scheme_checks import scheme_comparisons
from tests.support.source_tree import MODULES, ORDER, ROOT, imported_names, layer_of, private_to_pytest

QT = {"PySide6", "pyqtgraph", "qtawesome", "qtpy", "shiboken6"}
TEXTS = sources(ROOT, ("core", "worker", "gui"))
GRAPH = import_graph(TEXTS)
# What screens show, folded from events: these import the store's values, not the other way round.
SCREEN_STATE = {
    "core.live.achievement_board",
    "core.live.attempts",
    "core.live.console_state",
    "core.live.workers",
    "core.live.workout_log",
    "core.live.ledger",
    "core.live.chart_summary",
    "core.live.receipts",
    "core.live.tail",
    "core.live.timeline",
}
# How a docstring says that its module can be loaded without Qt.
QT_FREE = re.compile(r"\bQt-free\b|\b[Nn]o Qt\b|\bwithout Qt\b")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_that_imports_go_one_way(path: Path) -> None:
    rank = ORDER.index(layer_of(path))
    tops = {name.split(".")[0] for name in imported_names(path)}
    assert not {top for top in tops if top in ORDER and ORDER.index(top) > rank}
    assert "tests" not in tops
    if layer_of(path) != "gui":
        assert not tops & QT


def test_that_only_the_rabbitmq_adapter_imports_pika() -> None:
    users = {
        str(path.relative_to(ROOT)) for path in MODULES if "pika" in {n.split(".")[0] for n in imported_names(path)}
    }
    assert users
    assert all(user.startswith("core/broker/rabbitmq") for user in users)


# Elsewhere, a third kind of broker or database would be taken for one of those named.
KNOW_SCHEMES = {
    "core.broker.connect": "One entry for each kind of broker.",
    "core.broker.amqp_url": "Whether an amqp address is encrypted.",
    "core.config.file_url": "How a path is written in an address.",
    "core.store.database.connect": "One branch for each kind of database.",
}


def test_that_schemes_are_compared_in_one_place() -> None:
    assert scheme_comparisons(TEXTS).keys() == KNOW_SCHEMES.keys()
    asking = {name for name, text in TEXTS.items() if "is_file_url" in text and "is_file_url" in imported_symbols(text)}
    assert asking == {"core.store.database.connect", "gui.dialogs.connection_url"}  # a file's path for its field


def imported_symbols(text: str) -> set[str]:
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in nodes for alias in node.names}


@pytest.mark.parametrize(
    "planted",
    [
        "url.partition(':')[0] == 'amqp'",
        "url.partition(':')[0] not in ('amqp', 'amqps')",
        "url.strip().lower().startswith(('amqp://', 'amqps://'))",
        "from core.known import SCHEMES as KNOWN\nscheme.lower() in KNOWN",
        "from core.known import SCHEMES\nSCHEMES.get(scheme)",
        "_FILE = 'sqlite:///'\nurl.removeprefix(_FILE)",
        "match scheme:\n    case 'postgresql': pass",
    ],
)
def test_that_a_comparison_with_a_scheme_is_found(planted: str) -> None:
    known = {"core.known": "SCHEMES = {'amqp': False, 'amqps': True}"}
    assert scheme_comparisons({**known, "core.a": planted}).keys() == {"core.a"}
    shown = "dialect.name == 'postgresql'\nprint('amqp://')\n'amqps' if tls else 'amqp'"
    assert scheme_comparisons({**known, "core.a": shown}) == {}


def test_that_imports_are_absolute() -> None:
    relative = [
        name
        for name, text in TEXTS.items()
        if re.search(r"\bfrom\s*\.", text)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_that_no_module_is_imported_by_what_it_imports() -> None:
    assert cycle_in(GRAPH) == []


def test_that_a_cycle_is_found() -> None:
    planted = {
        "core.a": "def late():\n    import core.c",
        "core.b": "from core import a\nimport core.c",
        "core.c": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from core.b import Thing",
    }
    assert set(cycle_in(import_graph(planted))) == {"core.b", "core.c"}
    assert cycle_in(import_graph({**planted, "core.c": "import json"})) == []


def test_that_the_store_imports_no_screen_state() -> None:
    assert GRAPH.keys() >= SCREEN_STATE
    broken = {
        name: found
        for name, imports in GRAPH.items()
        if name.startswith("core.store") and (found := imports & SCREEN_STATE)
    }
    assert broken == {}


def qt_free(texts: dict[str, str]) -> list[str]:
    saying = {name: text for name, text in texts.items() if QT_FREE.search(text)}
    return [name for name, text in saying.items() if QT_FREE.search(ast.get_docstring(ast.parse(text)) or "")]


def test_that_what_calls_itself_free_of_qt_loads_none() -> None:
    names = qt_free(TEXTS)
    assert len(names) > 25
    assert {name: way for name in names if (way := way_to(GRAPH, name, QT))} == {}


def test_that_qt_is_found_behind_a_package() -> None:
    planted = {
        "gui.words": '"""Words. Qt-free."""\nfrom gui.widgets.states import State',
        "gui.widgets": "from gui.widgets.button import Button",
        "gui.widgets.states": "State = str",
        "gui.widgets.button": "from PySide6.QtWidgets import QPushButton as Button",
    }
    assert qt_free(planted) == ["gui.words"]
    way = ["gui.words", "gui.widgets.states", "gui.widgets", "gui.widgets.button", "PySide6.QtWidgets"]
    assert way_to(import_graph(planted), "gui.words", QT) == way


# A value of the wrong type would be found by a user: results come back to typed callbacks, so there is little to cast.
MOST_CASTS = 3


def test_that_results_come_back_to_typed_callbacks() -> None:
    of_gui = {name: text for name, text in TEXTS.items() if name.startswith("gui")}
    casts = [name for name, text in of_gui.items() for _ in re.findall(r"\bcast\(", text)]
    assert len(casts) <= MOST_CASTS
    asking = {name: text for name, text in TEXTS.items() if not name.startswith("core")}
    assert [name for name, text in asking.items() if re.search(r"\btopic ==|\bon_answer\b", text)] == []


def test_that_core_starts_no_threads() -> None:
    """Threads are the programs': what `core/` holds is called from theirs, and says from which."""
    found = {
        name: starts for name, text in TEXTS.items() if name.startswith("core") and (starts := thread_starts(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "import threading\nthreading.Thread(target=print).start()",
        "import threading as t\nt.Timer(1, print).start()",
        "from threading import Thread\nclass Mine(Thread): ...",
        "from threading import Thread as Task\nTask()",
        "import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()",
        "from concurrent.futures import ThreadPoolExecutor as Pool\nPool(2)",
        "from _thread import start_new_thread\nstart_new_thread(print, ())",
    ],
)
def test_that_a_thread_is_found(planted: str) -> None:
    assert len(thread_starts(planted)) == 1
    assert thread_starts("from threading import Condition, Event, Lock\nevent = Event()") == []


# Where a pause between two looks is all there is: each in one place, each with its reason.
PAUSES = {
    "core.sqlite.connection": "SQLite waits for nobody when it changes the journal mode, so it is tried again.",
    "core.store.rules.recompute": "Who waits for SQLite's lock looks at it now and then, and has to find it free.",
    "worker.cli.ledger": "A broker that lets nobody listen is looked at from time to time.",
    "tests.support.waiting": "The one helper of the tests.",
}


def test_that_nobody_sleeps_by_the_clock() -> None:
    texts = {**TEXTS, **sources(ROOT, ("resources", "tests"))}
    sleepers = {name: found for name, text in texts.items() if (found := sleeps(text))}
    assert {name: found for name, found in sleepers.items() if name not in PAUSES} == {}
    assert sleepers.keys() == PAUSES.keys()  # what no longer pauses leaves the list
    assert [len(sleepers[name]) for name in PAUSES] == [1, 1, 1, 2]


def test_that_only_tests_about_time_let_it_pass() -> None:
    """Faults and benches do: how long an outage lasts, when a process is killed, a rate."""
    letting = {
        name
        for name, text in sources(ROOT, ("tests/support", "tests/contract", "tests/integration", "tests/unit")).items()
        if "let_pass" in text
        and any(isinstance(node, ast.Name) and node.id == "let_pass" for node in ast.walk(ast.parse(text)))
    }
    starting = {"tests.support.postgres_server", "tests.support.rabbitmq_node"}  # between looks at what may have died
    measuring = {"tests.unit.worker.consumer.test_batch_runner_poison_marks", "tests.integration.test_fleet_flood"}
    assert letting == {*starting, *measuring}


@pytest.mark.parametrize(
    "planted",
    [
        "import time\ntime.sleep(1)",
        "from time import sleep\nsleep(1)",
        "from time import sleep as nap\ndef f(pause=nap): ...",
        "import asyncio\nasync def f():\n    await asyncio.sleep(1)",
        "from threading import Event\nEvent().wait(1)",
        "import threading\ndef f():\n    pause, n = threading.Event(), 1\n    pause.wait(n)",
        "from threading import Event\nclass A:\n    def __init__(self):\n        self._x = Event()\n"
        "    def go(self):\n        self._x.wait(1)",
        "def test_it(desk):\n    desk.qtbot.wait(50)",
        "def test_it(bot: QtBot):\n    bot.wait(50)",
        "from PySide6.QtTest import QTest\nQTest.qWait(50)",
        "from PySide6 import QtCore\nQtCore.QThread.msleep(50)",
    ],
)
def test_that_a_sleep_is_found(planted: str) -> None:
    assert len(sleeps(planted)) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "from threading import Event\ndef f():\n    done = Event()\n    begin(done.set)\n    done.wait(1)",
        "from threading import Event\ndef f():\n    done = Event()\n    begin(done)\n    done.wait(1)",
        "from threading import Event\nclass A:\n    def __init__(self):\n        self.done = Event()\n"
        "    def go(self):\n        self.done.wait(1)\ndef f(a):\n    a.done.set()",
        "def test_it(qtbot):\n    qtbot.waitUntil(lambda: True)",
        "def f(process, condition):\n    process.wait(5)\n    condition.wait(1)",
    ],
)
def test_that_waiting_for_a_state_is_no_sleep(planted: str) -> None:
    assert sleeps(planted) == []


def test_that_the_tree_has_the_folders_that_the_readme_names() -> None:
    for name in ("gui", "core", "worker", "resources", "tests", "pyproject.toml"):
        assert (ROOT / name).exists(), name


def test_that_this_python_is_supported() -> None:
    assert sys.version_info >= (3, 11)


def test_that_no_test_module_or_conftest_is_imported() -> None:
    """What tests share is in `tests/support`; fixtures are in the conftest above those that ask for them."""
    texts = sources(ROOT, ("tests",))
    imported = {name: parts for name, text in texts.items() if (parts := private_to_pytest(text))}
    assert imported == {}


@pytest.mark.parametrize(
    "line",
    [
        "from tests.unit.core.broker.test_extras import ENTRIES",
        "import tests.unit.core.broker.test_extras",
        "from tests.unit.core import test_extras",
        "from tests.contract.conftest import rig",
        "from tests.contract import conftest",
        "from .conftest import rig",
        "from . import test_extras",
    ],
)
def test_that_an_import_of_a_test_module_or_conftest_is_found(line: str) -> None:
    assert private_to_pytest(f"def inner() -> None:\n    {line}\n")
    assert not private_to_pytest("from tests.support.fakes import EventLog\nfrom testing import x\n")


MOST_ATTRIBUTES, MOST_ARGUMENTS = 15, 8


def class_sizes(text: str) -> dict[str, tuple[int, int]]:
    """Of each class: its attributes (fields, and what its methods set on `self`) and arguments of its constructor."""
    sizes = {}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ClassDef):
            continue
        fields = {
            part.target.id for part in node.body if isinstance(part, ast.AnnAssign) and type(part.target) is ast.Name
        }
        stores = [
            part for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
        ]
        own = {part.attr for part in stores if isinstance(part.value, ast.Name) and part.value.id == "self"}
        makers = [part.args for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
        arguments = sum(len(args.posonlyargs + args.args + args.kwonlyargs) - 1 for args in makers)
        sizes[node.name] = len(fields | own), arguments
    return sizes


def test_that_no_class_of_the_worker_loop_holds_everything() -> None:
    sizes = {
        (name, each): size
        for name, text in TEXTS.items()
        if name.startswith("worker.consumer.")
        for each, size in class_sizes(text).items()
    }
    assert len(sizes) > 20
    too_large = {each: size for each, size in sizes.items() if size[0] > MOST_ATTRIBUTES or size[1] > MOST_ARGUMENTS}
    assert too_large == {}


def test_that_the_size_of_a_class_is_counted() -> None:
    planted = (
        "class A:\n    field: int\n    def __init__(self, a, /, b, *, c):\n        self.x, self.y = a, b\n"
        "        self.field, b.z = c, self.w\n    def act(self):\n        self.v: int = 1\n"
    )
    assert class_sizes(planted) == {"A": (4, 3)}
