"""A plan's state upward (完成情况上报): from the ledger to a paper, nothing reported that is not on record."""

from datetime import date

from flows.house import House
from models.promise_words import PromiseState
from models.queries.plans import PlanLine, PlanState
from models.rhythms import Rhythm
from responders.papers.filling import Shown, Value

_UNIT_LINES = ("牵头单位：", "责任单位：")
_Rows = list[dict[str, Value]]


def plan_groups(house: House, state: PlanState, today: date) -> dict[str, _Rows]:
    """The paper's groups: one row of counts, then a row for each task."""
    tasks = [_line(house, line, today, number) for number, line in enumerate(state.lines, 1)]
    return {"概况": [_whole(state, today)], "各项": tasks}


def _whole(state: PlanState, today: date) -> dict[str, Value]:
    k = PromiseState
    total, done = len(state.lines), state.count(k.KEPT)
    return {
        "任务总数": total, "已完成": done, "部分完成": state.count(k.PARTLY), "待核验": state.count(k.TO_VERIFY),
        "正在推进": state.count(k.RUNNING, k.CHANGED), "待确认": state.count(k.TO_CONFIRM),
        "无法完成": state.count(k.FAILED), "超期": state.overdue(today),
        "上年结转": sum(line.carried for line in state.lines),
        "完成率": Shown(done / total, f"{done / total:.1%}", "0.0%") if total else "—",
    }  # fmt: skip


def summary(state: PlanState, today: date) -> str:
    """How many tasks stand where, in one sentence."""
    k = PromiseState
    total, done = len(state.lines), state.count(k.KEPT)
    carried = sum(line.carried for line in state.lines)
    share = f"，完成率 {done / total:.1%}" if total else ""
    extra = f"（含上年结转 {carried} 项）" if carried else ""
    return (
        f"共 {total} 项任务{extra}：已完成 {done} 项，部分完成 {state.count(k.PARTLY)} 项，"
        f"待核验 {state.count(k.TO_VERIFY)} 项，正在推进 {state.count(k.RUNNING, k.CHANGED)} 项，"
        f"待确认 {state.count(k.TO_CONFIRM)} 项，无法完成 {state.count(k.FAILED)} 项；"
        f"未完成的有 {state.overdue(today)} 项超期{share}。"
    )


def _line(house: House, line: PlanLine, today: date, number: int) -> dict[str, Value]:
    promise = line.promise
    names = {part: "、".join(u.name for u in line.units if u.part == part) for part in ("lead", "co")}
    task = "\n".join(t for t in promise.text.splitlines() if not t.startswith(_UNIT_LINES))
    holder = house.profile.units_by_code[promise.unit].name if promise.unit in house.profile.units_by_code else "—"
    return {
        "序号": number, "任务编号": promise.task or promise.source_ref, "工作任务": task,
        "牵头单位": names["lead"] or holder, "责任单位": names["co"] or "—",
        "完成时限": _due(promise.due, promise.due_expr, promise.every), "完成情况": line.progress or "—",
        "状态及备注": _state(line, today),
    }  # fmt: skip


def _due(due: date | None, expr: str | None, every: str | None) -> Value:
    if due is None:
        return expr or "未定"
    said = f"{due.year}年{due.month}月{due.day}日"
    return f"{said}（{Rhythm(every).label}）" if every else Shown(due, said, 'yyyy"年"m"月"d"日"')


def _state(line: PlanLine, today: date) -> str:
    promise = line.promise
    parts = [PromiseState(promise.state).label]
    if line.unfinished and promise.due and promise.due < today:
        parts.append("超期")
    parts += [f"原时限 {c.old_due or '未定'}，变更原因：{c.reason}" for c in line.changes]
    if line.before:
        kept = sum(p.state == PromiseState.KEPT.value for p in line.before)
        parts.append(f"第 {promise.round} 期，前 {len(line.before)} 期已兑现 {kept} 期")
    if line.carried:
        parts.append("上年结转")
    if promise.reason and promise.state in {PromiseState.PARTLY.value, PromiseState.FAILED.value}:
        parts.append(f"原因：{promise.reason}")
    if promise.published_where:
        parts.append(f"已公开：{promise.published_where}")
    return "；".join(parts)
