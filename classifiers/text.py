"""What the filters and the intake hand to the classifiers: one message as its writer wrote it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.errors import BadInput

# Beyond this many characters a message is judged by its beginning; rules still read all of it.
JUDGED_CHARACTERS = 20_000
CHUNK = 512  # texts at a time: half of them cost 3 % more time in calls, twice as many save none
CHUNK_CHARACTERS = 300_000  # half as much again as 512 usually have: long ones would take memory by their length


class BadLine(BadInput):
    """这一行不是可识别的来件。"""


@dataclass(frozen=True, slots=True)
class Text:
    """`id` is the caller's; `region_hint` is what the channel knows of the place, in any spelling."""

    id: str
    text: str
    title: str | None = None
    time: datetime | None = None
    region_hint: str | None = None

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text


def chunks(lengths: Iterable[int]) -> list[slice]:
    """Which neighbouring texts to look at together, given each one's characters; one that is too long stands alone."""
    found, start, held, end = list[slice](), 0, 0, 0
    for end, length in enumerate(lengths, start=1):
        held += length
        if held > CHUNK_CHARACTERS and end - 1 > start:
            found.append(slice(start, end - 1))
            start, held = end - 1, length
        if end - start == CHUNK:
            found.append(slice(start, end))
            start, held = end, 0
    return [*found, slice(start, end)] if end > start else found


def text_from(line: Mapping[str, Any]) -> Text:
    """Read one line of a filter; a missing id, or a text that is no string, raises BadLine."""
    if "id" not in line:
        raise BadLine("缺少字段 id，请补上来件编号。")
    body, title = line.get("text"), line.get("title")
    if not isinstance(body, str):
        raise BadLine("字段 text 应为文字，请检查这一行。")
    if title is not None and not isinstance(title, str):
        raise BadLine("字段 title 应为文字或 null，请检查这一行。")
    return Text(id=str(line["id"]), text=body, title=title or None)
