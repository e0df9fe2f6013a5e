"""Editions from candidates to files: judgement hides, people decide, the final bytes are read once more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from flows.alone import alone
from flows.edition_files import stored, write
from flows.edition_sheets import LISTED, public_sheet, renewed_feeds, sheet_of, write_feeds
from flows.edition_words import (
    Words,
    entry_of,
    leaks_of,
    matters_of,
    must_not_leak,
    open_to_public,
    told_personally,
)
from flows.house import House
from models.actions import edition_release as release
from models.actions import editions as acts
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput, Conflict
from models.queries import editions as asked
from models.tables.editions import Edition, EditionItem
from models.tables.messages import Message
from models.vocabulary import EditionStatus, ReviewStep
from responders.editions.files import render
from responders.editions.selecting import choose
from responders.editions.sheet import Sheet
from responders.editions.week import Week, parse_week

_NAMES_SOMEBODY = "撤下说明会向社会公开，里面不能有个人信息。"


@dataclass(frozen=True, slots=True)
class Compiled:
    """The draft of a week: what is printed, and what the editor may take instead."""

    week: str
    status: str
    items: list[EditionItem] = field(default_factory=list)
    others: list[EditionItem] = field(default_factory=list)


def compile_edition(house: House, week: str, actor: Actor, now: datetime) -> Compiled:
    """Choose, summarise and redact; an existing draft gains what is new and keeps what was edited."""
    span = parse_week(week)
    with alone(house, f"edition {span.code}"):
        return _compile(house, span, actor, now)


def _compile(house: House, span: Week, actor: Actor, now: datetime) -> Compiled:
    with reading(house.engine) as session:
        known = asked.find_edition(session, span.code)
        if known is not None:
            acts.must_be_open(known)
        found = _open_candidates(house, session, span, known)
        there = {item.order_id for item in asked.items_of(session, known.id)} if known else set()
    entries = _entries(house, found, there)
    draft = Edition(
        week=span.code, year=span.year, title=house.profile.edition.title, publisher=house.profile.publisher,
        first_day=span.first, last_day=span.last, compiled_at=now, compiled_by=actor.login,
    )  # fmt: skip
    allowed = {c.order.id for c in found if c.order.id is not None}
    with writing(house.engine) as session:
        edition = acts.compile_draft(session, draft, entries, allowed, house.profile.edition.max_items, actor, now)
        items = asked.items_of(session, edition.id)
    return Compiled(edition.week, edition.status, [i for i in items if i.chosen], [i for i in items if not i.chosen])


def _open_candidates(
    house: House, session: Session, span: Week, known: Edition | None, only: Sequence[int] | None = None
) -> list[asked.Candidate]:
    first, last = span.bounds(house.settings.zone)
    found = asked.candidates(session, first, last, known.id if known else None, only)
    return [c for c in found if open_to_public(c)]


def _entries(house: House, found: Sequence[asked.Candidate], there: set[int]) -> list[acts.Entry]:
    """Those that stand for the week, as many again to choose from, and all that the draft has already."""
    words, most = Words(house), house.profile.edition.max_items
    by_order = {c.order.id: c for c in found}
    matters = {order_id: matters_of(c) for order_id, c in by_order.items()}
    usual = choose([c.order for c in found if not matters[c.order.id]], 2 * most)
    delicate = [(c.order, "须由编辑决定：涉及" + "、".join(matters[c.order.id])) for c in found if matters[c.order.id]]
    entries = [
        entry_of(words, by_order[order.id], why, chosen=place < most) for place, (order, why) in enumerate(usual)
    ]
    entries += [entry_of(words, by_order[order.id], why, chosen=False) for order, why in delicate[:most]]
    listed = there - {entry.order_id for entry in entries}
    return entries + [entry_of(words, by_order[i], "已在草稿", chosen=False) for i in listed if i in by_order]


def edit_item(house: House, item_id: int, actor: Actor, now: datetime, **given: Any) -> EditionItem:  # noqa: ANN401
    """summary, answer, chosen, position: what the editor changes by hand; `seen`: on the page of which draft."""
    with writing(house.engine) as session:
        return acts.edit_item(session, item_id, actor, now, **given)


def doubts(house: House, week: str) -> list[tuple[int, str, str]]:
    """Item number, column and kind of the personal data that would stop this draft's publication."""
    with reading(house.engine) as session:
        edition = asked.must_find(session, parse_week(week).code)
        draft = _draft(house, session, edition, edition.compiled_at)
    return list(leaks_of(Words(house), draft.sheet, draft.senders))


def review_edition(
    house: House, week: str, step: ReviewStep, *, approved: bool, note: str | None, actor: Actor, now: datetime,
    seen: int | None = None,
) -> None:  # fmt: skip
    """`seen`: the number of the draft that the reviewer read."""
    with writing(house.engine) as session:
        release.review(session, parse_week(week).code, step, approved=approved, text=note, actor=actor, now=now,
                       seen=seen)  # fmt: skip


