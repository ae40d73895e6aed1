"""Times are read and shown in a zone that is passed in: never in today's offset, nor in the C library's zone."""

from __future__ import annotations

import ast

import pytest

from tests.support.source_tree import MODULES, ROOT

FORBIDDEN = {"time.localtime", "time.mktime", "time.strftime", "datetime.utcnow", "QDateTime.currentDateTime"}


def _offences(source: str) -> list[int]:
    """Lines that take the zone of the process, or the offset of today."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if _takes_the_zone_of_the_process(call)]


def _takes_the_zone_of_the_process(call: ast.Call) -> bool:
    name, given = ast.unparse(call.func), len(call.args) + len(call.keywords)
    if name in FORBIDDEN:
        return True
    least = {"astimezone": 1, "fromtimestamp": 2}.get(name.rpartition(".")[2])
    return (least is not None and given < least) or (name == "datetime.now" and given == 0)


def test_that_no_module_takes_the_zone_of_the_process() -> None:
    found = {str(path.relative_to(ROOT)): _offences(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "offences"),
    [
        ("datetime.now(UTC).astimezone()", [1]),
        ("datetime.fromtimestamp(5)", [1]),
        ("datetime.now()", [1]),
        ("time.strftime('%H', time.localtime(5))", [1, 1]),
        ("datetime.fromtimestamp(5, zone).astimezone(zone)", []),
        ("datetime.now(zone)", []),
    ],
)
def test_that_the_rule_sees_each_of_them(source: str, offences: list[int]) -> None:
    assert _offences(source) == offences
