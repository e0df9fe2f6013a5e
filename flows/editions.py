"""Editions from candidates to files: judgement hides, people decide, the final bytes are read once more."""

import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from flows.house import House
from models.actions import editions as acts
from models.actors import Actor
from models.blobs import digest
from models.database import reading, writing
from models.queries import editions as asked
from models.tables.editions import Edition, EditionItem
from models.vocabulary import EditionStatus, ReviewStep
from responders.editions.files import published_text, render
from responders.editions.selecting import choose
from responders.editions.sheet import Sheet, lines_of
from responders.editions.summarising import printed_answer, summary
from responders.editions.week import parse_week


@dataclass(frozen=True, slots=True)
class Compiled:
    """The draft of a week."""

    week: str
    status: str
    items: list[EditionItem] = field(default_factory=list)


def compile_edition(house: House, week: str, actor: Actor, now: datetime) -> Compiled:
    """Choose, summarise and redact; an existing draft gains what is new and keeps what was edited."""
    span = parse_week(week)
    first, last = span.bounds(house.settings.zone)
    with reading(house.engine) as session:
        known = asked.find_edition(session, span.code)
        found = asked.candidates(session, first, last, known.id if known else None)
    by_order = {c.order.id: c for c in found}
    chosen = choose([c.order for c in found], house.profile.edition.max_items)
    entries = [_entry(house, by_order[order.id], why) for order, why in chosen]
    draft = Edition(
        week=span.code, year=span.year, title=house.profile.edition.title, publisher=house.profile.publisher,
        first_day=span.first, last_day=span.last, compiled_at=now, compiled_by=actor.login,
    )  # fmt: skip
    with writing(house.engine) as session:
        edition = acts.compile_draft(session, draft, entries, actor, now)
        return Compiled(edition.week, edition.status, asked.items_of(session, edition.id))


def _entry(house: House, found: asked.Candidate, why: str) -> acts.Entry:
    from classifiers.redaction import redact

    zone = house.settings.zone
    order, message = found.order, found.messages[0]
    short = redact(_without_names(summary(message.title, message.text or ""), found), "citizen")
    answer = redact(_without_names(printed_answer(found.reply.text), found), "official")
    accepted = (order.accepted_at or order.received_at).astimezone(zone).date()
    replied = (order.replied_at or order.received_at).astimezone(zone).date()
    masked = [{"where": where, "kind": s.kind} for where, done in (("summary", short), ("answer", answer)) for s in done.spans]
    return acts.Entry(
        order_id=order.id or 0, why=why, summary=short.text, accepted_on=accepted, replied_on=replied,
        unit=_unit_name(house, order.lead_unit), answer=answer.text, outcome=order.outcome or "", masked=masked,
    )  # fmt: skip


def _without_names(text: str, found: asked.Candidate) -> str:
    """What the senders told of themselves goes first: it is known, and needs no guessing."""
    for message in found.messages:
        if message.sender_name and len(message.sender_name) > 1:
            text = text.replace(message.sender_name, "网友")
        for known in (message.phone, message.email):
            if known:
                text = text.replace(known, "［已隐去］")
    return text


def _unit_name(house: House, code: str | None) -> str:
    unit = house.profile.units_by_code.get(code or "")
    return unit.name if unit else house.profile.publisher


def edit_item(house: House, item_id: int, actor: Actor, now: datetime, **given: Any) -> EditionItem:  # noqa: ANN401
    """summary, answer, chosen, position: what the editor changes by hand."""
    with writing(house.engine) as session:
        return acts.edit_item(session, item_id, actor, now, **given)


def review_edition(
    house: House, week: str, step: ReviewStep, *, approved: bool, note: str | None, actor: Actor, now: datetime
) -> None:
    with writing(house.engine) as session:
        acts.review(session, week, step, approved=approved, text=note, actor=actor, now=now)


