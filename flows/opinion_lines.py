"""Where judgement meets an agreed line: the gate before a leader sees it, the promises once it is out."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.answers import found_promises
from flows.house import House
from models.actions import opinion_lines
from models.actions.ledger_entries import Entry, enter_entries
from models.actions.opinion_lines import Outlet
from models.actions.opinion_truth import is_refuted
from models.actors import Actor
from models.database import reading, writing
from models.errors import NotFound
from models.personal_words import PERSONAL
from models.promise_words import PromiseLevel
from models.queries.opinion import case_items
from models.tables.ledger import Promise
from models.tables.opinion import OpinionCase, OpinionLine
from responders.opinion.gate import review

OPINION_RELEASE = "opinion_release"


def gate(house: House, line_id: int) -> list[dict[str, Any]]:
    """What a line lacks, as {"name", "passed", "why"}."""
    from classifiers.redaction import redact

    with reading(house.engine) as session:
        line = _line(session, line_id)
        refuted = is_refuted(session, line.case_id)
        theirs = {said for m, _ in case_items(session, line.case_id) for said in (m.sender_name, m.phone, m.email)}
    text = _text(line)
    private = list(dict.fromkeys(PERSONAL.get(span.kind, span.kind) for span in redact(text, "official").spans))
    if any(said in text for said in theirs if said):
        private.append("来件人的姓名或联系方式")
    return review(line.facts, line.measures, line.result, refuted=refuted, private=private)


def submit(
    house: House, line_id: int, actor: Actor, now: datetime, *, unheard: str = "", seen: int | None = None
) -> OpinionLine:
    """送签 with the gate's checks, of the line that was read (`seen`)."""
    checks = gate(house, line_id)
    with writing(house.engine) as session:
        return opinion_lines.submit_line(session, line_id, checks, actor, now, unheard=unheard, seen=seen)


def release(house: House, line_id: int, outlet: Outlet, actor: Actor, now: datetime) -> OpinionLine:
    """发布; what it promises in public goes to the ledger in the same transaction (重庆高新区 2021 二(三)7)."""
    with writing(house.engine) as session:
        line = opinion_lines.release_line(session, house.reckoner, line_id, outlet, actor, now)
        case = session.get_one(OpinionCase, line.case_id)
        ref = f"{case.number} 第{line.serial}次发布"
        entries = [
            Entry(
                where=ref, source=OPINION_RELEASE, source_ref=ref, unit=case.lead_unit, text=found.text,
                level=found.level, due=found.due, due_expr=found.due_expr, made_at=now,
            )
            for found in found_promises(house, _text(line), now)
            if found.level != PromiseLevel.GENERIC
        ]  # fmt: skip
        enter_entries(session, entries, actor, now)
        session.flush()
        for promise in _entered(session, ref):
            promise.published_at, promise.published_where, promise.published_url = now, line.outlet, line.url
            session.add(promise)
        return line


def _entered(session: Session, ref: str) -> list[Promise]:
    statement = select(Promise).where(col(Promise.source) == OPINION_RELEASE, col(Promise.source_ref) == ref)
    return list(session.exec(statement).all())


def _line(session: Session, line_id: int) -> OpinionLine:
    line = session.get(OpinionLine, line_id)
    if line is None:
        raise NotFound(f"没有找到口径（编号 {line_id}）。")
    return line


def _text(line: OpinionLine) -> str:
    return f"{line.facts}\n{line.measures}\n{line.result}"
