"""Pictures without what a camera notes: places, devices, times. Bytes in, bytes out; the picture itself stays."""

import re
import struct
from collections.abc import Iterator
from typing import Final

from models.errors import BadInput

_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"iCCP", b"pHYs"}
_SCAN, _APP0, _ICC, _ADOBE, _APP15, _COMMENT = 0xDA, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_EXIF: Final = b"Exif\x00\x00"
_ORIENTATION, _PLACE = 0x0112, 0x8825
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}  # bytes of a value, by TIFF's type
_MOST_ENTRIES: Final = 200
# Containers whose parts point at one another by place: what is in them is blanked and never cut out.
_CONTAINER: Final = re.compile(rb"RIFF....WEBP|....ftyp|II\*\x00|MM\x00\*", re.DOTALL)
_HEADER: Final = re.compile(rb"II\*\x00|MM\x00\*")
_XMP: Final = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
_ISO_6709: Final = re.compile(rb"[+-]\d{2}\.\d{2,}[+-]\d{3}\.\d{2,}(?:[+-]\d+(?:\.\d+)?)?/?")  # a film's place


class BrokenPicture(BadInput):
    """图片已损坏，读不完整，请重新选择。"""


def without_notes(content: bytes, *, as_far_as_read: bool = False) -> bytes:
    """JPEG and PNG lose EXIF, XMP and comments, but for the turn; HEIC, WebP, TIFF and films their place.

    Other files stay as they are. BrokenPicture where a JPEG or PNG breaks off; with `as_far_as_read` such a one
    ends there (whoever took it in keeps the source's own bytes).
    """
    if content.startswith(_JPEG):
        return b"\xff\xd8" + _joined(_jpeg_parts(content), as_far_as_read)
    if content.startswith(_PNG):
        return _PNG + _joined(_png_parts(content), as_far_as_read)
    return _without_places(content) if _CONTAINER.match(content) else content


def _joined(parts: Iterator[bytes], as_far_as_read: bool) -> bytes:
    kept = []
    try:
        for part in parts:
            kept.append(part)  # noqa: PERF402  (what came before the fault is kept)
    except (struct.error, IndexError):
        if not as_far_as_read:
            raise BrokenPicture from None
    return b"".join(kept)


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Segments up to the first scan, then the rest as it is."""
    at = 2
    while content[at + 1] != _SCAN:
        marker = content[at + 1]
        length = struct.unpack_from(">H", content, at + 2)[0]
        segment = content[at : at + 2 + length]
        if content[at] != 0xFF or length < 2:  # noqa: PLR2004  (a segment's length counts itself)
            raise struct.error
        if segment[4:].startswith(_EXIF) and (turn := _turn(segment[10:])):
            yield _turn_alone(turn)
        elif not (_APP0 < marker <= _APP15 or marker == _COMMENT) or marker in {_ICC, _ADOBE}:
            yield segment
        at += 2 + length
    yield content[at:]


def _png_parts(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at < len(content):
        length = struct.unpack_from(">I", content, at)[0]
        kind = content[at + 4 : at + 8]
        if kind in _PNG_KEPT:
            yield content[at : at + 12 + length]
        if kind == b"IEND":
            return
        at += 12 + length
    raise struct.error


def _turn(tiff: bytes) -> int | None:
    """The orientation that a camera noted (2 to 8), None for upright."""
    try:
        order, first = _first_table(tiff, 0)
        for tag, _, _, _, at in _entries(tiff, 0, first, order):
            if tag == _ORIENTATION:
                value = struct.unpack_from(f"{order}H", tiff, at + 8)[0]
                return value if 1 < value <= 8 else None  # noqa: PLR2004  (EXIF's eight orientations)
    except struct.error:
        return None
    return None


def _turn_alone(turn: int) -> bytes:
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


def _without_places(content: bytes) -> bytes:
    """The same length: coordinates that any camera's table holds become noughts, XMP and a film's place blanks."""
    shown = bytearray(content)
    for found in _HEADER.finditer(content):
        try:
            _blank_places(shown, found.start())
        except struct.error:
            continue  # no table after all: four bytes of a picture look like a header
    for pattern in (_XMP, *((_ISO_6709,) if content[4:8] == b"ftyp" else ())):
        for found in pattern.finditer(content):
            shown[found.start() : found.end()] = b" " * (found.end() - found.start())
    return bytes(shown)


def _blank_places(shown: bytearray, start: int) -> None:
    order, first = _first_table(bytes(shown[start : start + 8]), 0)
    for tag, _, _, place, _ in list(_entries(shown, start, first, order)):
        if tag != _PLACE:
            continue
        for _, kind, count, value, at in list(_entries(shown, start, place, order)):
            size = _SIZES.get(kind, 0) * count
            where, size = (at + 8, 4) if size <= 4 else (start + value, size)  # noqa: PLR2004  (a short value stands inside)
            if where + size > len(shown):
                raise struct.error
            shown[where : where + size] = bytes(size)


def _first_table(tiff: bytes, start: int) -> tuple[str, int]:
    """Byte order and the place of the first table."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[start : start + 2])
    if order is None:
        raise struct.error
    return order, int(struct.unpack_from(f"{order}I", tiff, start + 4)[0])


def _entries(tiff: bytes | bytearray, start: int, table: int, order: str) -> Iterator[tuple[int, int, int, int, int]]:
    """Tag, type, count, value (or where it stands) and own place of a table's entries."""
    count = struct.unpack_from(f"{order}H", tiff, start + table)[0]
    for entry in range(min(count, _MOST_ENTRIES)):
        at = start + table + 2 + 12 * entry
        yield (*struct.unpack_from(f"{order}HHII", tiff, at), at)
