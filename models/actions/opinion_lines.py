"""口径: drafted, settled with other units (会商), signed by a leader, released; then again until closed (滚动发布)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.actions.as_seen import must_be_as_shown
from models.actions.clocks import stop_clocks
from models.actions.opinion_clocks import start_follow_up
from models.actions.opinion_step import held, needed, step, tell_unit
from models.actions.opinion_units import joined
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.opinion_words import LineStatus
from models.reckoning import Reckoner
from models.tables.opinion import OpinionCase, OpinionLine, OpinionVoice
from models.vocabulary import Role, Stage

# The steps after which a line is no longer the one that was read; what another unit says of it changes no word.
WRITTEN = ("draft_line", "submit_line", "send_back_line")


@dataclass(frozen=True, slots=True)
class Points:
    """What a release says (九江市意见 21): 事实真相、政策措施、处置结果. All three, always."""

    facts: str
    measures: str
    result: str

    def put(self, line: OpinionLine) -> None:
        line.facts = needed(self.facts, "口径缺“事实真相”：发生了什么、查到了什么。")
        line.measures = needed(self.measures, "口径缺“政策措施”：依据什么、采取了什么措施。")
        line.result = needed(self.result, "口径缺“处置结果”：尚无结果的，写明进展和下次发布时间。")


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where a release came out; `next_due`: when the next is promised, None for the profile's interval."""

    name: str
    url: str
    next_due: datetime | None = None
    last: bool = False


def draft_line(session: Session, case_id: int, points: Points, actor: Actor, now: datetime) -> OpinionLine:
    """拟稿 by an officer or by the 回应主体; one line at a time is under way."""
    case = held(session, case_id)
    _may_write(case, actor)
    lines = _lines(session, case_id)
    if lines and lines[-1].status != LineStatus.RELEASED:
        raise Conflict(f"舆情 {case.number} 已有口径在办，可能已有人拟稿，请刷新查看。")
    line = OpinionLine(case_id=case_id, serial=len(lines) + 1, facts="", measures="", result="",
                       written_by=actor.login, written_at=now)  # fmt: skip
    points.put(line)
    session.add(line)
    step(session, case, "draft_line", actor, now, serial=line.serial)
    session.flush()
    return line


def revise_line(
    session: Session, line_id: int, points: Points, actor: Actor, now: datetime, *, seen: int | None = None
) -> OpinionLine:
    """Rewrite what is not signed; who rewrites is its writer, and units are asked anew.

    `seen`, here and below: the last of the WRITTEN steps on the page that it was done from.
    """
    line, case = _both(session, line_id)
    _may_write(case, actor)
    _must_be_as_read(session, case, seen, actor)
    _must_stand(case, line, {LineStatus.DRAFT, LineStatus.CONSULTING})
    points.put(line)
    line.written_by, line.written_at, line.status, line.gate = actor.login, now, LineStatus.DRAFT.value, []
    for voice in _voices(session, line_id):
        session.delete(voice)
    session.add(line)
    step(session, case, "draft_line", actor, now, serial=line.serial)
    return line


def consult(
    session: Session, reckoner: Reckoner, line_id: int, units: Sequence[str], actor: Actor, now: datetime
) -> OpinionLine:
    """会商: units whose part in the case is confirmed read the line and say what they think of it."""
    actor.must_be(Role.OPINION)
    line, case = _both(session, line_id)
    _must_stand(case, line, {LineStatus.DRAFT, LineStatus.CONSULTING})
    asked = {voice.unit for voice in _voices(session, line_id)}
    fresh = [unit for unit in dict.fromkeys(units) if unit not in asked]
    if not fresh:
        raise BadInput("请选择要会商的单位。")
    if strange := [unit for unit in fresh if unit not in joined(session, case.id or 0)]:
        names = "、".join(reckoner.profile.unit(unit).name for unit in strange)
        raise NotAllowed(f"{names}未确认参加联动，请先确认后再会商。")
    line.status = LineStatus.CONSULTING.value
    session.add(line)
    step(session, case, "consult_line", actor, now, serial=line.serial, units=fresh)
    for unit in fresh:
        session.add(OpinionVoice(line_id=line_id, unit=unit, asked_by=actor.login, asked_at=now))
        tell_unit(session, reckoner.profile, case, "opinion_consulted", unit, now)
    return line


def say(
    session: Session, line_id: int, text: str, actor: Actor, now: datetime, *, agrees: bool, seen: int | None = None
) -> OpinionVoice:
    """A unit's word on the line; said again, the later stands and both are in the history."""
    actor.must_be(Role.UNIT)
    line, case = _both(session, line_id)
    voice = next((v for v in _voices(session, line_id) if v.unit == actor.unit), None)
    if voice is None:
        raise NotFound("没有找到请贵单位会商的口径。")
    _must_be_as_read(session, case, seen, actor)
    _must_stand(case, line, {LineStatus.CONSULTING})
    voice.agrees, voice.said_by, voice.said_at = agrees, actor.login, now
    voice.text = text.strip() if agrees else needed(text, "不同意的，请写明修改意见。")
    session.add(voice)
    step(session, case, "say", actor, now, serial=line.serial, unit=actor.unit, agrees=agrees)
    return voice


