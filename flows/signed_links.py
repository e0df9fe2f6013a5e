"""Signed links at work: what their page shows, and the one action that each of them does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from flows import answers
from flows.apart import Sifted, noted, sift
from flows.house import House
from models.actions import callbacks, closing, entry_links, follow_ups, links, replying, ringing
from models.actions.follow_ups import Answer
from models.actions.step import must_be_as_seen
from models.actors import Actor
from models.calling_words import AttemptResult
from models.database import reading, writing
from models.errors import NotAllowed
from models.links import Link, LinkEnded, Purpose, read, successor
from models.queries.callbacks import find_callback
from models.queries.people import units_with_accounts
from models.tables.ledger import Promise
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import Outcome, Satisfaction
from models.workflow import Action


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a call."""

    result: AttemptResult
    note: str | None
    opinion: Satisfaction | None


Act = Callable[[Session, int, Actor, datetime], object]


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that still stands: for which order, as whom, and whether its action is done."""

    link: Link
    number: str
    actor: Actor
    used: bool


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """A link to an entry of the ledger or to a 督办文书: the row, as whom, and whether it is used."""

    link: Link
    entry: Promise | Instruction
    actor: Actor
    used: bool


def opened_entry(house: House, token: str) -> OpenedEntry | None:
    """None where the link is to an order; LinkEnded as for those."""
    link = read(house.secret, token, house.now())
    if link.purpose not in entry_links.ENTRIES:
        return None
    with reading(house.engine) as session:
        entry = entry_links.entry_of(session, link)
        return OpenedEntry(link, entry, links.actor_of(link), links.is_used(session, token))


def opened(house: House, token: str) -> Opened:
    """What the link opens; nothing is changed. LinkEnded where it is false, over, or the order has moved on."""
    link = read(house.secret, token, house.now())
    if link.purpose is Purpose.BUTTON or link.purpose in entry_links.ENTRIES:
        raise LinkEnded  # a button's value is no address; what is no order has a page of its own
    with reading(house.engine) as session:
        order = links.still_holds(session, link)
        return Opened(link, order.number, links.actor_of(link), links.is_used(session, token))


def act(house: House, token: str, action: str, do: Act, *purposes: Purpose, name: str = "") -> str:
    """Do the link's one action on its order (or entry), and use it up; the link with which its holder may go on."""
    now = house.now()
    link = read(house.secret, token, now)
    if link.purpose not in purposes:
        raise LinkEnded
    actor = links.actor_of(link)
    with writing(house.engine) as session:
        links.spend(session, token, link, action, f"{actor.login} {name.strip()}".strip(), now)
        do(session, link.part if link.purpose in entry_links.ENTRIES else link.order_id, actor, now)
    return successor(house.secret, token, link)


def write_reply(
    house: House, token: str, text: str, outcome: Outcome, co_note: str, name: str, *, seen: int | None = None
) -> str:
    """拟写答复; the unit's 审签人 is told, and must be somebody who can sign."""

    def do(session: Session, order: int, actor: Actor, now: datetime) -> None:
        must_be_as_seen(session, order, seen, Action.WRITE_REPLY, actor)
        unit = house.profile.unit(actor.unit or "")
        signed_in_to = units_with_accounts(session, provider=bool(house.settings.oidc_issuer))
        if not unit.signers and unit.code not in signed_in_to:
            raise NotAllowed(f"{unit.name}尚未登记审签人，答复无法送审，请联系服务中心登记审签人的通知方式。")
        replying.write_reply(session, order, text, outcome, actor, now, co_note=co_note)
        links.ask_signers(session, house.profile, session.get_one(WorkOrder, order), now)

    return act(house, token, "write_reply", do, Purpose.HANDLE, name=name)


def sign_off(house: House, token: str, name: str, *, seen: int | None = None) -> str:
    """单位审签; the gate's findings travel with the reply, as they do from the unit's own room.

    `seen`: the version of the order on the link's page; another's link may have sent the reply back since.
    """
    link = read(house.secret, token, house.now())
    with reading(house.engine) as session:
        waiting = replying.waiting_reply(session, links.still_holds(session, link))
    checks = answers.gate(house, link.order_id, waiting.text, waiting.outcome)

    def do(session: Session, order: int, actor: Actor, now: datetime) -> None:
        must_be_as_seen(session, order, seen, Action.SIGN_OFF, actor)
        links.must_be_another(session, order, name)
        replying.sign_off(session, house.reckoner, order, checks, actor, now)

    return act(house, token, "sign_off", do, Purpose.SIGN, name=name)


