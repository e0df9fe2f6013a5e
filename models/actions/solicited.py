"""Messages that answer a solicitation: found by its code or subject, else given to it by a person.

A message is no opinion (意见) by itself: somebody of the office writes it down in the office's words, or counts it
with one that is there. Its own order goes on and is answered like any.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.solicitations import CENTRE, add_opinion, changed, unpublished
from models.actors import Actor
from models.bulk import insert_new
from models.errors import BadInput, Conflict, NotFound
from models.solicited import Heard
from models.tables.knowledge import SolicitedMessage, SolicitedOpinion
from models.tables.messages import Message
from models.tables.orders import WorkOrder


def note_found(
    session: Session, found: Sequence[tuple[uuid.UUID, int | None, Heard]], actor: Actor, now: datetime
) -> None:
    """(message, solicitation or none, how); what was noted before stays."""
    insert_new(session, SolicitedMessage, [
        {"message_id": message, "solicitation_id": number, "how": how.value, "by": actor.login, "at": now,
         "opinion_id": None}
        for message, number, how in found
    ])  # fmt: skip


def assign_message(
    session: Session, message_id: uuid.UUID, solicitation_id: int | None, actor: Actor, now: datetime
) -> SolicitedMessage:
    """归入, by the centre; None: it belongs to none. What is written down as an opinion stays where it is."""
    actor.must_be(*CENTRE)
    link = _locked(session, message_id)
    if link.opinion_id is not None:
        raise Conflict("这件来件已经录为意见，不能再改归属。")
    link.solicitation_id, link.by, link.at = solicitation_id, actor.login, now
    link.how = (Heard.NONE if solicitation_id is None else Heard.PERSON).value
    session.add(link)
    if solicitation_id is not None:
        changed(session, unpublished(session, solicitation_id, actor), "assign_message", actor, now)
    return link


def write_down(
    session: Session, solicitation_id: int, message_id: uuid.UUID, opinion: str, like: int | None, actor: Actor,
    now: datetime,
) -> SolicitedOpinion:  # fmt: skip
    """录为意见: a new one in the office's words, or one more person who says what `like` says."""
    row = unpublished(session, solicitation_id, actor)
    link = _locked(session, message_id)
    if link.solicitation_id != solicitation_id:
        raise NotFound("这件来件不属于本次征集。")
    if link.opinion_id is not None:
        raise Conflict("这件来件已经录为意见，可能是另一位同事录的，请刷新查看。")
    if like is None:
        said = add_opinion(session, solicitation_id, opinion, 1, actor, now)
        session.flush()
    else:
        said = _counted(session, solicitation_id, like)
        changed(session, row, "enter", actor, now)
    link.opinion_id = said.id
    session.add(link)
    return said


def _counted(session: Session, solicitation_id: int, opinion_id: int) -> SolicitedOpinion:
    said = session.get(SolicitedOpinion, opinion_id, with_for_update=True)
    if said is None or said.solicitation_id != solicitation_id:
        raise BadInput("要并入的意见不在本次征集里，请重新选择。")
    said.heard += 1
    session.add(said)
    return said


def _locked(session: Session, message_id: uuid.UUID) -> SolicitedMessage:
    """Sealed messages are in nobody's list (检举控告工作规则 第四十七条)."""
    found = session.exec(
        select(SolicitedMessage)
        .join(Message, col(Message.id) == col(SolicitedMessage.message_id))
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(SolicitedMessage.message_id == message_id, col(WorkOrder.sealed).is_not(True))
        .with_for_update(of=SolicitedMessage).execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound("没有找到这件征集来件。")
    return found
