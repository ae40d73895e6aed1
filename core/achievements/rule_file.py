"""The text of rules that a user edits: checked before anything is earned by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.achievements.icons import is_icon
from core.achievements.rule_lines import line_of
from core.achievements.rules import RULE_FILE, AchievementRules
from core.errors import RuleFileError, SettingError

MOST_BYTES = 256 * 1024
MOST_RULES = 500


def checked_rules(text: str, is_icon: Callable[[str], bool] = is_icon) -> AchievementRules:
    """The rules of the text; RuleFileError names the line, the rule and the key that are wrong."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise RuleFileError(f"{RULE_FILE}, line {line}: it is not valid text.", line) from None
    if size > MOST_BYTES:
        raise RuleFileError(f"{RULE_FILE} is larger than {MOST_BYTES // 1024} KiB.")
    rules = AchievementRules.parse(text)
    if len(rules.all) > MOST_RULES:
        line = line_of(text, MOST_RULES)
        raise RuleFileError(f"{RULE_FILE}, line {line}: more than {MOST_RULES} rules.", line)
    for number, rule in enumerate(rules.all):
        if not is_icon(rule.icon):
            line = line_of(text, number, "icon")
            raise RuleFileError(f"{RULE_FILE}, line {line}: rule {rule.code!r}: icon: there is no {rule.icon}.", line)
    return rules


def read_text(path: Path) -> str:
    """The text of a rule file, which may be wrong in other ways; SettingError."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with NUL is a ValueError
        raise SettingError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(content) > MOST_BYTES:
        raise SettingError(f"{path.name} is larger than {MOST_BYTES // 1024} KiB.")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RuleFileError(f"{path.name}, line {line}: it is not written in UTF-8.", line) from None
