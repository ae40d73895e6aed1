"""Finds code that compares the scheme of a broker's or a database's address."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

SCHEMES = {"amqp", "amqps", "embedded", "sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}
_ASKS = {"startswith", "removeprefix", "get", "fullmatch", "match", "__contains__"}


def scheme_comparisons(texts: Mapping[str, str]) -> dict[str, list[int]]:
    """By module, the lines that compare with a scheme, or with a constant of any module that holds some."""
    spelt = re.compile("|".join(map(re.escape, SCHEMES)), re.IGNORECASE)
    spelling = [ast.parse(text) for text in texts.values() if spelt.search(text)]
    constants = {constant for tree in spelling for constant in _constants(tree)}
    found = {
        name: sorted(set(_lines(ast.parse(text), constants)))
        for name, text in texts.items()
        if spelt.search(text) or any(constant in text for constant in constants)
    }
    return {name: lines for name, lines in found.items() if lines}


def _constants(tree: ast.Module) -> Iterator[str]:
    """Names at the top of a module that stand for schemes."""
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_plain = isinstance(node.value, (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict))
        if is_plain and node.value is not None and _literals(node.value):
            yield from (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))


def _lines(tree: ast.Module, constants: set[str]) -> Iterator[int]:
    renamed = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in constants
    }
    known = renamed | set(_constants(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if not any(_is_dialect(side) for side in sides) and any(_holds(side, known) for side in sides):
                yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKS:
            if any(_holds(each, known) for each in (node.func.value, *node.args)):
                yield node.lineno
        elif isinstance(node, ast.MatchValue) and _holds(node.value, known):
            yield node.value.lineno


def _holds(node: ast.expr, known: set[str]) -> bool:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return bool(names & known) or _literals(node)


def _literals(node: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.rstrip(":/").lower() in SCHEMES
        for each in ast.walk(node)
    )


def _is_dialect(node: ast.expr) -> bool:
    """`dialect.name`: SQLAlchemy's word for the kind of an open database, not the scheme of an address."""
    return ast.unparse(node).endswith("dialect.name")
