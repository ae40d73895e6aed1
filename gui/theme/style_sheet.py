"""Builds the application's style sheet from the template in the resources and a palette."""

from __future__ import annotations

from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from string import Template

from gui.theme.palette import Palette, mix


def style_sheet(palette: Palette, *, dark: bool) -> str:
    template = Template(files("resources").joinpath("styles/paceline.qss").read_text(encoding="utf-8"))
    return template.substitute(asdict(palette), **_derived(palette, dark=dark), **_images("dark" if dark else "light"))


def _images(shade: str) -> dict[str, str]:
    """Writes the images that a style sheet can only use as files."""
    folder = Path(str(files("resources").joinpath("icons")))
    names = {"chevron": "chevron-down", "chevron_right": "chevron-right", "tick": "tick-on-accent", "tick_text": "tick"}
    return {key: folder.joinpath(f"{name}-{shade}.svg").as_posix() for key, name in names.items()}


def _derived(palette: Palette, *, dark: bool) -> dict[str, str]:
    lift = "#FFFFFF" if dark else "#000000"
    return {
        "banner_failed": palette.tint("failed", 12),
        "banner_failed_line": palette.tint("failed", 50),
        "danger_line": palette.tint("failed", 70),
        "danger_hover": palette.tint("failed", 12),
        "banner_warning": palette.tint("waiting", 12),
        "banner_warning_line": palette.tint("waiting", 50),
        "banner_notice": palette.selected,
        "banner_notice_line": palette.tint("accent", 50),
        "hover": palette.tint("faint", 16),
        "pressed": palette.tint("accent", 16),
        "selected": palette.selected,
        "selected_raised": palette.tint("accent", 20 if dark else 12, "raised"),
        "selection": palette.tint("accent", 40 if dark else 24, "raised"),
        "edge": palette.tint("faint", 60, "raised"),
        "accent_hover": mix(lift, palette.accent, 10),
        "accent_pressed": mix("#000000", palette.accent, 16),
    }
