"""Which product module imports which, read from their sources; functions over texts, so that tests can plant some."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Graph = dict[str, set[str]]


def sources(root: Path, folders: Iterable[str]) -> dict[str, str]:
    """Texts by the dotted name of the module; a package's is that of its `__init__`."""
    found = {}
    for folder in folders:
        for path in (root / folder).rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def import_graph(texts: Mapping[str, str]) -> Graph:
    """What each module imports when it is loaded, and for types; imports inside functions do not count.

    Modules outside `texts` are in it by their dotted names. Imports are absolute here, which a test holds.
    """
    return {name: set(_imports(ast.parse(text).body, texts)) - {name} for name, text in texts.items()}


def _imports(nodes: Iterable[ast.AST], known: Mapping[str, str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module or ""
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports(ast.iter_child_nodes(node), known)


def cycle_in(graph: Graph) -> list[str]:
    """The modules of one import cycle, in order; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def way_to(graph: Graph, start: str, packages: set[str]) -> list[str]:
    """By which imports a module loads one of the packages: the first way found, empty where it does not.

    To import `a.b.c` runs `a` and `a.b` as well.
    """
    ways = [[start]]
    seen = {start}
    for way in ways:
        for name in sorted(graph.get(way[-1], set()) | _packages_of(way[-1])):
            if name.split(".")[0] in packages:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _packages_of(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}