def submit_line(
    session: Session, line_id: int, gate: Sequence[dict[str, Any]], actor: Actor, now: datetime, *, unheard: str = "",
    seen: int | None = None,
) -> OpinionLine:  # fmt: skip
    """送签: heard by at least one other unit, all needed checks passed; a silent unit only with a reason."""
    actor.must_be(Role.OPINION)
    line, case = _both(session, line_id)
    _must_be_as_read(session, case, seen, actor)
    _must_stand(case, line, {LineStatus.CONSULTING})
    if failed := [check for check in gate if not check["passed"]]:
        raise BadInput("口径不能送签：" + "；".join(str(check["why"]) for check in failed))
    voices = _voices(session, line_id)
    if any(voice.agrees is False for voice in voices):
        raise Conflict("有会商单位不同意，请修改后重新会商。")
    if any(voice.agrees is None for voice in voices):
        line.unheard = needed(unheard, "还有会商单位未反馈；不再等待的，请写明理由。")
    line.gate, line.status, line.sent_back = list(gate), LineStatus.TO_SIGN.value, None
    session.add(line)
    step(session, case, "submit_line", actor, now, serial=line.serial)
    return line


def sign_line(session: Session, line_id: int, actor: Actor, now: datetime, *, seen: int | None = None) -> OpinionLine:
    """签发 by a leader who did not write it."""
    actor.must_be(Role.OPINION_LEADER)
    line, case = _both(session, line_id)
    _must_be_as_read(session, case, seen, actor)
    _must_stand(case, line, {LineStatus.TO_SIGN})
    actor.must_differ(line.written_by, "口径的拟稿与签发")
    line.status, line.signed_by, line.signed_at = LineStatus.SIGNED.value, actor.login, now
    session.add(line)
    step(session, case, "sign_line", actor, now, serial=line.serial)
    return line


def send_back_line(
    session: Session, line_id: int, why: str, actor: Actor, now: datetime, *, seen: int | None = None
) -> OpinionLine:
    """退回修改."""
    actor.must_be(Role.OPINION_LEADER)
    line, case = _both(session, line_id)
    _must_be_as_read(session, case, seen, actor)
    _must_stand(case, line, {LineStatus.TO_SIGN})
    line.status, line.sent_back = LineStatus.DRAFT.value, needed(why, "退回须写明意见。")
    session.add(line)
    step(session, case, "send_back_line", actor, now, serial=line.serial)
    return line


def release_line(
    session: Session, reckoner: Reckoner, line_id: int, outlet: Outlet, actor: Actor, now: datetime
) -> OpinionLine:
    """发布: where it can be read; the response clock stops, the next release is owed unless this is the last."""
    actor.must_be(Role.OPINION)
    line, case = _both(session, line_id)
    _must_stand(case, line, {LineStatus.SIGNED})
    if outlet.next_due is not None and outlet.next_due <= now:
        raise BadInput("下次发布时间应在现在之后。")
    line.outlet, line.url = needed(outlet.name, "请写明发布渠道。")[:200], _address(outlet.url)
    line.status, line.released_by, line.released_at = LineStatus.RELEASED.value, actor.login, now
    stop_clocks(session, "opinion", case.id or 0, now, [Stage.OPINION_FIRST, Stage.OPINION_FOLLOW])
    if not outlet.last:
        line.next_due = start_follow_up(session, reckoner, case, outlet.next_due, now)
    session.add(line)
    step(session, case, "release", actor, now, serial=line.serial, last=outlet.last)
    return line


def _address(url: str) -> str:
    if not url.strip().startswith(("https://", "http://")):
        raise BadInput("请写明发布网址（以 http:// 或 https:// 开头）。")
    return url.strip()


def _may_write(case: OpinionCase, actor: Actor) -> None:
    actor.must_be(Role.OPINION, Role.UNIT)
    if actor.role is Role.UNIT and actor.unit != case.lead_unit:
        raise NotFound("没有找到该舆情，或本单位不是回应主体。")


def _both(session: Session, line_id: int) -> tuple[OpinionLine, OpinionCase]:
    case_id = session.exec(select(OpinionLine.case_id).where(OpinionLine.id == line_id)).first()
    if case_id is None:
        raise NotFound(f"没有找到口径（编号 {line_id}）。")
    case = held(session, case_id)
    return session.exec(
        select(OpinionLine).where(OpinionLine.id == line_id).execution_options(populate_existing=True)
    ).one(), case


def _must_be_as_read(session: Session, case: OpinionCase, seen: int | None, actor: Actor) -> None:
    must_be_as_shown(session, "opinion", case.id, seen, actor, WRITTEN)


def _must_stand(case: OpinionCase, line: OpinionLine, states: Collection[LineStatus]) -> None:
    now = LineStatus(line.status)
    if now not in states:
        raise Conflict(
            f"舆情 {case.number} 第 {line.serial} 次口径现为“{now.label}”，不能这样处理。可能已有人办理，请刷新查看。"
        )


def _lines(session: Session, case_id: int) -> list[OpinionLine]:
    statement = select(OpinionLine).where(OpinionLine.case_id == case_id).order_by(col(OpinionLine.serial))
    return list(session.exec(statement).all())


def _voices(session: Session, line_id: int) -> list[OpinionVoice]:
    return list(session.exec(select(OpinionVoice).where(OpinionVoice.line_id == line_id)).all())
