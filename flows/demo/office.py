"""Beside the daily loop: more time and its limits, matters of several units, supervision papers, a unit's own line."""

import contextlib
import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from flows.demo.people import MODERATOR, SUPERVISOR, writer
from flows.demo.samples import load_calls
from flows.entering import Entry, enter
from flows.house import House
from models.actions import clock_requests, consulting, hanging, supervising
from models.actions.calls import CallNotes, amend_call
from models.actions.supervising import Wording
from models.database import reading, writing
from models.errors import HuiyinError, NotFound
from models.queries.order_lists import waiting_requests
from models.queries.supervision import list_instructions
from models.tables.calls import CallEntry
from models.tables.clocks import ClockRequest
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.orders import Consultation, WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import Channel, ClockRequestKind, InstructionKind, InstructionStatus, OrderStatus

_PAUSED_DAYS = 3
_REPORT = "超期原因：现场涉及地下管线，须与产权单位会签。已于今日办结并回复来件人，今后提前对接。"

_SECTION = "业务科"
_PROPOSALS = ("拟由{}当日核实，需其他单位配合的，报分管领导协调。", "转{}办理，三日内看现场，结果由经办人回电。",
              "请{}与来电人核对情况后回电。")  # fmt: skip
_RINGS = 100  # minutes of a half-day within which calls come in
_TO_CALL, _FOUND_LATER = "来电人希望上午回电。", "来电人改约下午回电；现场已先行看过。"

# Who else is asked what is whose, as matters lie between them.
_NEIGHBOUR = {
    "housing_bureau": "urban_bureau", "urban_bureau": "housing_bureau", "transport_bureau": "police_bureau",
    "police_bureau": "transport_bureau", "environment_bureau": "urban_bureau", "market_bureau": "urban_bureau",
    "land_bureau": "agriculture_bureau", "agriculture_bureau": "land_bureau",
    "city_office": "civil_bureau",
}  # fmt: skip


