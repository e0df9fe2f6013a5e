"""What a citizen may follow of a letter: the public steps, earlier answers, own words, the clock that counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from models.tables.clocks import Clock
from models.tables.follow_ups import Reopening
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import Stage
from models.workflow import Action

# Returns, requests, consultations and reviews are the office's own affair; what is taken back was never done.
_PUBLIC: Final = {
    Action.DISPATCH: "转承办单位", Action.ACKNOWLEDGE: "承办单位签收", Action.CONTACT: "承办单位与您联系",
    Action.GRANT_EXTENSION: "办理时限延长", Action.GRANT_PAUSE: "暂停计时", Action.RESUME: "恢复计时",
    Action.GRANT_HANGING: "暂时办不结，定期复查", Action.APPROVE_REPLY: "答复", Action.ANSWER_AT_ONCE: "答复",
    Action.CLOSE: "办结", Action.REOPEN: "重新办理", Action.REOPEN_AT_DESK: "重新办理",
    Action.DECLINE: "不予受理", Action.DIVERT: "转其他渠道办理", Action.WITHDRAW: "撤回", Action.VOID: "作废",
}  # fmt: skip
_TAKEN_BACK: Final[dict[str, tuple[Action, ...]]] = {
    Action.UNDO_DISPATCH: (Action.DISPATCH,), Action.GRANT_RETURN: (Action.DISPATCH, Action.ACKNOWLEDGE),
    Action.DISPATCH: (Action.DISPATCH, Action.ACKNOWLEDGE), Action.SEAL: (Action.DISPATCH, Action.ACKNOWLEDGE),
}  # fmt: skip
_AGAIN: Final = (Action.REOPEN, Action.REOPEN_AT_DESK)
_ROUND: Final = (*_AGAIN, Action.CLOSE)
_COUNTING: Final = (Stage.REPLY, Stage.HANDLE, Stage.DISPATCH, Stage.SCREEN)  # the first that runs is told

Step = tuple[datetime, str]


def message_of(session: Session, code: str) -> Message | None:
    return session.exec(select(Message).where(Message.query_code == code)).first()


def public_steps(session: Session, order_id: int) -> list[Step]:
    """Moment and plain word of every step that stands, oldest first."""
    rows = session.exec(
        select(History.at, History.action)
        .where(History.subject == "order", History.subject_id == str(order_id))
        .order_by(col(History.id))
    ).all()
    steps: list[tuple[datetime, str]] = []
    for at, action in rows:
        for gone in _TAKEN_BACK.get(action, ()):
            _take_back(steps, gone)
        if action in _PUBLIC:
            steps.append((at, action))
    return [(at, _PUBLIC[Action(action)]) for at, action in steps]


def _take_back(steps: list[tuple[datetime, str]], gone: Action) -> None:
    """Of the present round alone: a reopened order was dispatched before."""
    since = max((n for n, (_, action) in enumerate(steps) if action in _ROUND), default=-1)
    steps[:] = [step for n, step in enumerate(steps) if n <= since or step[1] != gone]


def merged_at(session: Session, order_id: int) -> datetime | None:
    """When a letter's own order joined another."""
    rows = select(History.at).where(
        History.subject == "order", History.subject_id == str(order_id), History.action == Action.MERGE.value
    )
    return session.exec(rows.order_by(col(History.id).desc())).first()


def earlier_replies(session: Session, order: WorkOrder) -> list[Reply]:
    """The answers of rounds before this one, newest first."""
    statement = select(Reply).where(
        Reply.order_id == order.id, Reply.cycle < order.cycle, col(Reply.sent_at).is_not(None)
    )
    return list(session.exec(statement.order_by(col(Reply.cycle).desc(), col(Reply.id).desc())).all())


def said_again(session: Session, order_id: int) -> list[Step]:
    """What the sender wrote when the answer did not do: never the office's own grounds for a new round."""
    by_citizen = select(History.at).where(
        History.subject == "order", History.subject_id == str(order_id), History.actor == "citizen",
        col(History.action).in_(_AGAIN),
    )  # fmt: skip
    moments = set(session.exec(by_citizen).all())
    rows = session.exec(select(Reopening).where(Reopening.order_id == order_id).order_by(col(Reopening.cycle))).all()
    return [(row.at, row.words) for row in rows if row.words and row.at in moments]


def only_sender(session: Session, order_id: int) -> bool:
    """Whether everything in an order came from one number: another's words are not shown to whoever was merged."""
    joined = select(WorkOrder.id).where(WorkOrder.merged_into == order_id)
    wrote = select(Message.phone).where((col(Message.order_id) == order_id) | col(Message.order_id).in_(joined))
    return len(set(session.exec(wrote.distinct()).all())) == 1


def running_clock(session: Session, order_id: int, stages: Sequence[Stage] = _COUNTING) -> Clock | None:
    """The clock that the sender is told of: the answer's where it runs, else the one that leads there."""
    rows = session.exec(
        select(Clock).where(
            Clock.subject == "order", Clock.subject_id == order_id, col(Clock.stopped_at).is_(None),
            col(Clock.stage).in_([stage.value for stage in stages]),
        ).order_by(col(Clock.id))
    ).all()  # fmt: skip
    return min(rows, key=lambda clock: stages.index(Stage(clock.stage)), default=None)
