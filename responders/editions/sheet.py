"""An edition as it is printed: named and numbered, five columns, marked where it is a demonstration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from models.vocabulary import DEMONSTRATION

DRAFT = "草稿，未经审核，不得公开"
COLUMNS = ("序号", "留言摘要", "受理日期", "答复日期", "答复部门", "答复内容")


class Item(Protocol):
    summary: str
    accepted_on: date
    replied_on: date
    unit: str
    answer: str


@dataclass(frozen=True, slots=True)
class Line:
    """One representative message (C 二(三)16)."""

    number: int
    summary: str
    accepted_on: date
    replied_on: date
    unit: str
    answer: str

    def cells(self) -> tuple[str, ...]:
        return (str(self.number), self.summary, str(self.accepted_on), str(self.replied_on), self.unit, self.answer)


@dataclass(frozen=True, slots=True)
class Sheet:
    """《网民留言办理情况选登》2026年第8期（2月16日—2月22日）."""

    week: str
    name: str
    year: int
    issue: int
    first_day: date
    last_day: date
    publisher: str
    published_at: datetime  # in the office's own time
    url: str
    demonstration: bool
    lines: tuple[Line, ...]
    draft: bool = False
    correction: str = ""  # what the public is told of an earlier version that was withdrawn
    withdrawal: str = ""  # why there is nothing to read any more

    @property
    def published_on(self) -> date:
        return self.published_at.date()

    @property
    def period(self) -> str:
        first, last = self.first_day, self.last_day
        if first.year == last.year:
            return f"{first.month}月{first.day}日—{last.month}月{last.day}日"
        return f"{first.year}年{first.month}月{first.day}日—{last.year}年{last.month}月{last.day}日"

    @property
    def title(self) -> str:
        return f"《{self.name}》{self.year}年第{self.issue}期（{self.period}）"

    @property
    def list_url(self) -> str:
        return self.url.rsplit("/", 1)[0] + "/"

    @property
    def feed_url(self) -> str:
        return f"{self.list_url}feed.xml"

    @property
    def heading(self) -> str:
        """The title as a list shows it: what is no longer so, or was put right, says it first."""
        mark = "【已撤下】" if self.withdrawal else "【更正】" if self.correction else ""
        return f"{mark}{self.title}"

    @property
    def remark(self) -> str:
        day = f"{self.published_on.year}年{self.published_on.month}月{self.published_on.day}日"
        if self.withdrawal:
            return f"本期已于{day}撤下。撤下说明：{self.withdrawal}"
        return f"更正说明：{self.correction}" if self.correction else ""

    @property
    def notice(self) -> str:
        said = (DRAFT,) if self.draft else ()
        return "；".join(
            (*said, *((f"{DEMONSTRATION}：地点、人物、单位、电话均为虚构",) if self.demonstration else ()))
        )


def lines_of(items: Sequence[Item]) -> tuple[Line, ...]:
    return tuple(
        Line(number, item.summary, item.accepted_on, item.replied_on, item.unit, item.answer)
        for number, item in enumerate(items, 1)
    )
