"""How every screen writes moments, places and how long something took. Qt-free."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Literal

READ_ONLY = "This console was started read-only"


def clock_text(
    at_ms: float, zone: tzinfo | None = None, to: Literal["minutes", "seconds", "milliseconds"] = "seconds"
) -> str:
    """`18:24`, `18:24:29`, `18:24:29.402` in `zone`, or in this computer's; cut, not rounded."""
    return datetime.fromtimestamp(at_ms / 1000, zone).time().isoformat(to)


def weekday_clock(at_ms: int, now_ms: int, zone: tzinfo | None) -> str:
    """`18:24:22` today, `Wed 18:24` within the week, else `10 Dec 18:24`."""
    at = datetime.fromtimestamp(at_ms / 1000, zone)
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    if at.date() == today:
        return f"{at:%H:%M:%S}"
    if timedelta() < today - at.date() < timedelta(days=7):
        return f"{at:%a %H:%M}"
    return f"{at.day} {at:%b %H:%M}"


def day_clock(at_ms: int, now_ms: int, zone: tzinfo | None) -> str:
    """`18:42:11` today, `24 Nov 18:42` this year, else `24 Nov 2022`."""
    at, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (at_ms, now_ms))
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def elapsed_text(seconds: float) -> str:
    """`0:42`, `1:02:03`, of what goes on or has a length."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def took_text(took_ms: float | None) -> str:
    """Of work that takes milliseconds: `<1 ms`, `2 ms`, `1.4 s`; nothing where it was not measured."""
    if took_ms is None:
        return ""
    if took_ms < 0.95:
        return "<1 ms"
    return f"{took_ms:,.0f} ms" if took_ms < 1_000 else f"{took_ms / 1_000:,.1f} s"


def waited_text(waited_ms: float, *, tenths: bool = True) -> str:
    """Of a wait that may last days: `12 ms`, `0.9 s` (`1 s` without tenths), `25 s`, `3 min`, `2 h`, `4 d`."""
    seconds = waited_ms / 1000
    if waited_ms < 99.5 and tenths:
        return f"{waited_ms:.0f} ms" if waited_ms >= 1 else "< 1 ms"
    if seconds < 9.95 and tenths:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    if seconds < 3_570:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.0f} h" if seconds < 171_000 else f"{seconds / 86_400:.0f} d"


def ordinal(number: int) -> str:
    """`1st`, `12th`, `1,023rd`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def file_title(name: str) -> str:
    """A name of a file that every system takes, without its ending, from that of an athlete."""
    letters = "".join(letter if letter.isalnum() or letter in " -" else " " for letter in name)
    return " ".join(letters.split())[:60].strip() or "athlete"
