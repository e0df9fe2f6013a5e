"""The moderators' desk in the simulation: screening, returns, review of replies, the ledger."""

import random
from collections.abc import Callable, Mapping

from sqlmodel import Session, col, select

from flows import answers
from flows.demo.people import INSPECTOR, MODERATOR, REVIEWER, SUPERVISOR
from flows.demo.samples import Sample
from flows.demo.tracing import sample_of
from flows.house import House
from models.actions import accusations, avoiding, handling, merging, promises, repeating, replying
from models.actions.ledger_entries import WORK_PLAN
from models.actions.turning_away import Grounds, turn_away
from models.database import reading, writing
from models.promise_words import PromiseState
from models.queries.answered import marked_repeats
from models.tables.ledger import Promise
from models.tables.messages import Message
from models.tables.orders import ReturnRequest, WorkOrder
from models.vocabulary import CaseType, Domain, OrderStatus, Procedure
from models.workflow import OPEN, Action

_ELSEWHERE = {
    Procedure.PETITION: Grounds("属于信访事项", "《信访工作条例》", "信访部门网上信访平台或来访接待窗口"),
    Procedure.DISCLOSURE: Grounds("属于政府信息公开申请", "《政府信息公开条例》", "依申请公开受理点"),
}
_COURT = Grounds(
    "已进入诉讼、仲裁或行政复议程序", "《信访工作条例》关于诉访分离的规定", "人民法院、仲裁机构或行政复议机关"
)


_ONLY_ASKED = "来件请该单位依职权查处，并非反映该单位自身的问题。"