def refuse_sign_off(house: House, token: str, note: str, name: str, *, seen: int | None = None) -> str:
    def do(session: Session, order: int, actor: Actor, now: datetime) -> None:
        must_be_as_seen(session, order, seen, Action.REFUSE_SIGN_OFF, actor)
        replying.refuse_sign_off(session, order, note, actor, now)
        links.send_back(session, house.profile, session.get_one(WorkOrder, order), now)

    return act(house, token, "refuse_sign_off", do, Purpose.SIGN, name=name)


def call_back(house: House, token: str, callback: int, tried: Tried, name: str) -> str:
    """One try of a call that the order's unit owes."""
    note = noted(tried.result, _sifted(house, token, tried.note, "回电", Purpose.HANDLE, name))

    def do(session: Session, order: int, actor: Actor, now: datetime) -> None:
        _of_order(session, actor, callback, order)
        callbacks.record_attempt(session, house.reckoner, callback, tried.result, note, actor, now,
                                 opinion=tried.opinion)  # fmt: skip

    return act(house, token, "call_back", do, Purpose.HANDLE, name=name)


def give_up_call(house: House, token: str, callback: int, reason: str, name: str) -> str:
    def do(session: Session, order: int, actor: Actor, now: datetime) -> None:
        _of_order(session, actor, callback, order)
        callbacks.give_up(session, house.reckoner, callback, reason, actor, now)

    return act(house, token, "give_up_call", do, Purpose.HANDLE, name=name)


def _of_order(session: Session, actor: Actor, callback: int, order: int) -> None:
    """A link opens its own order's calls and no others."""
    if find_callback(session, actor, callback).order_id != order:
        raise LinkEnded


def confirm(house: House, token: str, name: str) -> None:
    """我已知悉并处理, by whoever of the duty roster has the letter."""
    act(house, token, "confirm_ring",
        lambda session, order, actor, now: ringing.confirm(session, order, actor, now, name=name),
        Purpose.DUTY, name=name)  # fmt: skip


def rate(house: House, token: str, satisfaction: Satisfaction, comment: str) -> Sifted:
    """评价 by the answer's addressee; what became of the words."""
    words = _sifted(house, token, comment, "评价", Purpose.RATE)
    act(house, token, "rate", lambda session, order, actor, now: closing.rate(
        session, house.reckoner, order, satisfaction, words.said, actor, now), Purpose.RATE)  # fmt: skip
    return words


def follow_up(house: House, token: str, said: Answer) -> Sifted:
    """回访问卷, answered by the citizen to whom it was sent; what became of the words."""
    words = _sifted(house, token, said.words, "回访", Purpose.FOLLOW_UP)
    kept = replace(said, words=words.said or "")
    act(house, token, "follow_up", lambda session, order, actor, now: follow_ups.record_survey(
        session, house.reckoner, order, kept, actor, now), Purpose.FOLLOW_UP)  # fmt: skip
    return words


def _sifted(house: House, token: str, words: str | None, way: str, purpose: Purpose, agent: str = "") -> Sifted:
    """Only by a link that still does something: a used one brings no letters in."""
    link = opened(house, token)
    if link.used or link.link.purpose is not purpose:
        raise LinkEnded
    return sift(house, link.link.order_id, words, way, house.now(), agent=agent or None)


def send_again(house: House, token: str) -> None:
    """A new link to the unit's own address, for one that was used."""
    link = read(house.secret, token, house.now())
    if link.purpose not in {Purpose.HANDLE, Purpose.SIGN, *entry_links.ENTRIES}:
        raise LinkEnded
    with writing(house.engine) as session:
        if link.purpose in entry_links.ENTRIES:
            entry_links.send_entry_again(session, house.profile, token, link, house.now())
            return
        links.send_again(session, house.profile, token, link, house.now())
