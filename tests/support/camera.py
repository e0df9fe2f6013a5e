"""Pictures as cameras write them: a place, a device, a comment, and how the picture is turned."""

import struct
import zlib

_GPS = b"GPS-30.1,114.2"
EXIF = b"Exif\x00\x00MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0) + _GPS


def jpeg() -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    return b"\xff\xd8" + segment(0xE0, b"JFIF\x00") + segment(0xE1, EXIF) + segment(0xFE, b"home") + \
        segment(0xDB, b"table") + b"\xff\xda\x00\x02pixels\xff\xd9"  # fmt: skip


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"eXIf", EXIF) + chunk(b"tEXt", b"GPS") + \
        chunk(b"IDAT", b"pixels") + chunk(b"IEND", b"")  # fmt: skip


def placed_tiff(order: str, place: bytes = b"latitude") -> bytes:
    """A table whose entry 0x8825 leads to a table of places: one short value (N), one of eight bytes elsewhere."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    first = struct.pack(f"{order}HHHII", 1, 0x8825, 4, 1, 26) + bytes(4)
    places = struct.pack(f"{order}HHHI4sHHII", 2, 1, 2, 2, b"N\x00\x00\x00", 2, 5, 1, 56) + bytes(4)
    return mark + struct.pack(f"{order}I", 8) + first + places + place + b"pixels"
