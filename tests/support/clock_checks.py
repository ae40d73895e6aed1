"""What a source does with threads and with the clock, its names resolved through its imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

SLEEPS = {
    "time.sleep",
    "asyncio.sleep",
    "PySide6.QtCore.QThread.sleep",
    "PySide6.QtCore.QThread.msleep",
    "PySide6.QtCore.QThread.usleep",
    "PySide6.QtTest.QTest.qSleep",
    "PySide6.QtTest.QTest.qWait",
}
THREADS = {
    "threading.Thread",
    "threading.Timer",
    "_thread.start_new_thread",
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor",
    "multiprocessing.pool.ThreadPool",
    "asyncio.to_thread",
    "PySide6.QtCore.QThread",
}
EVENTS = {"threading.Event", "multiprocessing.Event", "asyncio.Event"}
# Without one of these words, under whatever name it is imported, there is nothing to find: most texts are not parsed.
_MAY_START = re.compile(r"Thread|Timer|start_new_thread|to_thread")
_MAY_SLEEP = re.compile(r"sleep|Sleep|qWait|\bwait\b")


def thread_starts(text: str) -> list[str]:
    """Where threads are begun or subclassed: `line: name`."""
    if not _MAY_START.search(text):
        return []
    tree = ast.parse(text)
    names = _imported(tree)
    found = [
        (node.lineno, name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and (name := _resolved(node, names)) in THREADS
    ]
    return [f"{line}: {name}" for line, name in sorted(found)]


def sleeps(text: str) -> list[str]:
    """Where the clock is waited for instead of a state: `line: call`. An event that nothing can set is a sleep, too."""
    if not _MAY_SLEEP.search(text):
        return []
    tree = ast.parse(text)
    names = _imported(tree)
    found = set(_hopeless_waits(tree, names))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            called = _resolved(node, names)
            if called in SLEEPS or f".{called}".endswith(".qtbot.wait"):
                found.add((node.lineno, ast.unparse(node)))
    return [f"{line}: {name}" for line, name in sorted(found)]


def _hopeless_waits(tree: ast.Module, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    for scope in ast.walk(tree):
        if isinstance(scope, ast.Call) and isinstance(scope.func, ast.Attribute) and scope.func.attr == "wait":
            if _is_event(scope.func.value, names):
                yield scope.lineno, ast.unparse(scope.func)
        elif isinstance(scope, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            for made in _events_made_in(scope, names):
                # An attribute may be set through any other name of its object: `self.done` by `job.done.set()`.
                where = tree if isinstance(made, ast.Attribute) else scope
                uses = [node for node in ast.walk(where) if _is_use(node, made)]
                waits = [node.lineno for node in ast.walk(where) if _is_wait_for(node, made)]
                if len(uses) == len(waits):
                    yield from ((line, f"{ast.unparse(made)}.wait") for line in waits)


def _events_made_in(scope: ast.AST, names: dict[str, str]) -> Iterator[ast.Name | ast.Attribute]:
    for node in _own_nodes(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                for each, value in pairs:
                    if isinstance(each, ast.Name | ast.Attribute) and _is_event(value, names):
                        yield each


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield node
            yield from _own_nodes(node)


def _is_event(node: ast.AST, names: dict[str, str]) -> bool:
    return isinstance(node, ast.Call) and _resolved(node.func, names) in EVENTS


def _is_use(node: ast.AST, made: ast.Name | ast.Attribute) -> bool:
    if isinstance(made, ast.Name):
        return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == made.id
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr == made.attr


def _is_wait_for(node: ast.AST, made: ast.Name | ast.Attribute) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr == "wait" and _is_use(node.func.value, made)


def _imported(tree: ast.Module) -> dict[str, str]:
    """What each name stands for: `from time import sleep as nap` makes `nap` `time.sleep`."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation is not None and ast.unparse(node.annotation) == "QtBot":
            names[node.arg] = "qtbot"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _resolved(node: ast.AST, names: dict[str, str]) -> str:
    """`sleep` as `time.sleep`, `QtTest.QTest.qWait` as `PySide6.QtTest.QTest.qWait`; empty for no dotted name."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = _resolved(node.value, names)
        return f"{before}.{node.attr}" if before else node.attr
    return ""
