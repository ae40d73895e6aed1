"""The mistakes that are planted in a module, as edits of its syntax tree."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
NEGATED_ABOVE = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
}
FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any", "round": "int"}
LONGEST_SHOWN = 100
KEEPS_ORDER = {"isinstance", "issubclass", "cast", "partial", "min", "max", "getattr", "setattr"}
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WHERE|ORDER BY|VALUES)\b")
SQL_EDITS = (
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r" AND ", " OR "),
    (r" DESC\b", ""),
    (r"(ORDER BY \w+)\b(?! DESC)", r"\1 DESC"),
    (r" <= ", " < "),
    (r" < ", " <= "),
    (r" >= ", " > "),
    (r" > ", " >= "),
    (r" = (?=\?|'|0)", " != "),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" AUTOINCREMENT", ""),
    (r" ON CONFLICT DO NOTHING", ""),
    (r"INSERT OR REPLACE", "INSERT OR IGNORE"),
    (r", UNIQUE \([^)]*\)", ""),
    (r" WHERE [^()]*?(?= ORDER BY| LIMIT|\)|$)", ""),
)
SQL_NUMBER = re.compile(r"(?<![\w?])\d+\b")


@dataclass(frozen=True, slots=True)
class Edit:
    """`holder.field` (an item of it where `index` is set) becomes `new`."""

    holder: ast.AST
    field: str
    index: int | None
    new: ast.AST
    scope: str  # qualified name of the function or class; empty in the module's own code
    in_function: bool
    line: int
    lines: range  # of the statement
    change: str  # for people, and for the list of equivalents

    def apply(self) -> None:
        ast.fix_missing_locations(self.new)
        if self.index is None:
            setattr(self.holder, self.field, self.new)
        else:
            getattr(self.holder, self.field)[self.index] = self.new


def edits(tree: ast.Module) -> list[Edit]:
    return list(_Finder().visit(tree, "", False, range(0)))


class _Finder:
    def visit(self, holder: ast.AST, scope: str, in_function: bool, lines: range) -> Iterator[Edit]:
        for field, value in ast.iter_fields(holder):
            if field in ("annotation", "returns", "decorator_list", "bases"):
                continue
            inside = in_function or (isinstance(holder, ast.FunctionDef) and field == "body")
            many = isinstance(value, list)
            for index, node in enumerate(value if many else [value]):
                if isinstance(node, ast.AST) and not _only_for_types(node):
                    yield from self._node(holder, field, index if many else None, node, scope, inside, lines)

    def _node(
        self, holder: ast.AST, field: str, index: int | None, node: Any, scope: str, inside: bool, lines: range
    ) -> Iterator[Edit]:
        if isinstance(node, ast.stmt):
            last = node.lineno if hasattr(node, "body") else node.end_lineno or node.lineno
            lines = range(node.lineno, last + 1)
        elif hasattr(node, "lineno"):
            lines = range(min(lines.start, node.lineno), max(lines.stop, (node.end_lineno or node.lineno) + 1))
        for new, shown in replacements(node, inside):
            line = getattr(node, "lineno", lines.start)
            if isinstance(new, ast.expr | ast.stmt):
                ast.copy_location(new, node)
            yield Edit(holder, field, index, new, scope, inside, line, lines, shown)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            scope = f"{scope}.{node.name}" if scope else node.name
        yield from self.visit(node, scope, inside, lines)


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def replacements(node: ast.AST, inside: bool) -> Iterator[tuple[ast.AST, str]]:
    """What stands in the node's place, and the change as text."""
    for kind, find in _FINDERS.items():
        if isinstance(node, kind):
            for new in find(node, inside):
                yield new, _change(node, new)


def _change(old: ast.AST, new: ast.AST) -> str:
    if isinstance(old, ast.Call) and isinstance(new, ast.Call) and len(new.keywords) < len(old.keywords):
        (left_out,) = (keyword for keyword in old.keywords if keyword not in new.keywords)
        return f"{ast.unparse(left_out)} -> nothing"
    before, after = _text(old), _text(new)
    return (
        f"{before} -> {after}"
        if len(before) < LONGEST_SHOWN
        else f"{before[:LONGEST_SHOWN]}… -> {_differing(before, after)}"
    )


