"""The knowledge base at work: suggested with reasons, drafted from a sent reply, searched by the public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from flows.edition_words import Words, person_names, told_personally
from flows.house import House
from models.actions import knowledge as acts
from models.actions.knowledge import MOST_QUESTION, Draft
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput, Conflict, NotFound
from models.personal_words import PERSONAL
from models.queries.answered import sent_reply
from models.queries.knowledge import public_version
from models.queries.orders import find_order
from models.tables.knowledge import KnowledgeEntry, KnowledgeVersion
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Procedure
from responders.editions.answering import printed_answer
from responders.editions.doubts import asks_for_secrecy
from responders.editions.summarising import summary

_SUGGESTED, _FOUND = 3, 20
_FEWEST_WORDS = 2
_MOST_TYPED = 200
_USUAL_DAYS = 365
_ASKING = frozenset((
    "怎么", "怎么办", "怎样", "如何", "什么", "多少", "哪里", "哪些", "哪个", "时候", "可以", "能否", "是否", "需要",
    "请问", "一下", "为什么", "没有",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What a person filled in."""

    question: str
    answer: str
    unit: str
    domain: str
    policy: str
    valid_until: date
    public: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry for a message, and the words that both have."""

    said: KnowledgeVersion
    words: list[str]


def suggestions(house: House, session: Session, order: WorkOrder, messages: Sequence[Message]) -> list[Suggestion]:
    """At most three for an order's own message, each with its reason; nothing for what is sealed."""
    first = next((m for m in messages if m.order_id == order.id), None)
    if order.sealed or order.procedure == Procedure.ACCUSATION.value or first is None or not first.text:
        return []
    return suggested_for(house, session, first.title or "", first.text, house.today())


def suggested_for(house: House, session: Session, title: str, text: str, today: date) -> list[Suggestion]:
    """Two telling words must be shared, one of them with the entry's question: a likeness of style is no reason.

    Of entries with the same answer the likeliest alone.
    """
    from classifiers.knowledge import same_answer, shared_words

    found: dict[str, Suggestion] = {}
    for said in house.knowledge.best(session, title, text, today, _FOUND, public=False):
        words = shared_words(title, text, said.question, said.answer)
        if len(words) >= _FEWEST_WORDS and any(word in said.question for word in words):
            found.setdefault(same_answer(said.answer), Suggestion(said, words))
    return list(found.values())[:_SUGGESTED]


def searched(house: House, session: Session, typed: str, today: date, *, public: bool = True) -> list[KnowledgeVersion]:
    """What somebody looks for in a few words: entries that have one of them, the likeliest first.

    Words that only ask ("怎么") find nothing beside one that says what about.
    """
    asked = sought_words(typed)
    found = house.knowledge.best(session, "", typed.strip()[:_MOST_TYPED], today, _FOUND, public=public)
    return [said for said in found if any(word in said.question or word in said.answer for word in asked)]


def sought_words(typed: str) -> list[str]:
    """The words that an entry is looked for by: no single Chinese characters, since entries are known by pairs."""
    from classifiers.segmentation import words

    typed = typed.strip()[:_MOST_TYPED]
    asked = [w for w in dict.fromkeys(words(typed)) if w.isalnum() and (len(w) > 1 or (w == typed and w.isascii()))]
    return [word for word in asked if word not in _ASKING] or asked


def propose(
    house: House, written: Written, actor: Actor, now: datetime, *, from_order: str | None = None
) -> KnowledgeEntry:
    """A new entry; `from_order`: it comes from this order's sent reply, whose senders may not stand in it."""
    with writing(house.engine) as session:
        messages, reply_id = _source(session, from_order, actor)
        _must_be_open(written, messages)
        draft = draft_of(house, written)
        acts.must_be_new(session, draft, actor)
        return acts.propose_entry(
            session, draft, Scan(house, messages), actor, now, today=house.day_of(now),
            reply_id=reply_id,
        )  # fmt: skip


def amend(house: House, entry_id: int, written: Written, actor: Actor, now: datetime) -> KnowledgeEntry:
    with writing(house.engine) as session:
        messages = _senders(session, acts.locked_entry(session, entry_id, actor))
        _must_be_open(written, messages)
        return acts.amend_entry(
            session, entry_id, draft_of(house, written), Scan(house, messages), actor, now, today=house.day_of(now)
        )


