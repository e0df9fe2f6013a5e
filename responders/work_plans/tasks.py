"""Find the numbered tasks of a plan and the units that are named for them; nothing that has a number is passed over.

Two forms occur: «责任单位：…» after each task, and a table whose unit cells follow one or several tasks.
A heading that is repeated at a page break goes on with the same section.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from responders.work_plans.units import Named, is_unit_line, split_units

_NUMERALS = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"^([{_NUMERALS}]{{1,3}})、")
_SECTION = re.compile(rf"^[(（]([{_NUMERALS}]{{1,3}})[)）]")
_SECTION_INSIDE = re.compile(rf"([(（][{_NUMERALS}]{{1,3}}[)）])")
_LISTED_SECTION = re.compile(r"^[(（]\d{1,2}[)）]\s*\S")
_TASK = re.compile(r"^(\d{1,2})\s*[.．、](?=\s*(?:\D|20\d\d|\d{1,2}月))\s*")
_COLUMNS = {"工作任务", "任务", "牵头单位", "责任单位", "序号", "完成时限", "主要任务"}
_NO_TASKS = re.compile(r"总体要求|指导思想|基本原则|困难|问题|不足|主要做法|基本情况")
_UNITS_SAID = re.compile(r"[(（【\[]?\s*(牵头|主办|责任|配合|协办)(?:单位|部门)\s*[:：]\s*")
_RUN_ON = re.compile(
    r"(?<=[。)）；府门位局办会委心厅])"
    rf"(?=[(（][{_NUMERALS}]{{1,3}}[)）][^)）]|[{_NUMERALS}]{{1,3}}、|\d{{1,2}}[.．](?=\D|20\d\d年|\d{{1,2}}月))"
    rf"|(?<=[：:])(?=[{_NUMERALS}]{{1,3}}、)"
)


@dataclass(slots=True)
class Task:
    """One numbered task. `ref` as officials cite it: 二(三)16. Leads come first in `units`."""

    ref: str
    text: str
    leads: list[Named] = field(default_factory=list)
    others: list[Named] = field(default_factory=list)
    settled: bool = False

    @property
    def units(self) -> list[Named]:
        return [*self.leads, *(n for n in self.others if n not in self.leads)]


@dataclass(frozen=True, slots=True)
class Aside:
    """A numbered passage that sets no task: 指导思想, 存在的问题."""

    ref: str
    text: str


@dataclass(slots=True)
class Reading:
    """Every numbered task in order, with the units said for it; what is no task; and breaks in the numbering."""

    tasks: list[Task] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def find_tasks(lines: Iterable[str]) -> Reading:
    """Read the lines; a section under which nothing is numbered is a task itself."""
    reader = _Reader()
    for line in lines:
        for piece in _RUN_ON.split(line.strip()):
            reader.read(piece.strip())
    reader.end()
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Reading()
        self._last = 0  # the number of the task before
        self._chapter = self._section = ""
        self._chapter_text = self._section_text = ""
        self._waiting: list[Task] = []  # tasks of one table cell, whose units follow
        self._block: list[Task] = []  # those whose first unit cell was just read
        self._bare_heading = self._empty = False  # `_empty`: nothing numbered was read in this section
        self._lead_column = False

    def read(self, line: str) -> None:
        if not line or line in _COLUMNS:
            self._lead_column = self._lead_column or line == "牵头单位"
        elif match := _CHAPTER.match(line):
            head, *inside = _SECTION_INSIDE.split(line, maxsplit=1)
            self._enter_chapter(match[1], head)
            self.read("".join(inside))
        elif match := _SECTION.match(line):
            self._enter_section(match[1], line)
        elif _LISTED_SECTION.match(line) and not self._waiting:
            self._bare_heading = False
        elif match := _TASK.match(line):
            self._start(match[1], line[match.end() :])
        elif line.strip("—-－ ") == "":
            self._block = []
        elif (self._waiting or self._block) and is_unit_line(line):
            self._units(split_units(line))
        else:
            self._continue(line)

    def end(self) -> None:
        self._close_section()
        self._close()

    def _enter_chapter(self, number: str, line: str) -> None:
        if line == self._chapter_text:
            return  # a page break: the same chapter goes on
        self._close_section()
        self._close()
        self._chapter, self._chapter_text = number, line
        self._section = self._section_text = ""

    def _enter_section(self, number: str, line: str) -> None:
        if line == self._section_text:
            return
        self._close_section()
        self._close()
        self._section, self._section_text = number, line
        self._bare_heading = self._empty = True

    def _close_section(self) -> None:
        """A section of whole sentences with nothing numbered under it says its task itself (T 三)."""
        text = _SECTION.sub("", self._section_text, count=1).strip()
        if self._empty and text.endswith("。"):
            ref = f"{self._chapter}({self._section})"
            if _NO_TASKS.search(self._chapter_text) or _NO_TASKS.match(text):
                self.found.asides.append(Aside(ref, text))
            else:
                self.found.tasks.append(Task(ref, text))
        self._empty = False

    def _start(self, number: str, text: str) -> None:
        self._bare_heading, self._block, self._empty = False, [], False
        self._count(int(number))
        if self._waiting and self._waiting[-1].settled:
            self._waiting = []
        section = f"({self._section})" if self._section else ""
        task = Task(f"{self._chapter}{section}{number}", "")
        self.found.tasks.append(task)
        self._waiting.append(task)
        self._add(task, text)

    def _count(self, number: int) -> None:
        """Numbers go on or begin again at 1; anything else is a passage that the document lost."""
        if number not in {self._last + 1, 1}:
            self.found.gaps.append(f"编号从 {self._last} 跳到 {number}（{self._chapter}），中间的条目原文没有")
        self._last = number

    def _continue(self, line: str) -> None:
        """More of the last task; or, under a heading that no number follows, the heading's own task."""
        if self._waiting:
            self._add(self._waiting[-1], line)
        elif self._bare_heading and line.endswith(("。", "）", ")")):
            self._bare_heading = self._empty = False
            task = Task(f"{self._chapter}({self._section})", line)
            self.found.tasks.append(task)
            self._waiting = [task]

    def _add(self, task: Task, text: str) -> None:
        said = list(_UNITS_SAID.finditer(text))
        body = text[: said[0].start()] if said else text
        task.text = f"{task.text}\n{body.strip()}".strip()
        for match, end in zip(said, [*(m.start() for m in said[1:]), len(text)], strict=False):
            names = split_units(_inside(text[match.end() : end], bracketed=match[0].lstrip()[:1] in "(（【["))
            (task.leads if match[1] in {"牵头", "主办"} else task.others).extend(names)
            task.settled = True
        if task.settled:
            self._waiting = [t for t in self._waiting if t is task]

    def _units(self, names: list[Named]) -> None:
        """The first unit cell after tasks is all of theirs; the second, where there are two columns, too."""
        if self._waiting:
            self._block, self._waiting = [t for t in self._waiting if not t.settled], []
            for task in self._block:
                (task.leads if self._lead_column else task.others).extend(names)
        elif self._lead_column:
            for task in self._block:
                task.others.extend(names)
            self._block = []

    def _close(self) -> None:
        self._waiting, self._block, self._bare_heading = [], [], False


def _inside(text: str, *, bracketed: bool) -> str:
    """Up to the bracket that closes «(责任单位：…)»; brackets of names («各县(市、区)») stay."""
    if not bracketed:
        return text
    depth = 1
    for i, char in enumerate(text):
        depth += (char in "(（【[") - (char in ")）】]")
        if depth == 0:
            return text[:i]
    return text
