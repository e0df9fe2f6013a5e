"""A message's signature: the keys of its matter (classifiers.matter_keys), eight bytes each."""

import struct
from collections.abc import Sequence

_WIDTH = 8


def packed(keys: Sequence[int]) -> bytes:
    """Signed 64-bit numbers, little-endian, in order."""
    return struct.pack(f"<{len(keys)}q", *keys)


def keys_of(signature: bytes | None) -> tuple[int, ...]:
    return struct.unpack(f"<{len(signature) // _WIDTH}q", signature) if signature else ()
