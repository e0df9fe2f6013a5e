"""How a paper looks, as plain data: A4, the fonts of Chinese offices and what stands in where one is missing."""

from dataclasses import dataclass
from typing import Final

# 党政机关公文格式 GB/T 9704—2012: title 小标宋, text 仿宋, first headings 黑体.
TITLE_FONT: Final = "方正小标宋简体"
TEXT_FONT: Final = "仿宋"
LABEL_FONT: Final = "黑体"
TABLE_FONT: Final = "宋体"

FALLBACKS: Final[dict[str, tuple[str, ...]]] = {
    TITLE_FONT: ("小标宋体", "华文中宋", "宋体", "Noto Serif CJK SC"),
    TEXT_FONT: ("仿宋_GB2312", "华文仿宋", "宋体", "Noto Serif CJK SC"),
    LABEL_FONT: ("华文黑体", "微软雅黑", "Noto Sans CJK SC"),
    TABLE_FONT: ("华文宋体", "仿宋", "Noto Serif CJK SC"),
}
"""What a word processor takes, in this order, where a font is not on the machine."""

A4_MM: Final = (210, 297)


@dataclass(frozen=True, slots=True)
class Page:
    """Margins in millimetres, sizes in points."""

    top: float
    bottom: float
    left: float
    right: float
    title: float
    text: float
    landscape: bool = False

    @property
    def width(self) -> float:
        """Between the margins, in millimetres."""
        return (A4_MM[1] if self.landscape else A4_MM[0]) - self.left - self.right


LETTER: Final = Page(37, 35, 28, 26, title=22, text=16)  # GB/T 9704—2012 5.2
FORM: Final = Page(25, 20, 22, 22, title=22, text=12)
ROLL: Final = Page(18, 16, 10, 10, title=18, text=8, landscape=True)
TABLE: Final = Page(18, 16, 10, 10, title=18, text=10, landscape=True)
REPORT: Final = Page(30, 25, 26, 24, title=22, text=10)

LETTER_LINE_PT: Final = 28.5
