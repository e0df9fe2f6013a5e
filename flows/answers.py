"""Where judgement meets a reply on its way: the gate at sign-off, the promises when it is sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.house import House
from models.actions import promises, replying
from models.actions.step import must_be_as_seen
from models.actors import Actor
from models.database import reading, writing
from models.errors import NotFound
from models.promise_words import PromiseLevel
from models.queries.lookup import Answer, look_up
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Kind, Outcome
from models.workflow import Action


def shown_answer(session: Session, code: str, last4: str) -> Answer:
    """What a look-up shows: a merged complainant reads the one reply without the other's name and number."""
    answer = look_up(session, code, last4)
    if answer.own or answer.reply is None:
        return answer
    return replace(answer, reply=for_others(session, answer.order_id or 0, answer.reply))


def for_others(session: Session, order_id: int, text: str) -> str:
    """A reply as somebody else than its addressees may read it: the office's own numbers stay, theirs go."""
    from classifiers.redaction import redact

    theirs = session.exec(
        select(Message.phone, Message.email, Message.sender_name).where(Message.order_id == order_id)
    ).all()
    for said in sorted({each for row in theirs for each in row if each}, key=len, reverse=True):
        text = text.replace(said, "***")
    return redact(text, "official").text


def gate(house: House, order_id: int, text: str, outcome: str) -> list[dict[str, Any]]:
    """The reply gate's checks of a text against the order's first message: {"name", "passed", "why", "needed"}.

    What is needed goes by kind: a consultation wants its basis, a complaint facts and a result (N 21). With `hint` it
    is a word to the writer and the reviewer, and no condition of anything.
    """
    from classifiers.reply_review import review_reply

    with reading(house.engine) as session:
        message = first_message(session, order_id)
        kind = Kind(session.get_one(WorkOrder, order_id).kind)
        now = house.now()
    found = review_reply(message.title, message.text or "", text, message.received_at, now, kind)
    checks: list[dict[str, Any]] = [
        {"name": c.name, "passed": c.passed, "why": c.why, "needed": c.name in found.needed} for c in found.checks
    ]
    return [*checks, *_still_to_do(house, text, outcome, now)]


def _still_to_do(house: House, text: str, outcome: str, now: datetime) -> Iterator[dict[str, Any]]:
    """已解决 beside something that is promised for a day to come, or for later."""
    today = house.day_of(now)
    later = [p for p in found_promises(house, text, now)
             if p.level != PromiseLevel.GENERIC and (p.due is None or p.due >= today)]  # fmt: skip
    if outcome == Outcome.RESOLVED and later:
        why = f"办理结果是“已解决”，答复中还有待做的事：“{later[0].text}”。尚未做完的，请选“列入计划”或“部分解决”。"
        yield {"name": "still_to_do", "passed": False, "why": why, "needed": False, "hint": True}


def sign_off(house: House, order_id: int, actor: Actor, now: datetime, *, seen: int | None = None) -> Reply:
    """单位审签; the gate's findings travel with the reply to its reviewer. `seen` as in `approve`."""
    with reading(house.engine) as session:
        order = session.get(WorkOrder, order_id)
        if order is None:
            raise NotFound(f"没有找到工单（编号 {order_id}）。")
        actor.must_hold(order.lead_unit)
        waiting = replying.waiting_reply(session, order)
    checks = gate(house, order_id, waiting.text, waiting.outcome)
    with writing(house.engine) as session:
        must_be_as_seen(session, order_id, seen, Action.SIGN_OFF, actor)
        return replying.sign_off(session, house.reckoner, order_id, checks, actor, now)


def approve(
    house: House, order_id: int, actor: Actor, now: datetime, *, override_note: str | None = None,
    seen: int | None = None,
) -> Reply:  # fmt: skip
    """审核通过并答复; what the answer promises goes to the ledger in the same transaction.

    `seen`: the version of the order whose reply was read; None where no page showed it.
    """
    with writing(house.engine) as session:
        must_be_as_seen(session, order_id, seen, Action.APPROVE_REPLY, actor)
        reply = replying.approve_reply(session, order_id, actor, now, override_note=override_note)
        promises.enter_promises(session, reply, found_promises(house, reply.text, now), now)
    return reply


def found_promises(house: House, text: str, now: datetime) -> list[promises.Found]:
    from classifiers.promises import find_promises

    found = find_promises(text, now.astimezone(house.settings.zone), house.calendar)
    return [promises.Found(p.text, p.start, p.end, p.level, p.due, p.due_expr) for p in found]


def first_message(session: Session, order_id: int) -> Message:
    """The message that the order was made for."""
    found = session.exec(
        select(Message).where(Message.order_id == order_id).order_by(col(Message.registered_at), col(Message.id))
    ).first()
    if found is None:
        raise NotFound(f"工单（编号 {order_id}）没有来件。")
    return found
