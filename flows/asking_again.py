"""再次反映: an answered order is worked on again; what is still open gets the new words by the ordinary way in."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import select

from flows.answers import shown_answer
from flows.apart import goes_apart, letter_about, take_apart
from flows.house import House
from flows.submitting import new_external_id, submit
from models.actions import closing
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput, Conflict
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus

_WAY = "再次反映"


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """`code`: of the new letter, where the words became one; None where the order was reopened."""

    code: str | None


def ask_again(house: House, code: str, last4: str, words: str, now: datetime) -> AskedAgain:
    """NotFound for wrong digits; BadInput where there is nothing yet to ask again about."""
    said = words.strip()
    if not said:
        raise BadInput("请写明还没有解决的是什么。")
    with reading(house.engine) as session:
        answer = shown_answer(session, code, last4)
        first = session.exec(select(Message).where(Message.query_code == code)).first()
        order = session.get(WorkOrder, answer.order_id) if answer.order_id else None
    if first is None or order is None or order.id is None or answer.sealed:
        raise BadInput("这封来信正在依规办理，暂不能补充；有新情况的，请另写一封信。")
    letter = letter_about(order, first, said, _WAY, now)
    if goes_apart(house, letter):
        return AskedAgain(take_apart(house, order, letter, _WAY, now))
    if OrderStatus(order.status) in {OrderStatus.REPLIED, OrderStatus.CLOSED} and order.lead_unit is not None:
        try:
            with writing(house.engine) as session:
                closing.ask_again(session, house.reckoner, order.id, said, Actor("citizen"), now)
        except Conflict:
            pass  # somebody else reopened it: the words go in as a letter
        else:
            return AskedAgain(None)
    # The number in its title has it join the order.
    joining = replace(letter, external_id=new_external_id(), title=f"{_WAY} {order.number}")
    return AskedAgain(submit(house, joining, said.encode(), _WAY, now))
