"""A citizen's files: few, small, of known kinds by their own bytes; pictures without what a camera notes."""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from fastapi import UploadFile

from models.errors import BadInput
from models.inbound import InboundAttachment

MOST_FILES: Final = 3
MOST_BYTES: Final = 5 * 1024 * 1024
_OFFICE: Final = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS: Final = "JPG、PNG 图片，PDF，DOCX，XLSX"
ACCEPT: Final = ".jpg,.jpeg,.png,.pdf,.docx,.xlsx"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"iCCP", b"pHYs"}
_SCAN, _APP0, _ICC, _ADOBE, _APP15, _COMMENT = 0xDA, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_EXIF: Final = b"Exif\x00\x00"
_ORIENTATION: Final = 0x0112


def attachments_of(uploads: Sequence[UploadFile]) -> tuple[InboundAttachment, ...]:
    """A form's files; a field left empty is no file."""
    given = [each for each in uploads if each.filename]
    return attachments_from([(each.filename or "", each.file.read(MOST_BYTES + 1)) for each in given[: MOST_FILES + 1]])


def attachments_from(files: Sequence[tuple[str, bytes]]) -> tuple[InboundAttachment, ...]:
    """(name, content); BadInput names the file and the limit, and nothing is kept before all are seen."""
    if len(files) > MOST_FILES:
        raise BadInput(f"附件最多 {MOST_FILES} 个，请删减后再提交。")
    return tuple(_attachment(name, content) for name, content in files)


def _attachment(given: str, content: bytes) -> InboundAttachment:
    name = given.replace("\\", "/").rpartition("/")[2][:120]
    if len(content) > MOST_BYTES:
        raise BadInput(f"附件“{name}”超过 {MOST_BYTES // 1024 // 1024} MB，请压缩后再提交。")
    kind = _kind(name, content)
    if kind is None:
        raise BadInput(f"附件“{name}”不是可以收的类型，可收：{KINDS}。")
    return InboundAttachment(name, kind, without_notes(content))


def _kind(name: str, content: bytes) -> str | None:
    """By the first bytes; what a browser says of a file is not believed."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    ending = name[name.rfind(".") :].lower()
    return _OFFICE.get(ending) if content.startswith(b"PK\x03\x04") else None


def without_notes(content: bytes) -> bytes:
    """A picture without EXIF, XMP and comments (places, devices, times); its turn is kept. Others as they are."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return b"\xff\xd8" + b"".join(_jpeg_parts(content))
        if content.startswith(_PNG):
            return _PNG + b"".join(_png_parts(content))
    except (struct.error, IndexError):
        raise BadInput("图片已损坏，读不完整，请重新选择。") from None
    return content


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


def _turn(tiff: bytes) -> int | None:
    """The orientation that a camera noted (2 to 8), None for upright."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        first = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for entry in range(min(struct.unpack_from(f"{order}H", tiff, first)[0], 200)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if 1 < value <= 8 else None  # noqa: PLR2004  (EXIF's eight orientations)
    except (KeyError, struct.error):
        return None
    return None


def _turn_alone(turn: int) -> bytes:
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


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
