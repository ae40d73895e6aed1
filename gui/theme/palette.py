"""Colour roles of the dark and light theme, and functions to mix colours. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "window",
    "surface",
    "raised",
    "line",
    "text",
    "second",
    "faint",
    "accent",
    "on_accent",
    "waiting",
    "waiting_text",
    "running",
    "stored",
    "failed",
    "achievement",
    "neutral",
]


@dataclass(frozen=True, slots=True)
class Palette:
    """Every role as `#RRGGBB`. `faint` is for disabled things and edges only; text needs `text` or `second`."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    second: str
    faint: str
    accent: str
    on_accent: str
    waiting: str
    waiting_text: str
    running: str
    stored: str
    failed: str
    achievement: str
    neutral: str

    def of(self, role: Role) -> str:
        value: str = getattr(self, role)
        return value

    def ink(self, role: Role) -> str:
        """The shade of a role with enough contrast for text."""
        return self.waiting_text if role == "waiting" else self.of(role)

    @property
    def selected(self) -> str:
        """The ground of a row or control that is selected."""
        return self.tint("accent", 12 if self is DARK else 8)

    @property
    def hovered(self) -> str:
        """The ground of a row under the pointer."""
        return self.tint("text", 3)

    def tint(self, role: Role, percent: float, on: Role = "surface") -> str:
        """`percent` of a role laid over a background role, as one opaque colour."""
        return mix(self.of(role), self.of(on), percent)


DARK = Palette(
    window="#0E1318",
    surface="#161C23",
    raised="#1D252E",
    line="#2A343F",
    text="#E7ECF1",
    second="#A3AFBB",
    faint="#74818E",
    accent="#4C9AFF",
    on_accent="#0E1318",
    waiting="#F0B429",
    waiting_text="#F0B429",
    running="#5DB4F0",
    stored="#34C79E",
    failed="#F0704A",
    achievement="#D58BC0",
    neutral="#8C99A6",
)

LIGHT = Palette(
    window="#F3F5F8",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#D8DFE6",
    text="#17202A",
    second="#4F5D6B",
    faint="#7C8996",
    accent="#0B63CE",
    on_accent="#FFFFFF",
    waiting="#B67A00",
    waiting_text="#8A5B00",
    running="#0072B2",
    stored="#007A59",
    failed="#C2410C",
    achievement="#9A4A88",
    neutral="#7C8996",
)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#RRGGBB`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(over: str, under: str, percent: float) -> str:
    """`percent` (0 to 100) of one colour over another, in sRGB as a painter with alpha would."""
    share = percent / 100
    mixed = (round(u + (o - u) * share) for o, u in zip(channels(over), channels(under), strict=True))
    return "#{:02X}{:02X}{:02X}".format(*mixed)