class Desk:
    """审看员、审核员、督办员."""

    def __init__(self, house: House, samples: Mapping[str, Sample], rng: random.Random) -> None:
        self._house, self._samples, self._rng = house, samples, rng

    def screen(self) -> None:
        """Every message that waits is looked at: turned away, merged, corrected, dispatched."""
        for order_id in self._orders(OrderStatus.TRIAGE):
            with writing(self._house.engine) as session:
                self._screen(session, order_id)

    def _screen(self, session: Session, order_id: int) -> None:
        order = session.get_one(WorkOrder, order_id)
        message = answers.first_message(session, order_id)
        sample = sample_of(self._samples, message)
        now = self._house.now()
        procedure = Procedure(sample.fields["procedure"]) if sample else Procedure(order.procedure)
        if order.sealed:
            self._inspect(session, order_id, procedure)
        elif procedure is Procedure.ACCUSATION:
            accusations.seal_order(session, self._house.reckoner, order_id, MODERATOR, now)
        elif procedure in _ELSEWHERE:
            turn_away(session, order_id, Action.DIVERT, _ELSEWHERE[procedure], MODERATOR, now)
        elif procedure is Procedure.DECLINED:
            turn_away(session, order_id, Action.DECLINE, _COURT, MODERATOR, now)
        elif (twin := self._open_twin(session, sample, order_id)) is not None and self._may_join(session, order, twin):
            merging.merge(session, self._house.profile, order_id, twin, MODERATOR, now)
        else:
            self._dispatch(session, order, message, sample)

    def look_at_repeats(self) -> None:
        """What a machine had dispatched and is likely a repeat: merged where the earlier one is open, else left."""
        with reading(self._house.engine) as session:
            marked = [(order.id or 0, first.id or 0, OrderStatus(first.status) in OPEN)
                      for order, first in marked_repeats(session, MODERATOR)]  # fmt: skip
        for order, first, is_open in marked:
            with writing(self._house.engine) as session:
                row = session.get_one(WorkOrder, order)
                if is_open and order % 3 and self._may_join(session, row, first):
                    merging.merge(session, self._house.profile, order, first, MODERATOR, self._house.now())
                else:
                    repeating.no_repeat(session, order, MODERATOR, self._house.now())

    def _inspect(self, session: Session, order_id: int, procedure: Procedure) -> None:
        """The inspector alone sees what is sealed; what is no accusation goes back to the desk."""
        if procedure is not Procedure.ACCUSATION:
            reason = "反映的是办事作风，不属检举控告。"
            accusations.unseal_order(session, self._house.reckoner, order_id, reason, INSPECTOR, self._house.now())

    def _dispatch(self, session: Session, order: WorkOrder, message: Message, sample: Sample | None) -> None:
        profile, now = self._house.profile, self._house.now()
        assert order.id is not None  # noqa: S101  (a stored row has its id)
        if sample and sample.fields["domain"] != order.domain:
            handling.reclassify(session, profile, order.id, MODERATOR, now, domain=sample.fields["domain"])
        about = avoiding.avoided(session, profile, order)
        if order.domain != Domain.INTEGRITY:
            for unit in sorted(about):
                avoiding.clear_unit(session, profile, order.id, unit, _ONLY_ASKED, SUPERVISOR, now)
            about = set()
        routing = profile.route(
            order.domain, message.findings.get("places"), order.kind, CaseType(order.case_type),
            text=f"{message.title or ''}\n{message.text or ''}", avoiding=about,
        )  # fmt: skip
        handling.dispatch(
            session, self._house.reckoner, order.id, routing.lead, MODERATOR, now, co_units=routing.co_units,
            informed=routing.informed, rule=routing.source, presumed=routing.presumed,
        )  # fmt: skip

    def _open_twin(self, session: Session, sample: Sample | None, order_id: int) -> int | None:
        """The order of the matter that this message repeats, if it is still open."""
        first = sample.fields.get("twin_of") if sample else None
        if not first or self._rng.random() < 0.3:  # noqa: PLR2004  (some are overlooked)
            return None
        for message in session.exec(select(Message).where(col(Message.order_id).is_not(None))).all():
            known = sample_of(self._samples, message)
            if known and known.id == first and message.order_id != order_id:
                order = session.get_one(WorkOrder, message.order_id)
                return order.id if order.status in {"dispatched", "handling"} else None
        return None

    def _may_join(self, session: Session, order: WorkOrder, main: int) -> bool:
        """Not where whoever it is about would read it (回避)."""
        about = avoiding.avoided(session, self._house.profile, order)
        return about.isdisjoint(avoiding.parts_now(session, main))

    def decide_returns(self) -> None:
        with reading(self._house.engine) as session:
            waiting = session.exec(select(ReturnRequest.order_id).where(col(ReturnRequest.granted).is_(None))).all()
        for order_id in waiting:
            granted = self._rng.random() < 0.6  # noqa: PLR2004  (most grounds hold)
            with writing(self._house.engine) as session:
                handling.decide_return(
                    session, self._house.reckoner, order_id, MODERATOR, self._house.now(), granted=granted,
                    note=None if granted else "属于你单位职责，请继续办理。",
                )  # fmt: skip

    def review(self) -> None:
        """What the gate objects to goes back once; a second time the reviewer decides and says why."""
        for order_id in self._orders(OrderStatus.REVIEWING):
            with reading(self._house.engine) as session:
                reply = replying.waiting_reply(session, session.get_one(WorkOrder, order_id))
            now = self._house.now()
            if reply.gate_passed is False and len(reply.text) < 30:  # noqa: PLR2004  (says nothing)
                why = "；".join(str(c["why"]) for c in reply.gate if c["needed"] and not c["passed"])
                with writing(self._house.engine) as session:
                    replying.refuse_reply(session, order_id, f"请补充：{why}"[:300], REVIEWER, now)
            else:
                note = None if reply.gate_passed else "内容属实、要素已说明，同意答复。"
                answers.approve(self._house, order_id, REVIEWER, now, override_note=note)

    def keep_ledger(self) -> None:
        """New promises are confirmed (some struck), reported ones checked."""
        self._each_promise(PromiseState.TO_CONFIRM, self._confirm)
        self._each_promise(PromiseState.TO_VERIFY, self._verify)

    def _confirm(self, session: Session, promise: Promise) -> None:
        now = self._house.now()
        assert promise.id is not None  # noqa: S101
        if promise.source == WORK_PLAN:
            return  # a plan's tasks wait for their date or unit
        if self._rng.random() < 0.06:  # noqa: PLR2004
            promises.strike_promise(session, promise.id, "属于办事流程说明，不列为承诺。", SUPERVISOR, now)
        elif self._rng.random() < 0.9:  # noqa: PLR2004  (the rest wait another day)
            promises.confirm_promise(session, self._house.reckoner, promise.id, SUPERVISOR, now)

    def _verify(self, session: Session, promise: Promise) -> None:
        assert promise.id is not None  # noqa: S101
        kept = self._rng.random() < 0.85  # noqa: PLR2004
        state = PromiseState.KEPT if kept else PromiseState.PARTLY
        reason = None if kept else "现场核查，尚有收尾工作未完成。"
        promises.close_promise(session, promise.id, state, reason, SUPERVISOR, self._house.now())

    def _each_promise(self, state: PromiseState, act: Callable[[Session, Promise], None]) -> None:
        with reading(self._house.engine) as session:
            ids = session.exec(select(Promise.id).where(Promise.state == state.value)).all()
        for promise_id in ids:
            with writing(self._house.engine) as session:
                act(session, session.get_one(Promise, promise_id))

    def _orders(self, status: OrderStatus) -> list[int]:
        with reading(self._house.engine) as session:
            found = session.exec(
                select(WorkOrder.id).where(WorkOrder.status == status.value).order_by(col(WorkOrder.id))
            ).all()
        return [order_id for order_id in found if order_id is not None]
