"""The responsible units in the simulation: prompt or forgetful, they acknowledge, return, reply, call, report."""

import random
from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import Session, col, select

from flows import answers
from flows.demo.people import signer, writer
from flows.demo.samples import Sample, dated
from flows.demo.temper import Habit, attempt, habit, rating
from flows.demo.tracing import sample_of
from flows.house import House
from models.actions import callbacks, co_handling, handling, promises, replying, stage_clocks
from models.actions.clock_changes import movable_clocks
from models.calling_words import AttemptResult, CallbackStatus
from models.database import reading, writing
from models.errors import NotAllowed
from models.promise_words import PromiseState
from models.retrying import still_to_try
from models.tables.ledger import Callback, Promise
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.vocabulary import CaseType, Kind, OrderStatus, Outcome, Urgency

_CO_WORD = "经核查，涉及我单位的部分属实，已派员配合主办单位现场处理，后续将按职责做好配合。"
_CALLED_BACK = "已向来电人说明核查情况、处理依据和完成时间，并留下经办人电话。"
_UNREACHED = "按重拨计划拨打，均未接通，已通过短信留言告知办理情况和联系电话。"
_CARELESS = "来件收悉，正在处理。"
_PLAIN = "网友您好！您反映的问题已收悉。经{unit}现场核实，情况基本属实，已依规处理并向您电话说明。咨询电话：{phone}。"


