"""Invented athletes and example bodies for the demo and for trying things out."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Favourite(BaseModel):
    """A sport of a sample athlete, with a typical length and average speed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sport: str
    duration_min: Annotated[float, Field(gt=0, lt=1440)]
    speed_kmh: Annotated[float, Field(gt=0)] | None = None


class SampleAthlete(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    weight_kg: Annotated[float, Field(ge=20, le=400)]
    sports: Annotated[tuple[Favourite, ...], Field(min_length=1)]


class _SamplesToml(BaseModel):
    athlete: tuple[SampleAthlete, ...]


def sample_athletes() -> tuple[SampleAthlete, ...]:
    """From `resources/sample_athletes.toml`."""
    text = files("resources").joinpath("sample_athletes.toml").read_text(encoding="utf-8")
    return _SamplesToml.model_validate(tomllib.loads(text)).athlete
