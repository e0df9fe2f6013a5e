"""An edition as it is made: compiled, refreshed, edited. Its release is models/actions/edition_release.py's."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.queries.editions import chosen_of, find_edition, hands_of, items_of
from models.tables.editions import Edition, EditionItem
from models.vocabulary import EditionStatus, Role

EDITORS = (Role.EDITOR, Role.SUPERVISOR)
_LONGEST = {"summary": 400, "answer": 4000}


class DraftMoved(Conflict):
    """稿件已改，请重看。"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an edition as the compiler proposes it; texts are redacted already."""

    order_id: int
    why: str
    summary: str
    accepted_on: date
    replied_on: date
    unit: str
    answer: str
    outcome: str
    masked: list[dict[str, Any]]
    chosen: bool = True


def held(session: Session, week: str) -> Edition:
    """The edition, locked until the transaction ends and read afresh."""
    found = session.exec(
        select(Edition).where(Edition.week == week).with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound(f"还没有编 {week} 这一期，请先编辑。")
    return found


def compile_draft(
    session: Session, draft: Edition, entries: Sequence[Entry], open_orders: Collection[int], most: int,
    actor: Actor, now: datetime,
) -> Edition:  # fmt: skip
    """Make the week's draft, or bring it up to date: what an editor wrote stays, what may not stay public goes.

    `open_orders`: all that may still be published; `most`: how many items are printed.
    """
    actor.must_be(*EDITORS)
    known = find_edition(session, draft.week) is not None
    edition = held(session, draft.week) if known else draft
    must_be_open(edition)
    session.add(edition)
    session.flush()
    items = items_of(session, edition.id)
    changed = _drop(session, items, open_orders)
    items = [item for item in items if item.order_id in open_orders]
    changed += _refresh(session, edition, items, entries)
    changed += _append(session, edition, items, entries, most)
    if changed and known:
        _changed(session, edition)
    detail = {"items": len(chosen_of(session, edition.id)), "changed": changed, "version": edition.version}
    note(session, "edition", edition.week, "compile", actor, now, detail=detail)
    return edition


def _drop(session: Session, items: Sequence[EditionItem], open_orders: Collection[int]) -> int:
    """Sealed, reopened or no longer consented since: an editor's work on it goes too (fails closed)."""
    gone = [item for item in items if item.order_id not in open_orders]
    for item in gone:
        session.delete(item)
    session.flush()
    return sum(item.chosen for item in gone)


def _refresh(session: Session, edition: Edition, items: Sequence[EditionItem], entries: Sequence[Entry]) -> int:
    by_order, hands = {e.order_id: e for e in entries}, hands_of(session, edition)
    changed = 0
    for item in items:
        entry = by_order.get(item.order_id)
        written = hands.fields.get(item.id or 0, set())
        if entry is not None and _take_over(item, entry, written):
            session.add(item)
            changed += item.chosen
    return changed


def _take_over(item: EditionItem, entry: Entry, written: set[str]) -> bool:
    """A later answer replaces even one that was edited: the old one no longer stands."""
    answered_again = item.replied_on != entry.replied_on
    values = {
        "accepted_on": entry.accepted_on, "replied_on": entry.replied_on, "unit": entry.unit,
        "outcome": entry.outcome,
    }  # fmt: skip
    if "summary" not in written:
        values["summary"] = entry.summary
    if "answer" not in written or answered_again:
        values["answer"] = entry.answer
    different = [name for name, value in values.items() if getattr(item, name) != value]
    for name in different:
        setattr(item, name, values[name])
    if different:
        item.masked = entry.masked
    return bool(different)


def _append(
    session: Session, edition: Edition, items: Sequence[EditionItem], entries: Sequence[Entry], most: int
) -> int:
    there, printed = {item.order_id for item in items}, sum(item.chosen for item in items)
    position, added = max((item.position for item in items), default=0), 0
    for entry in entries:
        if entry.order_id in there:
            continue
        chosen = entry.chosen and printed < most
        position += 1
        session.add(_item(edition, position, entry, chosen=chosen))
        there.add(entry.order_id)
        printed, added = printed + chosen, added + chosen
    session.flush()
    return added


def _item(edition: Edition, position: int, entry: Entry, *, chosen: bool) -> EditionItem:
    return EditionItem(
        edition_id=edition.id or 0, order_id=entry.order_id, position=position, chosen=chosen, why=entry.why,
        summary=entry.summary, accepted_on=entry.accepted_on, replied_on=entry.replied_on, unit=entry.unit,
        answer=entry.answer, outcome=entry.outcome, masked=entry.masked,
    )  # fmt: skip


def edit_item(
    session: Session, item_id: int, actor: Actor, now: datetime, *, summary: str | None = None,
    answer: str | None = None, chosen: bool | None = None, position: int | None = None, seen: int | None = None,
    shown: str | None = None,
) -> EditionItem:  # fmt: skip
    """The editor's hand; reviews of the earlier version no longer count. `position` begins with 1.

    `seen`: the draft on whose page it was written; another's work since is never written over unread. `shown`: the
    item's `text_mark` there.
    """
    actor.must_be(Role.EDITOR)
    item = session.get(EditionItem, item_id)
    if item is None:
        raise NotFound("没有这一条，可能已从草稿中删去。")
    edition = held(session, session.exec(select(Edition.week).where(Edition.id == item.edition_id)).one())
    must_be_open(edition)
    must_be_as_seen(edition, seen, "改")
    if shown is not None and shown != text_mark(item):
        raise DraftMoved("这一条的摘要或答复在您打开页面后已更新，请重看后再改。")
    given = {"summary": _text("summary", summary), "answer": _text("answer", answer), "chosen": chosen}
    fields = [name for name, value in given.items() if value is not None and getattr(item, name) != value]
    for name in fields:
        setattr(item, name, given[name])
    session.add(item)
    if position is not None and _move(session, item, position):
        fields.append("position")
    if fields:
        _changed(session, edition)
        detail = {"item": item_id, "fields": fields, "version": edition.version}
        note(session, "edition", edition.week, "edit", actor, now, detail=detail)
    return item


def text_mark(item: EditionItem) -> str:
    """What an item said, for a page to carry: 补选 renews what is not chosen without a new draft, and reviews stand.

    So an older page neither chooses a text that its reader has not seen nor saves the last answer under a newer date.
    """
    whole = json.dumps([item.summary, item.answer, str(item.replied_on)], ensure_ascii=False)
    return hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:16]


