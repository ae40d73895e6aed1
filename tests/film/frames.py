"""Frames to an animated GIF of bounded size."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

MOST_BYTES = 4_000_000
WIDTHS_PX = (960, 880, 800, 720, 640)  # the first that fits into MOST_BYTES
GREYS, HUES = 160, 96  # of the 256 colours of a GIF
LEAST_HUE = 48  # between the strongest and the weakest part of a colour, of 255
LOOKED_AT = 8  # frames that the colours are taken from
STEP_MS = 250


class Film:
    """Frames are kept as PNG, so that minutes fit into memory. One that equals the one before makes that one longer."""

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._times_ms: list[int] = []

    @property
    def seconds(self) -> float:
        return sum(self._times_ms) / 1000

    def add(self, image: QImage) -> None:
        """One more STEP_MS."""
        data = _png(image)
        if self._frames and self._frames[-1] == data:
            self._times_ms[-1] += STEP_MS
        else:
            self._frames.append(data)
            self._times_ms.append(STEP_MS)

    def save(self, path: Path) -> int:
        """As large as MOST_BYTES allow; returns the bytes. ValueError where not even the smallest fits."""
        for width_px in WIDTHS_PX:
            data = self._encode(width_px)
            if len(data) <= MOST_BYTES:
                path.write_bytes(data)
                return len(data)
        raise ValueError(f"{len(data):,} bytes are more than {MOST_BYTES:,}")

    def _encode(self, width_px: int) -> bytes:
        images = [_scaled(data, width_px) for data in self._frames]
        # One palette for all: colours that differ from frame to frame would change every pixel.
        palette = palette_of(images[:: max(1, len(images) // LOOKED_AT)])
        frames = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
        target = io.BytesIO()
        frames[0].save(
            target,
            "GIF",
            save_all=True,
            append_images=frames[1:],
            duration=self._times_ms,
            loop=0,
            optimize=True,
            disposal=1,
        )
        return target.getvalue()


def palette_of(images: Sequence[Image.Image]) -> Image.Image:
    """Some of it for hues alone: few pixels have one, and a screen's greys would take all places."""
    pixels = np.concatenate([np.asarray(image).reshape(-1, 3) for image in images])
    is_hue = np.ptp(pixels, axis=1) >= LEAST_HUE
    each_hue = np.unique(pixels[is_hue], axis=0)  # however many pixels have it
    parts = ((pixels[~is_hue], GREYS), (each_hue, HUES))
    colours = [colour for some, most in parts if len(some) for colour in _colours_of(some, most)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    return palette


def _colours_of(pixels: NDArray[np.uint8], most: int) -> list[int]:
    """Red, green and blue of each, one after the other."""
    image = Image.fromarray(pixels[np.newaxis]).quantize(most, method=Image.Quantize.MEDIANCUT)
    return (image.getpalette() or [])[: 3 * most]


def _png(image: QImage) -> bytes:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    size, stride = (plain.width(), plain.height()), plain.bytesPerLine()
    target = io.BytesIO()
    Image.frombytes("RGB", size, bytes(plain.constBits()), "raw", "RGB", stride).save(target, "PNG", compress_level=1)
    return target.getvalue()


def _scaled(data: bytes, width_px: int) -> Image.Image:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return image.resize((width_px, round(image.height * width_px / image.width)), Image.Resampling.LANCZOS)
