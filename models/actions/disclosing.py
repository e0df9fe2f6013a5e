"""公开属性 of an answered order: decided by the editor, one matter at a time (一事一审)."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.editions import held, must_be_as_seen
from models.actions.step import locked, note
from models.actors import Actor
from models.errors import Conflict, NotAllowed, NotFound
from models.tables.editions import Edition, EditionItem
from models.vocabulary import Disclosure, EditionStatus, Role

_OPEN = (Disclosure.PUBLIC, Disclosure.PUBLIC_CUT)


def set_disclosure(
    session: Session, item_id: int, given: Disclosure, actor: Actor, now: datetime, *, seen: int | None = None
) -> bool:
    """Whether anything changed. What is no longer open leaves every draft; drafts that held it are reviewed anew."""
    actor.must_be(Role.EDITOR)
    item = session.get(EditionItem, item_id)
    if item is None:
        raise NotFound("没有这一条，可能已从草稿中删去。")
    order = locked(session, item.order_id)
    if order.sealed:
        raise NotAllowed("密封件不公开，不能改变公开属性。")
    if order.disclosure == given.value:
        return False
    _must_not_be_out(session, item.order_id)
    was, order.disclosure = order.disclosure, given.value
    session.add(order)
    for week in _drafts_with(session, item.order_id):
        edition = held(session, week)
        if edition.id == item.edition_id:
            must_be_as_seen(edition, seen, "定公开属性")
        _review_again(session, edition, item.order_id, actor, now, stays=given in _OPEN)
    note(session, "order", str(order.id), "disclose", actor, now, order.status, order.status,
         {"was": was, "disclosure": given.value})  # fmt: skip
    return True


def _must_not_be_out(session: Session, order_id: int) -> None:
    out = session.exec(
        select(Edition.week)
        .join(EditionItem, col(EditionItem.edition_id) == col(Edition.id))
        .where(
            EditionItem.order_id == order_id, col(EditionItem.chosen).is_(True),
            Edition.status == EditionStatus.PUBLISHED.value,
        )
    ).first()  # fmt: skip
    if out is not None:
        raise Conflict(f"这一件已在 {out} 一期中公开，须先撤下那一期。")


def _drafts_with(session: Session, order_id: int) -> list[str]:
    statement = (
        select(Edition.week)
        .join(EditionItem, col(EditionItem.edition_id) == col(Edition.id))
        .where(EditionItem.order_id == order_id, Edition.status != EditionStatus.PUBLISHED.value)
    )
    return list(session.exec(statement.order_by(Edition.week)).all())


def _review_again(
    session: Session, edition: Edition, order_id: int, actor: Actor, now: datetime, *, stays: bool
) -> None:
    """Who decided has a hand in the draft and may not review it."""
    item = session.exec(
        select(EditionItem).where(EditionItem.edition_id == edition.id, EditionItem.order_id == order_id)
    ).one()
    if item.chosen:
        edition.version += 1
        if edition.status == EditionStatus.REVIEWING.value:
            edition.status = EditionStatus.DRAFT.value
    item.chosen = item.chosen and stays
    session.add_all([edition, item])
    detail = {"item": item.id, "fields": ["disclosure"], "version": edition.version}
    note(session, "edition", edition.week, "edit", actor, now, detail=detail)
