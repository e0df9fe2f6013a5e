"""A bar chart of days, once as geometry, drawn as SVG for a page and as PNG for a Word document.

The PNG carries digits only, in letters of its own: it needs no font of the machine. Chinese stands beside it.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 12, 24, 28
_MOST_LABELS = 12
_SCALE = 2  # pixels of the PNG for one unit of the drawing
_BAR, _INK, _PAPER = (45, 92, 140), (60, 60, 60), (255, 255, 255)
# 3 × 5 points each, a row in three bits.
_GLYPHS = {
    "0": (7, 5, 5, 5, 7), "1": (2, 6, 2, 2, 7), "2": (7, 1, 7, 4, 7), "3": (7, 1, 7, 1, 7), "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7), "6": (7, 4, 7, 5, 7), "7": (7, 1, 1, 1, 1), "8": (7, 5, 7, 5, 7), "9": (7, 5, 7, 1, 7),
    "-": (0, 0, 7, 0, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One day, in units of the drawing; `label` is empty where there is no room for it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def bars(days: Sequence[tuple[str, int]]) -> list[Bar]:
    """Days as (MM-DD, count), in their order."""
    if not days:
        return []
    most = max(1, *(count for _, count in days))
    step = (_WIDTH - _LEFT - _RIGHT) / len(days)
    floor = _HEIGHT - _BOTTOM
    every = -(-len(days) // _MOST_LABELS)
    drawn = []
    for n, (label, count) in enumerate(days):
        height = (floor - _TOP) * count / most
        width = min(step * 0.7, 48)
        x = _LEFT + step * n + (step - width) / 2
        drawn.append(Bar(x, floor - height, width, height, label if n % every == 0 else "", count))
    return drawn


def svg(days: Sequence[tuple[str, int]], title: str) -> str:
    """For a page: colours come from its stylesheet. `title` is what a screen reader says; it must hold no markup."""
    parts = []
    for bar in bars(days):
        parts.append(f'<rect class="bar" x="{bar.x:.1f}" y="{bar.y:.1f}" width="{bar.width:.1f}" '
                     f'height="{bar.height:.1f}"/>')  # fmt: skip
        if bar.count:
            parts.append(f'<text class="count" x="{bar.middle:.1f}" y="{bar.y - 6:.1f}">{bar.count}</text>')
        if bar.label:
            parts.append(f'<text class="day" x="{bar.middle:.1f}" y="{_HEIGHT - 8}">{bar.label}</text>')
    floor = _HEIGHT - _BOTTOM
    line = f'<line class="floor" x1="{_LEFT}" y1="{floor}" x2="{_WIDTH - _RIGHT}" y2="{floor}"/>'
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}">'
        f"{''.join(parts)}{line}</svg>"
    )


def png(days: Sequence[tuple[str, int]]) -> bytes:
    """For paper: 1280 × 440 points."""
    canvas = _Canvas(_WIDTH * _SCALE, _HEIGHT * _SCALE)
    for bar in bars(days):
        canvas.fill(bar.x, bar.y, bar.width, bar.height, _BAR)
        if bar.count:
            canvas.write(str(bar.count), bar.middle, bar.y - 16)
        canvas.write(bar.label, bar.middle, _HEIGHT - 20)
    canvas.fill(_LEFT, _HEIGHT - _BOTTOM, _WIDTH - _LEFT - _RIGHT, 1, _INK)
    return canvas.png()


class _Canvas:
    """Rows of RGB points."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._rows = [bytearray(bytes(_PAPER) * width) for _ in range(height)]

    def fill(self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int]) -> None:
        left, right = round(x * _SCALE), round((x + width) * _SCALE)
        for row in self._rows[round(y * _SCALE) : round((y + height) * _SCALE)]:
            row[left * 3 : right * 3] = bytes(colour) * (right - left)

    def write(self, text: str, middle: float, top: float) -> None:
        """Digits around the middle; a point of a glyph is 2 units."""
        left = middle - len(text) * 4 + 1
        for n, character in enumerate(text):
            for line, points in enumerate(_GLYPHS[character]):
                for column in range(3):
                    if points & (4 >> column):
                        self.fill(left + n * 8 + column * 2, top + line * 2, 2, 2, _INK)

    def png(self) -> bytes:
        raw = b"".join(b"\0" + bytes(row) for row in self._rows)
        header = struct.pack(">IIBBBBB", self._width, self._height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
