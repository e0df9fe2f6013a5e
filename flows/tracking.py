"""A letter on its way, as its sender sees it: own words, steps, the date by which an answer is due, what is next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import Session

from flows.answers import for_others
from models.actions.clock_changes import changes_of
from models.actions.clocks import order_rule
from models.queries import progress as asked
from models.queries.lookup import Answer
from models.reckoning import Reckoner
from models.tables.clocks import DeadlineBasis
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus as S
from models.vocabulary import Stage

# What the office calls its own stages says nothing to a citizen.
_WORDS: Final = {
    S.TRIAGE: ("正在审看", "确定承办单位后，转该单位办理。"),
    S.DISPATCHED: ("已转承办单位", "承办单位签收后办理，办好后书面答复您。"),
    S.HANDLING: ("正在办理", "承办单位办好后写出答复，经审核发给您。"),
    S.RETURNING: ("正在核对承办单位", "确定由哪个单位办理后继续，办理时限不因此顺延。"),
    S.SIGNING: ("正在审核答复", "答复已拟好，审核后发给您。"),
    S.REVIEWING: ("正在审核答复", "答复已拟好，审核后发给您。"),
    S.REPLIED: ("已答复", "请您评价。不满意的，将重新办理并重新计时。"),
    S.CLOSED: ("已办结", "问题没有解决的，可以在下面再次反映。"),
    S.DECLINED: ("不予受理", "理由、依据和应向何处提出，见答复。"),
    S.DIVERTED: ("已转其他渠道", "由答复中写明的渠道办理并答复您。"),
    S.WITHDRAWN: ("已撤回", ""),
    S.VOID: ("已作废", "原因见答复。"),
}
_RATED: Final = "您已评价。问题没有解决的，可以在下面再次反映。"
_WAITS: Final = {Stage.SCREEN: "审看", Stage.DISPATCH: "转承办单位"}


@dataclass(frozen=True, slots=True)
class Due:
    """`what` is due by then; `skipped`: days off on the way that were not counted."""

    what: str
    at: datetime
    provisional: bool
    paused: bool
    skipped: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer that did not do, and stays for whoever got it."""

    at: datetime
    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Empty of an order that is sealed: of that its sender learns only that it was received."""

    stage: str
    next: str = ""
    title: str | None = None
    text: str | None = None
    files: list[str] = field(default_factory=list)
    steps: list[asked.Step] = field(default_factory=list)
    due: Due | None = None
    earlier: list[Earlier] = field(default_factory=list)
    said: list[asked.Step] = field(default_factory=list)


def progress(session: Session, reckoner: Reckoner, answer: Answer, code: str) -> Progress:
    """`answer`: what the look-up gave for `code` once the four digits were right."""
    message = asked.message_of(session, code)
    order = session.get(WorkOrder, answer.order_id) if answer.order_id else None
    if answer.sealed or message is None or order is None or order.id is None:
        return Progress(answer.status, "" if answer.sealed else "登记后由工作人员审看。")
    stage, following = _WORDS.get(S(order.status), (answer.status, ""))
    if order.status == S.REPLIED and not answer.may_rate:
        following = _RATED
    alone = answer.own and asked.only_sender(session, order.id)
    return Progress(
        stage=stage, next=following, title=message.title, text=message.text,
        files=[str(kept.get("name") or "附件") for kept in message.attachments],
        steps=_steps(session, message, order), due=_due(session, reckoner, order),
        earlier=_earlier(session, order, answer, message),
        said=asked.said_again(session, order.id) if alone else [],
    )  # fmt: skip


def _steps(session: Session, message: Message, order: WorkOrder) -> list[asked.Step]:
    """A letter that was merged goes its own way until then, and the other's from there."""
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    steps = asked.public_steps(session, order.id)
    if message.order_id is not None and message.order_id != order.id:
        joined = asked.merged_at(session, message.order_id) or message.registered_at
        steps = [(joined, "与同一事项的来信合并办理"), *(step for step in steps if step[0] > joined)]
    return [(message.received_at, "收到来信"), *(step for step in steps if step[0] >= message.received_at)]


def _earlier(session: Session, order: WorkOrder, answer: Answer, message: Message) -> list[Earlier]:
    return [
        Earlier(r.sent_at, r.text if answer.own else for_others(session, r.order_id, r.text), r.outcome)
        for r in asked.earlier_replies(session, order)
        if r.sent_at is not None and r.sent_at >= message.received_at
    ]


def _due(session: Session, reckoner: Reckoner, order: WorkOrder) -> Due | None:
    """While the unit has it, the answer's own limit as it will be counted: from where that of 办理 began."""
    assert order.id is not None  # noqa: S101
    clock = asked.running_clock(session, order.id)
    if clock is None:
        return None
    basis = session.get_one(DeadlineBasis, clock.basis_id)
    at, provisional, steps = clock.due_at, basis.provisional, basis.steps
    rule = order_rule(reckoner, order, Stage.REPLY) if clock.stage == Stage.HANDLE else None
    if rule is not None:
        reckoned = reckoner.reckon_changed(rule, clock.started_at, changes_of(session, [clock.id])[clock.id])
        if reckoned.due_at > at:
            at, provisional, steps = reckoned.due_at, reckoned.provisional, reckoned.basis["steps"]
    what = _WAITS.get(Stage(clock.stage), "答复")
    start = str(clock.started_at.astimezone(reckoner.zone).date())
    skipped = sum(not step["counted"] and step["date"] > start for step in steps)
    return Due(what, at, provisional, clock.paused_at is not None, skipped)
