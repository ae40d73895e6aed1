"""Frames to an animated GIF of bounded size."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage

MOST_BYTES = 4_000_000
WIDTHS_PX = (960, 880, 800, 720, 640)  # the first that fits into MOST_BYTES
COLOURS = 64
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
        palette = images[len(images) // 2].quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
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


def _png(image: QImage) -> bytes:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    size, stride = (plain.width(), plain.height()), plain.bytesPerLine()
    target = io.BytesIO()
    Image.frombytes("RGB", size, bytes(plain.constBits()), "raw", "RGB", stride).save(target, "PNG", compress_level=1)
    return target.getvalue()


def _scaled(data: bytes, width_px: int) -> Image.Image:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return image.resize((width_px, round(image.height * width_px / image.width)), Image.Resampling.LANCZOS)