def _differing(before: str, after: str) -> str:
    """What is other in a long text, with some of what stands before it."""
    same = next((place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after))
    return after if len(after) < LONGEST_SHOWN else f"…{after[max(0, same - 20) : same + 40]}…"


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While):
        return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    if isinstance(node, ast.comprehension):
        return "for" + ast.unparse(node).strip().removeprefix("for")
    return " ".join(ast.unparse(node).split()) or type(node).__name__.lower()


def _with(node: Any, **changed: object) -> Any:
    new = copy.copy(node)
    for name, value in changed.items():
        setattr(new, name, value)
    return new


def _but(items: list[Any], index: int, *instead: object) -> list[Any]:
    return [*items[:index], *instead, *items[index + 1 :]]


def _of_compare(node: ast.Compare, inside: bool) -> Iterator[ast.AST]:
    for index, op in enumerate(node.ops):
        yield _with(node, ops=_but(node.ops, index, COMPARISONS[type(op)]()))


def _of_bool_op(node: ast.BoolOp, inside: bool) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for index in range(len(node.values)):
        rest = _but(node.values, index)
        yield _with(node, values=rest) if len(rest) > 1 else copy.copy(rest[0])


def _of_unary_op(node: ast.UnaryOp, inside: bool) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield copy.copy(node.operand)


def _of_bin_op(node: ast.BinOp, inside: bool) -> Iterator[ast.AST]:
    if any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in (node.left, node.right)):
        return
    if isinstance(node.op, ast.BitOr):
        if inside:  # elsewhere most are types
            yield copy.copy(node.left)
            yield copy.copy(node.right)
    elif type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _of_constant(node: ast.Constant, inside: bool) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str) and SQL.search(value):
        yield from (ast.Constant(text) for text in sql_changes(value))


def sql_changes(sql: str) -> Iterator[str]:
    for pattern, instead in SQL_EDITS:
        for match in re.finditer(pattern, sql):
            yield sql[: match.start()] + match.expand(instead) + sql[match.end() :]
    for match in SQL_NUMBER.finditer(sql):
        yield sql[: match.start()] + str(int(match.group()) + 1) + sql[match.end() :]


def _of_return(node: ast.Return, inside: bool) -> Iterator[ast.AST]:
    if node.value is not None and ast.unparse(node.value) not in ("None", "False"):
        yield ast.Return(ast.Constant(None))


def _of_statement(node: ast.stmt, inside: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom):
        return
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Attribute | ast.Subscript):
        return
    yield ast.Pass()


def _of_condition(node: ast.If | ast.While | ast.IfExp, inside: bool) -> Iterator[ast.AST]:
    test = node.test
    negated_by_itself = isinstance(test, ast.Compare) and isinstance(test.ops[0], NEGATED_ABOVE)
    if not negated_by_itself and not isinstance(test, ast.UnaryOp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), test))


def _of_comprehension(node: ast.comprehension, inside: bool) -> Iterator[ast.AST]:
    for index in range(len(node.ifs)):
        yield _with(node, ifs=_but(node.ifs, index))


def _of_call(node: ast.Call, inside: bool) -> Iterator[ast.AST]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in FUNCTIONS:
        yield _with(node, func=ast.Name(FUNCTIONS[name], ast.Load()))
    for index, keyword in enumerate(node.keywords):
        if keyword.arg:
            yield _with(node, keywords=_but(node.keywords, index))
    if name in KEEPS_ORDER or any(isinstance(arg, ast.Starred) for arg in node.args):
        return
    for index, (one, other) in enumerate(zip(node.args, node.args[1:], strict=False)):
        if ast.dump(one) != ast.dump(other) and _is_text(one) == _is_text(other):
            yield _with(node, args=[*node.args[:index], other, one, *node.args[index + 2 :]])


_FINDERS: dict[Any, Any] = {
    ast.Compare: _of_compare,
    ast.BoolOp: _of_bool_op,
    ast.UnaryOp: _of_unary_op,
    ast.BinOp: _of_bin_op,
    ast.Constant: _of_constant,
    ast.Return: _of_return,
    (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Continue, ast.Break): _of_statement,
    (ast.If, ast.While, ast.IfExp): _of_condition,
    ast.comprehension: _of_comprehension,
    ast.Call: _of_call,
}
