"""The text of rules that a user edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.achievements.rule_file import checked_rules, read_text
from core.achievements.rules import default_rules, shipped_text
from core.errors import RuleFileError, SettingError

RULE = (
    '[[achievement]]\ncode = "r{0}"\nname = "R{0}"\ndescription = "d"\nicon = "mdi6.run"\nkind = "count"\ntarget = 1\n'
)
TWO = RULE.format(1) + RULE.format(2)
BEGIN = "achievements.toml, line "
_256_KIB = 256 * 1024


def problem_of(text: str) -> tuple[str, int | None]:
    with pytest.raises(RuleFileError) as caught:
        checked_rules(text, lambda name: name != "mdi6.nothing")
    return str(caught.value), caught.value.line


def test_that_the_rules_that_are_shipped_may_be_edited() -> None:
    read = checked_rules(shipped_text())
    assert (read.digest, read.all) == (default_rules().digest, default_rules().all)
    assert read.text == shipped_text()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (TWO + "target = 2\n", 15, "is not valid TOML: "),
        ('a = """\nx\n\n', 2, "is not valid TOML: "),
        ('\na = """\nx\n\n', 3, "is not valid TOML: "),
        (f"a = {'9' * 5000}", None, "is not valid TOML: "),
        (TWO.replace('"mdi6.run"\nkind', '"mdi6.nothing"\nkind', 1), 5, "rule 'r1': icon: there is no mdi6.nothing."),
        (RULE.format(1) * 2, 9, "code 'r1' is there twice."),
        (TWO.replace("R2", "R1"), 10, "name 'R1' is there twice."),
        (TWO + "more_than = 3\n", 14, "rule 'r2': target: "),
        (TWO.replace("target = 1", "target = inf", 1), 7, "rule 'r1': target: Input should be a finite number"),
        (TWO.replace("target = 1", "target = nan", 1), 7, "rule 'r1': target: Input should be a finite number"),
        (TWO.replace("target = 1", "target = 1e10", 1), 7, "rule 'r1': target: Input should be"),
        (TWO.replace("target = 1", "target = 1000000000.5", 1), 7, "rule 'r1': target: Input should be"),
        (TWO.replace('"R1"', r'"R\u0000"', 1), 3, "rule 'r1': name: String should match"),
        (TWO + "\n[[ other ]]\nx = 1\n", 16, "other: Extra inputs are not permitted."),
        (TWO + "# \ud800", 15, "it is not valid text."),
        ("\n\ud800", 2, "it is not valid text."),
        ("".join(map(RULE.format, range(501))), 3501, "more than 500 rules."),
        ("#" * (_256_KIB + 1), None, "achievements.toml is larger than 256 KiB."),
        ("", 1, "achievement: Field required."),
    ],
)
def test_that_what_is_wrong_is_named_with_its_line(text: str, line: int | None, words: str) -> None:
    said, found = problem_of(text)
    assert (found, words in said) == (line, True)
    assert said.startswith(f"{BEGIN}{line}: ") or "TOML" in said or line is None


def test_that_as_much_as_may_be_is_read() -> None:
    assert len(checked_rules("".join(map(RULE.format, range(500)))).all) == 500
    assert len(checked_rules(TWO.ljust(_256_KIB)).all) == 2
    assert checked_rules(TWO.replace("target = 1", "target = 1000000000", 1)).all[0].target == 1e9


def test_that_nesting_ends() -> None:
    assert problem_of("a = " + "[" * 100_000)[0] in (
        "achievements.toml is nested too deeply.",
        "achievements.toml is not valid TOML: TOML inline arrays/tables are nested more than the allowed 100 levels.",
    )


def test_that_a_file_is_read_as_editors_write_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + RULE.format(1).replace("\n", "\r\n").encode())
    assert [rule.code for rule in checked_rules(read_text(path)).all] == ["r1"]
    path.write_bytes(TWO.encode() + b"\n\xff")
    with pytest.raises(RuleFileError, match=r"mine.toml, line 16: it is not written in UTF-8."):
        read_text(path)
    path.write_bytes(b"#" * _256_KIB)
    assert len(read_text(path)) == _256_KIB
    path.write_bytes(b"#" * (_256_KIB + 1))
    with pytest.raises(SettingError, match=r"mine.toml is larger than 256 KiB."):
        read_text(path)


@pytest.mark.parametrize(("name", "words"), [("none.toml", "No such file"), ("a\0b", "embedded null byte")])
def test_that_a_file_that_cannot_be_reached_is_named(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(SettingError, match=f"cannot be read: {words}"):
        read_text(tmp_path / name)
