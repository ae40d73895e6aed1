"""The colours of the film."""

from __future__ import annotations

from PIL import Image

from tests.film.frames import palette_of

AMBER, RED = (240, 180, 41), (255, 112, 67)


def test_that_a_few_pixels_of_a_hue_keep_it_among_many_greys_and_blues() -> None:
    image = Image.new("RGB", (256, 256))
    image.putdata(
        [(shade, shade, shade + 5) if row % 2 else (0, shade, 255) for row in range(256) for shade in range(256)]
    )
    for place, hue in enumerate((AMBER, RED)):
        image.putpixel((place, 7), hue)
    shown = image.quantize(palette=palette_of([image]), dither=Image.Dither.NONE).convert("RGB")
    for place, hue in enumerate((AMBER, RED)):
        seen = shown.getpixel((place, 7))
        assert isinstance(seen, tuple)
        assert max(abs(one - other) for one, other in zip(seen, hue, strict=True)) < 25


def test_that_a_picture_without_a_hue_has_a_palette() -> None:
    assert palette_of([Image.new("RGB", (4, 4), (9, 9, 9))]).getpalette() is not None
