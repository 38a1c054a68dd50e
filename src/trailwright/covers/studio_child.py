"""The process in which pictures are drawn and strangers' pictures are decoded: `python -m` this module.

It knows no setting, no database and no network. Its parent sends one order at a time on standard input, as a
frame of JSON and a frame of bytes, and reads the same back: `{"ok": true}` and the pictures, or
`{"ok": false, "code": …}`. A frame is four bytes of length and that many bytes. The end of input ends it.
"""

import contextlib
import io
import json
import os
import struct
import sys
import warnings
from functools import cache
from importlib.resources import files
from typing import Any, BinaryIO

import resvg_py
from PIL import Image, ImageFile, ImageFont, ImageOps

from trailwright.covers.picture import plan, svg
from trailwright.covers.titles import SANS, Font, font_of, fonts_of

WIDTHS = (1600, 800)
SHAPE = (1600, 900)
MAX_PIXELS = 50_000_000
LEAST_SIDE = 64
FORMATS = ("PNG", "JPEG", "WEBP")
MAX_STORED = 150_000
_MEMORY = 1_500_000_000
_NICE = 15
_QUALITIES = (82, 70, 55, 40, 25)
_AT = 100


class Unusable(Exception):  # noqa: N818 - an outcome the parent is told
    """The bytes are no picture that may be kept; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def draw(order: dict[str, Any]) -> list[bytes]:
    """The roadmap's own cover at each width."""
    planned = plan(order["roadmap_id"], order["title"], order["subject"], order["choice"])
    fonts = fonts_of(planned.text) if planned.text else [SANS]
    png = resvg_py.svg_to_bytes(
        svg_string=svg(planned, _measure),
        skip_system_fonts=True,
        font_files=[_file(font) for font in fonts],
    )
    with Image.open(io.BytesIO(png)) as picture:
        return _stored(picture.convert("RGB"))


def remake(data: bytes) -> list[bytes]:
    """Somebody's picture, decoded, turned upright, cut to the shape, encoded anew: only pixels stay."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Unusable("too_many_pixels")
            if min(width, height) < LEAST_SIDE:
                raise Unusable("too_small")
            picture.draft("RGB", SHAPE)  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(picture)
            return _stored(ImageOps.fit(_flat(upright), SHAPE, Image.Resampling.BICUBIC))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError) as error:
        code = "too_many_pixels" if isinstance(error, Image.DecompressionBombError) else "not_an_image"
        raise Unusable(code) from None


def _flat(picture: Image.Image) -> Image.Image:
    """Three colours of eight bits; what is transparent becomes white."""
    if picture.mode.startswith("I"):  # grey of 16 bits: to convert it would cut it off at 255
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        sheet = Image.new("RGBA", picture.size, "white")
        sheet.alpha_composite(picture.convert("RGBA"))
        return sheet.convert("RGB")
    return picture.convert("RGB")


def _stored(picture: Image.Image) -> list[bytes]:
    """WebP at each width, each small enough; a new image, so no metadata comes along."""
    return [_webp(picture if width == SHAPE[0] else picture.reduce(SHAPE[0] // width)) for width in WIDTHS]


def _webp(picture: Image.Image) -> bytes:
    data = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=2, exif=b"", icc_profile=b"", xmp=b"")
        data = out.getvalue()
        if len(data) <= MAX_STORED:
            break
    return data


def _measure(text: str, size: float) -> float:
    width, run, current = 0.0, "", SANS
    for char in text:
        font = current if char.isspace() else font_of(char) or current
        if font is not current:
            width += _face(current).getlength(run)
            run, current = "", font
        run += char
    return (width + _face(current).getlength(run)) * size / _AT


@cache
def _face(font: Font) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_file(font), _AT)


def _file(font: Font) -> str:
    return str(files("trailwright.covers").joinpath("art/fonts", font.file))


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    if len(head) < struct.calcsize(">I"):
        return None
    return stream.read(struct.unpack(">I", head)[0])


def _write(stream: BinaryIO, *frames: bytes) -> None:
    for frame in frames:
        stream.write(struct.pack(">I", len(frame)))
        stream.write(frame)
    stream.flush()


def _serve(orders: BinaryIO, answers: BinaryIO) -> None:
    while (head := _read(orders)) is not None and (data := _read(orders)) is not None:
        order = json.loads(head)
        try:
            made = draw(order) if order["do"] == "draw" else remake(data)
        except Unusable as error:
            _write(answers, json.dumps({"ok": False, "code": error.code}).encode())
            continue
        _write(answers, json.dumps({"ok": True, "count": len(made)}).encode(), *made)


def _confine() -> None:
    """Less memory than a bomb needs, and behind everything else that wants the processor."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        with contextlib.suppress(OSError):
            os.nice(_NICE)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")


if __name__ == "__main__":
    _confine()
    _serve(sys.stdin.buffer, sys.stdout.buffer)
