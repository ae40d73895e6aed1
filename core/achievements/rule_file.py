"""The rule file that a user edits: a copy of the rules that are shipped, checked when it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.achievements.rule_lines import line_of
from core.achievements.rules import RULE_FILE, AchievementRules, shipped_text
from core.errors import SettingError

MOST_BYTES = 256 * 1024
MOST_RULES = 500


def write_copy(path: Path) -> bool:
    """Write the shipped rules unless the file exists; whether it was written. SettingError where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(shipped_text())
    except OSError as error:
        if path.exists():
            return False
        raise SettingError(f"{path.name} cannot be written: {error.strerror}.") from None
    return True


def read_copy(path: Path, is_icon: Callable[[str], bool]) -> AchievementRules:
    """The rules of the file; SettingError names the line, the rule and the key that are wrong."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SettingError(f"{path.name} cannot be read: {error.strerror}.") from None
    if len(content) > MOST_BYTES:
        raise SettingError(f"{path.name} is larger than {MOST_BYTES // 1024} KiB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SettingError(f"{RULE_FILE}, line {line}: it is not written in UTF-8.") from None
    rules = AchievementRules.parse(text)
    if len(rules.all) > MOST_RULES:
        raise SettingError(f"{RULE_FILE}, line {line_of(text, MOST_RULES)}: more than {MOST_RULES} rules.")
    for number, rule in enumerate(rules.all):
        if not is_icon(rule.icon):
            line = line_of(text, number, "icon")
            raise SettingError(f"{RULE_FILE}, line {line}: rule {rule.code!r}: icon: there is no {rule.icon}.")
    return rules
