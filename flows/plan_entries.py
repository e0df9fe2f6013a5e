"""Work plans into the ledger (C 五(三)4, J, N: 任务 → 牵头单位、责任单位 → 台账). Nothing is guessed silently."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from flows.house import House
from flows.ledger_lines import Line, Lines
from models.actions.ledger_entries import WORK_PLAN, Entry, EntryUnit, PlanHead
from models.promise_words import PromiseLevel
from responders.work_plans.heads import Head, find_head
from responders.work_plans.limits import Again, Limit, find_limit
from responders.work_plans.lines import BadPlan, plan_lines
from responders.work_plans.tasks import Task, find_tasks
from responders.work_plans.units import UnitFinder

_COUNTED = ("placed", "to_assign", "recurring", "damaged", "events", "groups")


def read_plan(house: House, source: Path, now: datetime, known_as: str | None = None) -> Lines:
    """Every numbered task as an entry with its lead unit and limit, and all that a person must look at.

    `known_as`: the file name under which this plan came in before, where it has another one now.

    A task that names no unit, or none of ours, is entered all the same: the centre holds it and assigns it when it
    is confirmed. Counts: placed (with its unit), to_assign, recurring, damaged, events, groups, asides, gaps.
    """
    text = plan_lines(source)
    reading = find_tasks(text)
    if not reading.tasks:
        raise BadPlan(f"{source.name}：没有读到编号的任务（1. 或 （一）…）。自动编号的 DOCX 请先另存为 TXT。")
    head = find_head(text)
    reader = _PlanReader(house, source.name, known_as or source.name, head, now)
    file = Lines([reader.line(task) for task in reading.tasks])
    file.plan = PlanHead(known_as or source.name, head.title or source.stem, head.year, head.made_on)
    file.counts = {name: reader.counts[name] for name in _COUNTED}
    file.counts |= {"asides": len(reading.asides), "gaps": len(reading.gaps)}
    file.remarks += _remarks(head, reader.counts)
    file.remarks += [f"{aside.ref} 不是任务，未入账（{aside.text[:20]}…）" for aside in reading.asides]
    file.remarks += reading.gaps
    return file


def _remarks(head: Head, counts: Counter[str]) -> Iterator[str]:
    if head.signed:
        shown = "、".join(map(str, head.signed))
        yield f"落款日期有缺字，可能是 {shown}，期限按 {head.made_on or '今天'} 推算，请核对"
    elif head.made_on is None:
        yield "没有读到文件日期，“年内”“季度末”一类期限按今天推算，请核对"
    if not counts["named"]:
        yield "全文没有写责任单位，像是情况报告而不是任务分解；各项先记在服务中心名下，请确认时逐项指定单位"
    if counts["groups"]:
        yield f"{counts['groups']} 项任务的责任单位里有“各部门”“其他有关部门”一类群体，请人工展开"


class _PlanReader:
    def __init__(self, house: House, source: str, name: str, head: Head, now: datetime) -> None:
        self._house, self._source, self._name = house, source, name
        self._finder = UnitFinder(house.profile)
        zone = house.settings.zone
        self._base = head.made_on or now.astimezone(zone).date()
        self._made_at = datetime.combine(head.made_on, time(), zone) if head.made_on else now
        self.counts: Counter[str] = Counter()

    def line(self, task: Task) -> Line:
        line = Line(f"{self._source} {task.ref}")
        limit = find_limit(task.text, self._base, self._dates)
        unit = self._unit(task, line)
        if limit.damaged:
            shown = "、".join(map(str, limit.candidates)) or "没有一个说得通的日期"
            line.problems.append(f"期限“{limit.expr}”有缺字，可能是 {shown}，未填写，请确认时选定")
        self.counts.update(
            named=bool(task.units), damaged=limit.damaged, recurring=bool(limit.again), events=limit.event,
            groups=any(n.group for n in task.units),
        )  # fmt: skip
        if len(limit.again) > 1:
            line.entries = [self._entry(task, unit, limit, line, n, each) for n, each in enumerate(limit.again, 1)]
        else:
            line.entries = [self._entry(task, unit, limit, line, 0, next(iter(limit.again), None))]
        return line

    def _entry(self, task: Task, unit: str, limit: Limit, line: Line, part: int, again: Again | None) -> Entry:
        """`part`: which of several recurring demands of the task this is; 0 where there is one, or none."""
        ref = f"{task.ref}-{part}" if part else task.ref
        expr = again.expr if again and not limit.damaged else limit.expr
        return Entry(
            where=line.where,
            source=WORK_PLAN,
            source_ref=f"{self._name} {ref}"[:200],
            unit=unit,
            text=f"{_whole(task)}\n周期要求：{again.expr}" if again and part else _whole(task),
            level=(PromiseLevel.DATED if limit.due or again else PromiseLevel.SPECIFIC).value,
            due=limit.due,
            due_expr=expr[:60] if expr else None,
            made_at=self._made_at,
            task=ref,
            choices=limit.candidates,
            every=again.every.value if again else None,
            times=again.times if again else 1,
            units=tuple(self._named(task)),
        )

    def _unit(self, task: Task, line: Line) -> str:
        """The lead's code; the centre's where there is none, with the reason."""
        code, name = self._finder.lead(task.units)
        self.counts["placed" if code else "to_assign"] += 1
        if code:
            return code
        centre = self._house.profile.centre
        if not task.units:
            why = f"没有写责任单位（{task.text.splitlines()[0][:30]}…）"
        elif name and (several := self._finder.codes(name)):
            names = "、".join(self._house.profile.unit(one).name for one in sorted(several))
            why = f"单位“{name}”可能是{names}，分不清是哪一个"
        elif name:
            why = f"单位“{name}”不在辖区配置里"
        else:
            why = f"责任单位“{'、'.join(n.name for n in task.units)}”都是群体，须人工展开"
        line.problems.append(f"{why}，暂记在{self._house.profile.unit(centre).name}名下，确认时指定")
        return centre

    def _named(self, task: Task) -> Iterator[EntryUnit]:
        for part, names in (("lead", task.leads), ("co", [n for n in task.others if n not in task.leads])):
            for named in names:
                code = None if named.group else self._finder.code(named.name)
                yield EntryUnit(named.name, code, part, named.group)

    def _dates(self, text: str, base: date) -> Sequence[tuple[str, date | None]]:
        from classifiers.timewords import time_words

        return [(w.text, None if w.opens or w.loose else w.day) for w in time_words(text, base, self._house.calendar)]


def _whole(task: Task) -> str:
    """The task with its units: whoever confirms it sees all that are named, the leads first."""
    lines = [task.text]
    for label, names in (("牵头单位", task.leads), ("责任单位", task.others)):
        if names:
            lines.append(f"{label}：{'、'.join(n.name for n in names)}")
    return "\n".join(lines)
