"""舆情分析报告: drafted from the records, worked over and confirmed by people, then sent up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select

from models.actions.as_seen import must_be_as_shown
from models.actions.opinion_step import held, needed, step
from models.actors import Actor
from models.errors import Conflict, NotFound
from models.opinion_words import ReportStatus
from models.tables.opinion import OpinionCase, OpinionReport
from models.vocabulary import Role

WRITTEN = ("write_report", "confirm_report")


@dataclass(frozen=True, slots=True)
class Analysis:
    """性质、走势、可能的风险、预控处置意见 (腾冲市 2019 一(一)2)."""

    nature: str
    trend: str
    risks: str
    advice: str

    def put(self, row: OpinionReport) -> None:
        row.nature, row.trend = needed(self.nature, "请写明性质。"), needed(self.trend, "请写明走势。")
        row.risks, row.advice = needed(self.risks, "请写明可能的风险。"), needed(self.advice, "请写明预控处置意见。")


def write_report(
    session: Session, case_id: int, analysis: Analysis, figures: dict[str, Any], actor: Actor, now: datetime
) -> OpinionReport:
    """A draft from the records of this moment; each report keeps its figures."""
    actor.must_be(Role.OPINION)
    case = held(session, case_id)
    before = session.exec(select(func.count()).where(OpinionReport.case_id == case_id)).one()
    row = OpinionReport(case_id=case_id, serial=before + 1, nature="", trend="", risks="", advice="",
                        figures=figures, written_by=actor.login, written_at=now)  # fmt: skip
    analysis.put(row)
    session.add(row)
    step(session, case, "write_report", actor, now, serial=row.serial)
    session.flush()
    return row


def edit_report(
    session: Session, report_id: int, analysis: Analysis, actor: Actor, now: datetime, *, seen: int | None = None
) -> OpinionReport:
    """`seen`: the last of the WRITTEN steps on the page that it was done from."""
    actor.must_be(Role.OPINION)
    row, case = _draft(session, report_id, ReportStatus.DRAFT)
    must_be_as_shown(session, "opinion", case.id, seen, actor, WRITTEN)
    analysis.put(row)
    row.written_by, row.written_at = actor.login, now
    session.add(row)
    step(session, case, "write_report", actor, now, serial=row.serial)
    return row


def confirm_report(
    session: Session, report_id: int, actor: Actor, now: datetime, *, seen: int | None = None
) -> OpinionReport:
    """审定 by a leader, of the text that was read: nothing that a machine drafted goes anywhere before."""
    actor.must_be(Role.OPINION_LEADER)
    row, case = _draft(session, report_id, ReportStatus.DRAFT)
    must_be_as_shown(session, "opinion", case.id, seen, actor, WRITTEN)
    actor.must_differ(row.written_by, "分析报告的撰写与审定")
    row.status, row.confirmed_by, row.confirmed_at = ReportStatus.CONFIRMED.value, actor.login, now
    session.add(row)
    step(session, case, "confirm_report", actor, now, serial=row.serial)
    return row


def send_report(session: Session, report_id: int, to: str, actor: Actor, now: datetime) -> OpinionReport:
    """报送: to whom it went."""
    actor.must_be(Role.OPINION)
    row, case = _draft(session, report_id, ReportStatus.CONFIRMED)
    row.sent_to, row.sent_by, row.sent_at = needed(to, "请写明报送给谁。")[:200], actor.login, now
    row.status = ReportStatus.SENT.value
    session.add(row)
    step(session, case, "send_report", actor, now, serial=row.serial)
    return row


def _draft(session: Session, report_id: int, status: ReportStatus) -> tuple[OpinionReport, OpinionCase]:
    case_id = session.exec(select(OpinionReport.case_id).where(OpinionReport.id == report_id)).first()
    if case_id is None:
        raise NotFound(f"没有找到分析报告（编号 {report_id}）。")
    case = held(session, case_id)
    row = session.exec(
        select(OpinionReport).where(OpinionReport.id == report_id).execution_options(populate_existing=True)
    ).one()
    if row.status != status:
        raise Conflict(f"分析报告现为“{ReportStatus(row.status).label}”，不能这样处理。可能已有人办理，请刷新查看。")
    return row, case