class Units:
    """承办人 and 审签人 of every unit."""

    def __init__(self, house: House, samples: Mapping[str, Sample], rng: random.Random) -> None:
        self._house, self._samples, self._rng = house, samples, rng
        self._habits: dict[tuple[int, int], Habit] = {}

    def acknowledge_and_return(self) -> None:
        for order in self._orders(OrderStatus.DISPATCHED):
            mine = self._habit(order)
            if self._days(order) < mine.acknowledge_on or order.lead_unit is None or order.id is None:
                continue
            clerk = writer(order.lead_unit)
            with writing(self._house.engine) as session:
                calm = order.urgency != Urgency.EMERGENCY and order.case_type != CaseType.OPINION
                if mine.returns and calm and order.returns == 0 and order.cycle == 1 and self._asks(session, order):
                    continue
                handling.acknowledge(session, order.id, clerk, self._house.now())
                if order.id % 9 and stage_clocks.contact_owed(session, order.id):  # some forget to call first
                    stage_clocks.record_contact(session, order.id, clerk, self._house.now())

    def _asks(self, session: Session, order: WorkOrder) -> bool:
        assert order.id is not None and order.lead_unit is not None  # noqa: S101, PT018
        grounds = "经核对三定方案，该事项不属于本单位职责范围，建议改派主管部门。"
        try:
            handling.ask_return(
                session, self._house.reckoner, order.id, grounds, writer(order.lead_unit), self._house.now()
            )
        except NotAllowed:
            return False
        return True

    def reply(self) -> None:
        for order in self._orders(OrderStatus.HANDLING):
            if self._ready(order) and not self._stands_still(order):
                self._reply(order)
        for order in self._orders(OrderStatus.SIGNING):
            if order.id is not None and order.lead_unit is not None:
                answers.sign_off(self._house, order.id, signer(order.lead_unit), self._house.now())

    def _stands_still(self, order: WorkOrder) -> bool:
        """Paused or hung: nothing is written until the clock runs again."""
        with reading(self._house.engine) as session:
            return any(clock.paused_at for clock in movable_clocks(session, order.id or 0))

    def _ready(self, order: WorkOrder) -> bool:
        mine = self._habit(order)
        if order.case_type == CaseType.OPINION or order.urgency == Urgency.EMERGENCY:
            return True  # hour clocks: nobody lets these lie
        if mine.reply_on is None:  # forgotten: only supervision helps
            with reading(self._house.engine) as session:
                told = session.exec(select(Notice.kind).where(Notice.order_id == order.id)).all()
            return bool({"supervise", "circular"} & set(told))
        return self._days(order) >= mine.reply_on

    def _reply(self, order: WorkOrder) -> None:
        assert order.id is not None and order.lead_unit is not None  # noqa: S101, PT018
        with writing(self._house.engine) as session:
            sample = sample_of(self._samples, answers.first_message(session, order.id))
            text, outcome = self._answer(order, sample)
            waits_for = self._hear_co_units(session, order.id)
            replying.write_reply(session, order.id, text, outcome, writer(order.lead_unit), self._house.now(),
                                 co_note=waits_for)  # fmt: skip

    def _hear_co_units(self, session: Session, order_id: int) -> str | None:
        """Co-units say their part before the lead writes; one in eight lets itself be waited for in vain."""
        silent = co_handling.silent_co_units(session, order_id)
        for unit in silent:
            if (order_id + len(unit)) % 8:
                co_handling.contribute(session, order_id, _CO_WORD, writer(unit), self._house.now())
        return "协办单位电话答复无补充意见，书面意见后补。" if co_handling.silent_co_units(session, order_id) else None

    def _answer(self, order: WorkOrder, sample: Sample | None) -> tuple[str, Outcome]:
        key = (order.id or 0, order.cycle)
        mine = self._habits[key]
        # Of an answer to thanks the gate asks nothing: a careless one would be sent, and published.
        if mine.careless and order.kind != Kind.PRAISE:
            self._habits[key] = Habit(mine.acknowledge_on, mine.reply_on, mine.returns, careless=False)
            return _CARELESS, Outcome.EXPLAINED
        unit = self._house.profile.unit(order.lead_unit or "")
        if sample is None or sample.reply is None:
            return _PLAIN.format(unit=unit.name, phone=unit.phone or "0300-8230000"), Outcome.EXPLAINED
        text = str((order.cycle > 1 and sample.reply.get("second_reply")) or sample.reply["reply"])
        return dated(text, self._house.now().date()), Outcome(sample.reply["outcome"])

    def call_back(self) -> None:
        """Most calls are made in time; one in eight is put off past its day."""
        now = self._house.now()
        with reading(self._house.engine) as session:
            due = session.exec(select(Callback).where(Callback.status == CallbackStatus.DUE.value)).all()
        for callback in due:
            late = (callback.id or 0) % 8 == 0
            begins = callback.due_at + timedelta(days=2) if late else callback.due_at - timedelta(days=4)
            if now < max(begins, callback.next_at or begins) or self._rng.random() < 0.4:  # noqa: PLR2004
                continue
            with writing(self._house.engine) as session:
                self._ring(session, callback)

    def _ring(self, session: Session, callback: Callback) -> None:
        """One try; what can't be reached by the plan is closed with a reason."""
        assert callback.id is not None  # noqa: S101
        reckoner, clerk, now = self._house.reckoner, writer(callback.unit), self._house.now()
        tries = callbacks.tries_of(session, callback.id)
        if tries and not still_to_try(reckoner.profile.callback_retry, tries, reckoner.zone):
            callbacks.give_up(session, reckoner, callback.id, _UNREACHED, clerk, now)
            return
        result = attempt(self._rng)
        answered = result is AttemptResult.ANSWERED
        callbacks.record_attempt(session, reckoner, callback.id, result, _CALLED_BACK if answered else None, clerk, now,
                                 opinion=rating(self._rng) if answered else None)  # fmt: skip

    def report_promises(self) -> None:
        """Some units report before the day, some after, some never."""
        now = self._house.now()
        with reading(self._house.engine) as session:
            running = session.exec(select(Promise).where(Promise.state == PromiseState.RUNNING.value)).all()
        for promise in running:
            if promise.due is None or promise.id is None:
                continue
            days = (promise.due - now.date()).days
            chance = 0.35 if days <= 1 else 0.03
            if self._rng.random() < chance and promise.id % 7:
                with writing(self._house.engine) as session:
                    promises.report_promise(
                        session, promise.id, "已按承诺办结，现场照片和回访记录已归档。", writer(promise.unit), now
                    )

    def _habit(self, order: WorkOrder) -> Habit:
        return self._habits.setdefault((order.id or 0, order.cycle), habit(self._rng))

    def _days(self, order: WorkOrder) -> int:
        """Workdays since dispatch."""
        if order.dispatched_at is None:
            return 0
        zone = self._house.settings.zone
        start, now = order.dispatched_at.astimezone(zone).date(), self._house.now().date()
        return self._house.calendar.workdays_between(start, now)

    def _orders(self, status: OrderStatus) -> list[WorkOrder]:
        with reading(self._house.engine) as session:
            return list(
                session.exec(
                    select(WorkOrder).where(WorkOrder.status == status.value).order_by(col(WorkOrder.id))
                ).all()
            )