def approve(house: House, entry_id: int, version: int, actor: Actor, now: datetime) -> KnowledgeEntry:
    with writing(house.engine) as session:
        messages = _senders(session, acts.locked_entry(session, entry_id, actor))
        return acts.approve_entry(
            session, entry_id, version, Scan(house, messages), actor, now, today=house.day_of(now)
        )


def drafted_from(house: House, number: str, actor: Actor, now: datetime) -> Written:
    """A sent reply as an entry could say it: without persons, without greeting. A person looks and completes it."""
    with reading(house.engine) as session:
        order = find_order(session, actor, number)
        messages, _ = _source(session, number, actor)
        reply = sent_reply(session, order)
    assert reply is not None  # noqa: S101  (_source has looked)
    words, names = Words(house), person_names(messages)
    first = messages[0]
    question = summary(first.title, first.text or "", names, lambda text: words.hide(text, "citizen")[0])
    greeting = house.profile.edition.salutation
    answer = words.answer(printed_answer(words.answer(reply.text)[0], names, greeting))[0]
    return Written(
        question=question[:MOST_QUESTION], answer=answer.removeprefix(f"{greeting}您好！").strip(), unit=reply.unit,
        domain=order.domain, policy="", valid_until=house.day_of(now) + timedelta(days=_USUAL_DAYS),
        public=_consented(messages),
    )  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """What personal data stands in an entry; `messages`: of the people whose answer it was."""

    house: House
    messages: Sequence[Message]

    def __call__(self, question: str, answer: str) -> list[str]:
        words = Words(self.house)
        kinds = [span.kind for span in words.found(question, "citizen")]
        kinds += [span.kind for span in words.found(answer, "official")]
        kinds += told_personally(self.messages, f"{question}\n{answer}")
        return [PERSONAL.get(kind, kind) for kind in kinds]


def _source(session: Session, number: str | None, actor: Actor) -> tuple[list[Message], int | None]:
    """Everybody's messages of an answered order, and its reply. Conflict where it is not for the knowledge base."""
    if number is None:
        return [], None
    order = find_order(session, actor, number)
    reply = sent_reply(session, order)
    if reply is None:
        raise Conflict(f"工单 {number} 还没有发出答复，不能收入问答库。")
    messages = _messages(session, order)
    if order.sealed or order.procedure in {Procedure.ACCUSATION.value, Procedure.PETITION.value}:
        raise Conflict(f"工单 {number} 的办理途径不允许收入问答库。")
    if any(m.confidential or m.erased_at or asks_for_secrecy(f"{m.title or ''}\n{m.text or ''}") for m in messages):
        raise Conflict(f"工单 {number} 的来件人要求保密或来件已清除，不能收入问答库。")
    return messages, reply.id


def _senders(session: Session, entry: KnowledgeEntry) -> list[Message]:
    reply = session.get(Reply, entry.reply_id) if entry.reply_id else None
    order = session.get(WorkOrder, reply.order_id) if reply else None
    return _messages(session, order) if order else []


def _messages(session: Session, order: WorkOrder) -> list[Message]:
    merged = select(WorkOrder.id).where(WorkOrder.merged_into == order.id)
    statement = select(Message).where((col(Message.order_id) == order.id) | col(Message.order_id).in_(merged))
    return list(session.exec(statement.order_by(col(Message.registered_at), col(Message.id))).all())


def _must_be_open(written: Written, messages: Sequence[Message]) -> None:
    """公开 needs the consent of everybody who wrote; unstated is no."""
    if written.public and not _consented(messages):
        raise BadInput("来件人没有同意公开，该条目只能供内部参考，请取消“对外公开”。")


def _consented(messages: Sequence[Message]) -> bool:
    return all(m.may_publish and not m.confidential for m in messages)


def draft_of(house: House, written: Written) -> Draft:
    """With its signature. BadInput for a unit or a domain that this place does not have."""
    from classifiers.knowledge import signature

    if written.unit not in house.profile.units_by_code:
        raise BadInput("责任单位不在本地单位名录中，请重新选择。")
    if written.domain not in house.profile.domain_labels:
        raise BadInput("领域不在目录中，请重新选择。")
    return Draft(
        question=written.question, answer=written.answer, unit=written.unit, domain=written.domain,
        policy=written.policy, valid_until=written.valid_until, public=written.public,
        signature=signature(written.question, written.answer),
    )  # fmt: skip


def public_entry(session: Session, entry_id: int, today: date) -> KnowledgeVersion:
    """What the public may read of an entry today. NotFound for everything else."""
    found = public_version(session, entry_id, today)
    if found is None:
        raise NotFound("没有这条问答，或已过期、停用。")
    return found
