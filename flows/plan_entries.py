"""Work plans into the ledger (C 五(三)4, J, N: 任务 → 牵头单位、责任单位 → 台账). Nothing is guessed silently."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

from flows.house import House
from flows.ledger_lines import Line, Lines
from models.actions.ledger_entries import WORK_PLAN, Entry
from models.vocabulary import PromiseLevel
from responders.work_plans.limits import find_limit
from responders.work_plans.lines import BadPlan, plan_lines
from responders.work_plans.tasks import Task, find_tasks
from responders.work_plans.units import UnitFinder

_SIGNED = re.compile(r"^\s*(20\d\d)年(\d{1,2})月(\d{1,2})日\s*$")
_PUBLISHED = re.compile(r"(?<!上传)(?:时间|日期)\s*[:：|]\s*\|?\s*(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})")


def read_plan(house: House, source: Path, now: datetime) -> Lines:
    """Every numbered task: an entry with its lead unit and limit, or why it can't be one."""
    text = plan_lines(source)
    tasks = find_tasks(text)
    if not tasks:
        raise BadPlan(f"{source.name}：没有读到编号的任务（1. 或 （一）…）。自动编号的 DOCX 请先另存为 TXT。")
    made_on = plan_date(text)
    reader = _PlanReader(house, source.name, made_on, now)
    file = Lines([reader.line(task) for task in tasks])
    if made_on is None:
        file.remarks.append("没有读到文件日期，“年内”“季度末”一类期限按今天推算，请核对")
    if not any(task.units for task in tasks):
        file.remarks.append("全文没有写责任单位，像是情况报告而不是任务分解")
    if groups := sum(any(n.group for n in task.units) for task in tasks):
        file.remarks.append(f"{groups} 项任务的责任单位里有“各部门”“其他有关部门”一类群体，请人工展开")
    return file


def plan_date(lines: Sequence[str]) -> date | None:
    """When the plan was issued: the date under its signature, else the day it was put on the web."""
    for pattern in (_SIGNED, _PUBLISHED):
        for line in lines:
            if match := pattern.search(line):
                try:
                    return date(int(match[1]), int(match[2]), int(match[3]))
                except ValueError:
                    continue
    return None


class _PlanReader:
    def __init__(self, house: House, name: str, made_on: date | None, now: datetime) -> None:
        self._house, self._name = house, name
        self._finder = UnitFinder(house.profile)
        zone = house.settings.zone
        self._base = made_on or now.astimezone(zone).date()
        self._made_at = datetime.combine(made_on, time(), zone) if made_on else now

    def line(self, task: Task) -> Line:
        line = Line(f"{self._name} {task.ref}")
        if not task.units:
            line.problems.append(f"未入账：没有写责任单位（{task.text.splitlines()[0][:30]}…）")
            return line
        limit = find_limit(task.text, self._base, self._dates)
        if limit.candidates or (limit.expr and limit.due is None and limit.expr.endswith("前")):
            shown = "、".join(map(str, limit.candidates)) or "没有一个说得通的日期"
            line.problems.append(f"期限“{limit.expr}”有缺字，可能是 {shown}，未填写，请确认时补上")
        line.entry = Entry(
            where=line.where,
            source=WORK_PLAN,
            source_ref=f"{self._name} {task.ref}"[:200],
            unit=self._unit(task, line),
            text=_whole(task),
            level=(PromiseLevel.DATED if limit.due else PromiseLevel.SPECIFIC).value,
            due=limit.due,
            due_expr=limit.expr[:60] if limit.expr else None,
            made_at=self._made_at,
        )
        return line

    def _unit(self, task: Task, line: Line) -> str:
        code, name = self._finder.lead(task.units)
        if code is None:
            profile = self._house.profile
            names = "、".join(n.name for n in task.units)
            why = f"单位“{name}”不在辖区配置里" if name else f"责任单位“{names}”都是群体，须人工展开"
            line.problems.append(f"{why}，暂记在{profile.units_by_code[profile.centre].name}名下")
        return code or self._house.profile.centre

    def _dates(self, text: str, base: date) -> list[tuple[str, date | None]]:
        from classifiers.timewords import time_words

        return [(w.text, None if w.opens or w.loose else w.day) for w in time_words(text, base, self._house.calendar)]


def _whole(task: Task) -> str:
    """The task with its units: whoever confirms it sees all that are named, the leads first."""
    lines = [task.text]
    for label, names in (("牵头单位", task.leads), ("责任单位", task.others)):
        if names:
            lines.append(f"{label}：{'、'.join(n.name for n in names)}")
    return "\n".join(lines)