def _text(field: str, given: str | None) -> str | None:
    if given is None:
        return None
    text = given.strip() if field == "answer" else " ".join(given.split())
    if not text:
        raise BadInput("摘要和答复内容不能为空。")
    if len(text) > _LONGEST[field]:
        name = "摘要" if field == "summary" else "答复内容"
        raise BadInput(f"{name}太长（{len(text)} 字），请压缩到 {_LONGEST[field]} 字以内。")
    return text


def _move(session: Session, item: EditionItem, position: int) -> bool:
    """Place an item; the others close up, so that numbers stay 1, 2, 3 …"""
    items = items_of(session, item.edition_id)
    if not 1 <= position <= len(items):
        raise BadInput(f"位置应在 1 到 {len(items)} 之间。")
    was = [other.id for other in items]
    others = [other for other in items if other.id != item.id]
    ordered = [*others[: position - 1], item, *others[position - 1 :]]
    for number, other in enumerate(ordered, 1):
        other.position = number
        session.add(other)
    return was != [other.id for other in ordered]


def must_be_open(edition: Edition) -> None:
    if edition.status == EditionStatus.PUBLISHED.value:
        raise Conflict(f"{edition.week} 这一期已经发布，需要更正请先撤下。")


def must_be_as_seen(edition: Edition, seen: int | None, said: str) -> None:
    """What is judged is the draft that was read: `seen`, its number; None where no page showed it. Ask under lock."""
    if seen is not None and edition.version != seen:
        raise DraftMoved(f"稿件已改（第 {edition.version} 稿），请重看后再{said}。")


def _changed(session: Session, edition: Edition) -> None:
    edition.version += 1
    edition.status = EditionStatus.DRAFT.value
    session.add(edition)