def withdraw_edition(house: House, week: str, note: str, actor: Actor, now: datetime) -> None:
    """The page is gone from the public list; what was published stays in the record."""
    with writing(house.engine) as session:
        acts.withdraw(session, week, note, actor, now)


def publish_edition(
    house: House, week: str, out: Path, actor: Actor, now: datetime, *, approve: bool
) -> dict[str, Any]:
    """Compile; with `approve` release one whose four reviews are recorded. Fails closed: any doubt, no file."""
    code = parse_week(week).code
    with reading(house.engine) as session:
        known = asked.find_edition(session, code)
    if known is not None and known.status == EditionStatus.PUBLISHED.value:
        return _result(house, code, sorted((out / code).glob("*")))
    if not approve:
        compiled = compile_edition(house, code, actor, now)
        return {"week": code, "items": len(compiled.items), "status": compiled.status, "files": []}
    return _release(house, code, out, actor, now)


def _release(house: House, week: str, out: Path, actor: Actor, now: datetime) -> dict[str, Any]:
    with writing(house.engine) as session:
        edition = asked.must_find(session, week)
        acts.must_be_reviewed(session, edition)
        issue = edition.issue or acts.next_issue(session, edition.year)
        sheet = _sheet(house, edition, issue, acts.all_chosen(session, edition), now)
        files = render(sheet, _earlier(house, session, edition), house.settings.zone)
        _must_not_leak(sheet, files)
        # Files first, then the record: a crash between leaves a page that nothing links to yet.
        written = _write(out / week, files)
        acts.published(session, edition, issue, {n: digest(c) for n, c in files.items()}, actor, now)
    return _result(house, week, written)


def _sheet(house: House, edition: Edition, issue: int, items: Sequence[EditionItem], now: datetime) -> Sheet:
    day = (edition.published_at or now).astimezone(house.settings.zone).date()
    return Sheet(
        week=edition.week, name=edition.title, year=edition.year, issue=issue, first_day=edition.first_day,
        last_day=edition.last_day, publisher=edition.publisher, published_on=day,
        url=f"{house.settings.public_url.rstrip('/')}/editions/{edition.week}",
        demonstration=house.profile.demonstration, lines=lines_of(items),
    )  # fmt: skip


def _earlier(house: House, session: Session, edition: Edition) -> list[Sheet]:
    rows = session.exec(
        select(Edition)
        .where(Edition.status == EditionStatus.PUBLISHED.value, Edition.id != edition.id)
        .order_by(col(Edition.week).desc())
        .limit(20)
    ).all()
    return [_sheet(house, e, e.issue or 0, acts.all_chosen(session, e), e.compiled_at) for e in rows]


def _must_not_leak(sheet: Sheet, files: dict[str, bytes]) -> None:
    """The final bytes of every format, read as a reader would; the finding is named, not shown."""
    from classifiers.redaction import leaks

    for line in sheet.lines:
        for where, text, author in (("摘要", line.summary, "citizen"), ("答复", line.answer, "official")):
            for span in leaks(text, author):  # type: ignore[arg-type]
                raise acts.LeakFound(f"{sheet.week} 第 {line.number} 条的{where}里仍有个人信息（{span.kind}），请先隐去。")
    for name, content in files.items():
        for span in leaks(published_text(name, content), "official"):
            raise acts.LeakFound(f"{sheet.week} 的 {name} 里仍有个人信息（{span.kind}，第 {span.start} 字起），不能发布。")


def _write(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """All files or none: written beside and moved into place."""
    part = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    part.mkdir(parents=True)
    for name, content in files.items():
        (part / name).write_bytes(content)
    if folder.exists():
        shutil.rmtree(folder)
    os.replace(part, folder)
    return [folder / name for name in files]


def _result(house: House, week: str, files: Sequence[Path]) -> dict[str, Any]:
    with reading(house.engine) as session:
        edition = asked.must_find(session, week)
        items = len(acts.all_chosen(session, edition))
    return {"week": week, "items": items, "status": edition.status, "files": [str(f) for f in files]}
