"""A plan's state upward (完成情况上报): from the ledger to a paper, nothing reported that is not on record."""

from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from flows.house import House
from models.database import reading
from models.queries.plans import PlanLine, PlanState, find_plan, plan_state
from models.vocabulary import DEMONSTRATION, PromiseState, Rhythm
from responders.work_plans.report import ReportLine, StateReport, docx_bytes, xlsx_bytes

FORMULA = (
    "说明：完成率 = 已完成 ÷ 全部任务（含待确认的，不含剔除的）；已完成指上报后经他人核验销号的“已兑现”；"
    "超期按现行时限计算，经批准变更的注明原时限。"
)
MAKERS = {"docx": docx_bytes, "xlsx": xlsx_bytes}
_UNIT_LINES = ("牵头单位：", "责任单位：")


def state_report(house: House, session: Session, wanted: str, now: datetime) -> StateReport:
    """NotFound where no such plan was imported."""
    state = plan_state(session, find_plan(session, wanted))
    profile = house.profile
    today = now.astimezone(house.settings.zone).date()
    return StateReport(
        title=state.plan.title if state.plan.title.endswith("》") else f"《{state.plan.title}》",
        reporter=profile.unit(profile.centre).name,
        as_of=today,
        made_at=now.astimezone(house.settings.zone),
        summary=summary(state, today),
        formulas=FORMULA,
        lines=[_line(house, line, today) for line in state.lines],
        notice=DEMONSTRATION if profile.demonstration else "",
    )


def write_report(house: House, wanted: str, out: Path, kinds: list[str], now: datetime) -> list[Path]:
    """One file for each kind (docx, xlsx) in `out`."""
    with reading(house.engine) as session:
        report = state_report(house, session, wanted, now)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for kind in kinds:
        file = out / f"完成情况-{report.as_of}.{kind}"
        file.write_bytes(MAKERS[kind](report))
        files.append(file)
    return files


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


def _line(house: House, line: PlanLine, today: date) -> ReportLine:
    promise = line.promise
    names = {part: "、".join(u.name for u in line.units if u.part == part) for part in ("lead", "co")}
    task = "\n".join(t for t in promise.text.splitlines() if not t.startswith(_UNIT_LINES))
    holder = house.profile.units_by_code[promise.unit].name if promise.unit in house.profile.units_by_code else "—"
    return ReportLine(
        ref=promise.task or promise.source_ref, task=task, lead=names["lead"] or holder, units=names["co"] or "—",
        due=_due(promise.due, promise.due_expr, promise.every), progress=line.progress or "—",
        state=_state(line, today),
    )  # fmt: skip


def _due(due: date | None, expr: str | None, every: str | None) -> str:
    said = f"{due.year}年{due.month}月{due.day}日" if due else expr or "未定"
    return f"{said}（{Rhythm(every).label}）" if every and due else said


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
