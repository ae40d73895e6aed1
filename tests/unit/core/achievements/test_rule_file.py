"""The rule file that a user edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.achievements.rule_file import MOST_BYTES, MOST_RULES, read_copy, write_copy
from core.achievements.rules import default_rules, shipped_text
from core.errors import SettingError

RULE = (
    '[[achievement]]\ncode = "r{0}"\nname = "R{0}"\ndescription = "d"\nicon = "mdi6.run"\nkind = "count"\ntarget = 1\n'
)


def any_icon(_name: str) -> bool:
    return True


def problem_of(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingError) as caught:
        read_copy(path, lambda name: name != "mdi6.nothing")
    return str(caught.value)


def test_that_the_copy_begins_as_the_rules_that_are_shipped(tmp_path: Path) -> None:
    path = tmp_path / "new" / "achievements.toml"
    assert write_copy(path)
    assert path.read_text(encoding="utf-8") == shipped_text()
    read = read_copy(path, any_icon)
    assert (read.digest, read.all) == (default_rules().digest, default_rules().all)
    assert read.text == shipped_text()


def test_that_an_edited_copy_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "achievements.toml"
    path.write_bytes(b"\xef\xbb\xbf" + RULE.format(1).encode())  # as some editors begin a file
    assert not write_copy(path)
    assert [rule.code for rule in read_copy(path, any_icon).all] == ["r1"]


def test_that_what_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    path, two = tmp_path / "achievements.toml", RULE.format(1) + RULE.format(2)
    begin = "achievements.toml, line "
    assert problem_of(path, two + "target = 2\n").startswith("achievements.toml is not valid TOML: ")
    assert "line 15" in problem_of(path, two + "target = 2\n")
    wrong = two.replace('"mdi6.run"\nkind = "count"', '"mdi6.nothing"\nkind = "count"', 2)
    assert problem_of(path, wrong) == f"{begin}5: rule 'r1': icon: there is no mdi6.nothing."
    assert problem_of(path, RULE.format(1) + RULE.format(1)) == f"{begin}9: code 'r1' is there twice."
    assert problem_of(path, two.replace("R2", "R1")) == f"{begin}10: name 'R1' is there twice."
    assert problem_of(path, two + "more_than = 3\n").startswith(f"{begin}14: rule 'r2': target: ")
    assert problem_of(path, two.encode() + b"\n\xff") == f"{begin}16: it is not written in UTF-8."
    many = "".join(RULE.format(number) for number in range(MOST_RULES + 1))
    assert problem_of(path, many) == f"{begin}{MOST_RULES * 7 + 1}: more than {MOST_RULES} rules."
    assert problem_of(path, "#" * (MOST_BYTES + 1)) == "achievements.toml is larger than 256 KiB."
    assert problem_of(path, "a = " + "[" * 100_000) in (
        "achievements.toml is nested too deeply.",
        "achievements.toml is not valid TOML: TOML inline arrays/tables are nested more than the allowed 100 levels.",
    )


def test_that_a_file_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"achievements.toml cannot be read: No such file"):
        read_copy(tmp_path / "achievements.toml", any_icon)
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"achievements.toml cannot be written: "):
        write_copy(tmp_path / "file" / "achievements.toml")