class Office:
    """Units that ask for time, a centre that decides, a supervising office that writes."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self._house, self._rng = house, rng
        self._calls = load_calls()

    def take_calls(self, day: date, opened: time) -> None:
        """Units' own published lines have rung since the office `opened`; each call was written down at once."""
        since = datetime.combine(day, opened, self._house.settings.zone)
        calls = 1 + (day.toordinal() + opened.hour) % 3
        for nth, call in enumerate(self._calls[:calls]):
            minutes = (day.toordinal() * 7 + nth * 37) % _RINGS
            self._take(call, min(since + timedelta(minutes=minutes), self._house.now()))
        del self._calls[:calls]

    def _take(self, call: dict[str, Any], at: datetime) -> None:
        profile = self._house.profile
        unit = call.get("unit") or profile.route(call["domain"], None, "request").lead
        entry = Entry(
            channel=Channel.REGISTER, at=at, text=call["text"], name=call["name"] or "", phone=call["phone"],
            place=call["region"] or "", answered=call["on_the_spot"], answer=call["answer"] or "",
            section=call.get("section", ""), about_unit=call.get("about", ""),
        )  # fmt: skip
        enter(self._house, entry, f"{profile.unit(unit).name}接听人", unit, self._house.now())

    def fill_in_calls(self) -> None:
        """补记 on the next day of calls that wait for an answer, the latest left for a visitor.

        Now and then a remark is corrected after.
        """
        now = self._house.now()
        with reading(self._house.engine) as session:
            owed = select(CallEntry).join(Message, col(Message.id) == CallEntry.message_id)
            owed = owed.where(col(Message.order_id).in_(select(Callback.order_id))).order_by(col(CallEntry.at))
            entered = session.exec(owed).all()
        for nth, call in enumerate(entered[:-1]):
            remarks = ((_TO_CALL, _FOUND_LATER), (_TO_CALL,), ("",))[nth % 3]
            written = call.version - 1
            if written == len(remarks) or now - call.at < timedelta(days=call.version):
                continue
            section = call.section or _SECTION
            proposal = call.proposal or _PROPOSALS[nth % len(_PROPOSALS)].format(section)
            said = CallNotes(call.about_unit or "", call.repeated, section, proposal, remarks[written])
            with contextlib.suppress(NotFound), writing(self._house.engine) as session:
                amend_call(session, call.message_id, said, call.version, writer(call.unit), now)

    def ask(self) -> None:
        """A few orders need more time, wait for a report, or can't be settled for now."""
        for order in self._orders(OrderStatus.HANDLING):
            if order.lead_unit is None or order.id is None or order.cycle > 1:
                continue
            with writing(self._house.engine) as session:
                if not session.exec(select(ClockRequest).where(ClockRequest.order_id == order.id)).first():
                    self._ask(session, order.id, order.lead_unit)

    def _ask(self, session: Session, order: int, unit: str) -> None:
        reckoner, now, clerk = self._house.reckoner, self._house.now(), writer(unit)
        try:
            if order % 17 == 0:
                clock_requests.ask_extension(session, reckoner, order, 2, "须与产权单位会签，正在走程序。", clerk, now)
            elif order % 29 == 0:
                clock_requests.ask_pause(session, reckoner, order, "已取样送检，等检测结论。", clerk, now)
            elif order % 61 == 0:
                day = now.astimezone(reckoner.zone).date() + timedelta(days=20)
                hanging.ask_hanging(session, reckoner, order, "涉及规划调整，等上级批复。", day, clerk, now)
        except HuiyinError:
            session.rollback()  # too late to ask: the clock runs on

    def decide(self) -> None:
        """Most requests are granted; pauses end when the report is there."""
        reckoner, now = self._house.reckoner, self._house.now()
        with reading(self._house.engine) as session:
            waiting = waiting_requests(session)
        for asked, _ in waiting:
            granted = asked.order_id % 5 != 0
            note = None if granted else "理由不充分，请按期办结。"
            hangs = asked.kind == ClockRequestKind.HANGING.value
            settle = hanging.decide_hanging if hangs else clock_requests.decide_request
            with writing(self._house.engine) as session:
                settle(session, reckoner, asked.order_id, SUPERVISOR, now, granted=granted, note=note)
        paused = select(ClockRequest).where(col(ClockRequest.until).is_not(None), col(ClockRequest.ended_at).is_(None))
        for asked in self._rows(paused):
            if now - asked.asked_at > timedelta(days=_PAUSED_DAYS):
                with writing(self._house.engine) as session:
                    clock_requests.resume(session, reckoner, asked.order_id, SUPERVISOR, now)

    def consult(self) -> None:
        """What was returned twice is settled by the units together."""
        reckoner, now = self._house.reckoner, self._house.now()
        for held in self._rows(select(Consultation).where(col(Consultation.concluded_at).is_(None))):
            with writing(self._house.engine) as session:
                consulting.conclude(session, reckoner, held.order_id, "由首派单位牵头，其他单位配合。", SUPERVISOR, now)
        returned = select(WorkOrder).where(
            WorkOrder.returns > 0, WorkOrder.cycle == 1, WorkOrder.status == OrderStatus.DISPATCHED.value
        )
        for order in self._rows(returned):
            known = self._rows(select(Consultation).where(Consultation.order_id == order.id))
            if order.id is None or order.lead_unit is None or known:
                continue
            units = [order.lead_unit, _NEIGHBOUR.get(order.lead_unit, "city_office")]
            with writing(self._house.engine) as session:
                consulting.convene(session, reckoner, order.id, "各单位职责如何划分？", units, MODERATOR, now)

    def supervise(self) -> None:
        """Drafts of the ladder are signed or dropped; units answer; answers are checked."""
        reckoner, now = self._house.reckoner, self._house.now()
        due = now.astimezone(reckoner.zone).date() + timedelta(days=4)
        with reading(self._house.engine) as session:
            papers = list_instructions(session, SUPERVISOR)
        for paper in papers:
            with writing(self._house.engine) as session:
                self._advance(session, paper.row, due, now)

    def _advance(self, session: Session, row: Instruction, due: date, now: datetime) -> None:
        assert row.id is not None  # noqa: S101  (a stored row has its id)
        if row.status == InstructionStatus.DRAFT.value and row.id % 4 == 0:
            supervising.drop(session, row.id, "已当面督促并当日办结。", SUPERVISOR, now)
        elif row.status == InstructionStatus.DRAFT.value:
            meeting = self._meeting(now) if row.kind == InstructionKind.SUMMONS.value else ""
            wording = Wording(row.matter, row.demand, due, "督查室 19900000102", meeting)
            supervising.issue(session, self._house.reckoner, row.id, wording, SUPERVISOR, now)
        elif row.status == InstructionStatus.ISSUED.value and self._rng.random() < 0.5:  # noqa: PLR2004
            supervising.answer(session, row.id, _REPORT, writer(row.unit), now)
        elif row.status == InstructionStatus.ANSWERED.value:
            supervising.verify(session, self._house.reckoner, row.id, "情况属实，同意销结。", SUPERVISOR, now)

    def _meeting(self, now: datetime) -> str:
        reckoner = self._house.reckoner
        day = reckoner.calendar.add_workdays(now.astimezone(reckoner.zone).date(), 2).due
        return f"{day.year}年{day.month}月{day.day}日15:00，望溪市政府督查室会议室"

    def _orders(self, status: OrderStatus) -> Iterable[WorkOrder]:
        return self._rows(select(WorkOrder).where(WorkOrder.status == status.value).order_by(col(WorkOrder.id)))

    def _rows(self, statement: Any) -> list[Any]:  # noqa: ANN401  (a select of one table, and its rows)
        with reading(self._house.engine) as session:
            return list(session.exec(statement).all())