def publish_edition(
    house: House, week: str, out: Path, actor: Actor, now: datetime, *, approve: bool, seen: int | None = None
) -> dict[str, Any]:
    """Compile, and write what reviewers read to `out`/drafts; with `approve` release one whose reviews are recorded.

    Fails closed: any doubt, no file. A draft says on every page and file that it is one, and lies apart from what
    is public.
    """
    code = parse_week(week).code
    with reading(house.engine) as session:
        known = asked.find_edition(session, code)
    if known is not None and known.status == EditionStatus.PUBLISHED.value:
        return _result(house, code, stored(house.blobs, out / code, known.digests))
    if not approve:
        compiled = compile_edition(house, code, actor, now)
        files = _write_draft(house, code, out / "drafts", now) if compiled.items else []
        return {"week": code, "items": len(compiled.items), "status": compiled.status, "files": files}
    return _release(house, code, out, actor, now, seen)


def _write_draft(house: House, week: str, out: Path, now: datetime) -> list[str]:
    with reading(house.engine) as session:
        draft = _draft(house, session, asked.must_find(session, week), now)
    sheet = replace(draft.sheet, draft=True)
    files = render(sheet, [])
    must_not_leak(Words(house), sheet, files, draft.senders)
    return [str(file) for file in write(out / week, files)]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is about to be printed, of which version, and who wrote in."""

    sheet: Sheet
    version: int
    issue: int
    senders: list[list[Message]]


def _release(house: House, week: str, out: Path, actor: Actor, now: datetime, seen: int | None) -> dict[str, Any]:
    with reading(house.engine) as session:
        edition = asked.must_find(session, week)
        draft = _ready(house, session, edition, now, seen)
        earlier = [e for e in asked.public_editions(session) if e.week < week][:LISTED]
        files = render(draft.sheet, [public_sheet(house, session, e) for e in earlier])
    must_not_leak(Words(house), draft.sheet, files, draft.senders)
    with writing(house.engine) as session:
        edition = acts.held(session, week)
        acts.must_be_open(edition)
        again = _ready(house, session, edition, now, seen)
        if (again.version, again.issue) != (draft.version, draft.issue):
            raise Conflict(f"{week} 在发布过程中有改动，请重试。")
        # Files first, then the record: a crash between leaves a page that nothing links to yet.
        digests = {name: house.blobs.put(content) for name, content in files.items()}
        written = write(out / week, files)
        release.published(session, edition, draft.issue, digests, actor, now)
        feeds = renewed_feeds(house, session, week)
    write_feeds(out, feeds)
    return _result(house, week, written)


def _ready(house: House, session: Session, edition: Edition, now: datetime, seen: int | None) -> _Draft:
    acts.must_be_open(edition)
    acts.must_be_as_seen(edition, seen, "发布")
    release.must_be_reviewed(session, edition)
    return _draft(house, session, edition, now)


def _draft(house: House, session: Session, edition: Edition, now: datetime) -> _Draft:
    """Every item is asked about again: consent, sealing and answer may have changed since it was compiled."""
    items = asked.chosen_of(session, edition.id)
    found = _open_candidates(house, session, parse_week(edition.week), edition, [i.order_id for i in items])
    by_order = {c.order.id: c for c in found}
    for number, item in enumerate(items, 1):
        if item.order_id not in by_order:
            why = "撤回同意、重办、封存等"
            raise release.NoLongerOpen(f"{edition.week} 第 {number} 条已不能公开（{why}），请重新编选。")
    issue = edition.issue or release.next_issue(session, edition.year)
    sheet = sheet_of(house, edition, issue, items, now)
    return _Draft(sheet, edition.version, issue, [by_order[item.order_id].messages for item in items])


def withdraw_edition(
    house: House, week: str, note: str, actor: Actor, now: datetime, out: Path | None = None, *,
    seen: int | None = None,
) -> None:  # fmt: skip
    """撤回: at the same address every form now says that it is withdrawn and why, and so do the feeds.

    What was published stays in the record.
    """
    code, words = parse_week(week).code, Words(house)
    if words.found(note, "citizen"):
        raise BadInput(_NAMES_SOMEBODY)
    folder = out or house.settings.data_dir / "editions"
    with writing(house.engine) as session:
        edition = release.withdraw(session, code, note, actor, now, seen=seen)
        if told_personally(asked.writers_of(session, asked.items_of(session, edition.id)), note):
            raise BadInput(_NAMES_SOMEBODY)
        earlier = [e for e in asked.public_editions(session) if e.week < code][:LISTED]
        sheet = sheet_of(house, edition, edition.issue or 0, [], now)
        files = render(sheet, [public_sheet(house, session, e) for e in earlier])
        must_not_leak(words, sheet, files, [])
        edition.digests = {name: house.blobs.put(content) for name, content in files.items()}
        feeds = renewed_feeds(house, session, code)
    write(folder / code, files)
    write_feeds(folder, feeds)


def _result(house: House, week: str, files: Sequence[Path]) -> dict[str, Any]:
    with reading(house.engine) as session:
        edition = asked.must_find(session, week)
        items = len(asked.chosen_of(session, edition.id))
    return {"week": week, "items": items, "status": edition.status, "files": [str(f) for f in files]}
