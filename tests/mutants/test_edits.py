"""Which mistakes are planted, and that each gives a program."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import ROOT, TARGETS, equivalents, modules
from tests.mutants.edits import edits, sql_changes


def changes(source: str) -> set[str]:
    return {edit.change for edit in edits(ast.parse(source))}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a < b -> a <= b"}),
        ("a and b", {"a and b -> a or b", "a and b -> b", "a and b -> a"}),
        ("not a", {"not a -> a"}),
        ("a - b", {"a - b -> a + b"}),
        ("x = 3", {"3 -> 4", "3 -> 2"}),
        ("def f():\n    return a", {"return a -> return None"}),
        ("def f():\n    return None", set()),
        ("a.b = c", {"a.b = c -> pass"}),
        ("if a:\n    b", {"if a -> if not a"}),
        ("if a == b:\n    c", {"a == b -> a != b"}),
        ("[a for a in b if c]", {"for a in b if c -> for a in b"}),
        ("max(a, b)", {"max(a, b) -> min(a, b)", "max(a, b) -> pass"}),
        ("x = f(a, b, c=d)", {"c=d -> nothing", "f(a, b, c=d) -> f(b, a, c=d)"}),
        ("x: Literal[1]", set()),
        ("'a text - and 1'", set()),
    ],
)
def test_that_a_mistake_is_planted(source: str, expected: set[str]) -> None:
    assert changes(source) == expected


def test_that_sql_is_changed() -> None:
    assert set(sql_changes("SELECT a FROM t WHERE b IS NULL AND c < 2 ORDER BY d DESC")) == {
        "SELECT a FROM t WHERE b IS NOT NULL AND c < 2 ORDER BY d DESC",
        "SELECT a FROM t WHERE b IS NULL OR c < 2 ORDER BY d DESC",
        "SELECT a FROM t WHERE b IS NULL AND c <= 2 ORDER BY d DESC",
        "SELECT a FROM t WHERE b IS NULL AND c < 3 ORDER BY d DESC",
        "SELECT a FROM t WHERE b IS NULL AND c < 2 ORDER BY d",
        "SELECT a FROM t ORDER BY d DESC",
    }


def test_that_an_edit_changes_the_program_and_nothing_else() -> None:
    source = "def f(a):\n    return a > 1 and a < 5\n"
    programs = set()
    for index in range(len(edits(ast.parse(source)))):
        tree = ast.parse(source)
        edits(tree)[index].apply()
        compile(tree, "planted", "exec")
        programs.add(ast.unparse(tree))
    assert len(programs) == len(edits(ast.parse(source)))
    assert ast.unparse(ast.parse(source)) not in programs


def test_that_each_target_has_modules_and_each_entry_is_a_mutant() -> None:
    paths = {target: modules(target) for target in TARGETS}
    assert all(paths.values())
    planted = set()
    for path in {path for path, _, _ in equivalents()}:
        source = (ROOT / path).read_text("utf-8")
        lines = source.splitlines()
        planted |= {(path, lines[edit.line - 1].strip(), edit.change) for edit in edits(ast.parse(source))}
    assert equivalents().keys() - planted == set()
    assert {path for path, _, _ in equivalents()} <= {path for each in paths.values() for path in each}
