"""Letters made from the record, anew for each try: what they say, with which signed links, and whether it is time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property

from sqlmodel import Session

from flows.answers import for_others
from flows.house import House
from models.actions.deliveries import Leased
from models.actions.entry_links import purpose_of
from models.actions.links import part_of
from models.actions.notice_rows import CITIZEN, DUTY
from models.links import Link, Purpose, sign
from models.promise_words import PromiseState
from models.queries.lookup import last4_of
from models.queries.notices import (
    citizen_answer,
    citizen_message,
    is_rated,
    order_of,
    running_due,
    told_by,
)
from models.queries.people import units_with_accounts
from models.reckoning import shifted
from models.tables.ledger import Promise
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Urgency
from responders.chasing import after_quiet
from responders.notifying.citizen_wording import (
    as_sms,
    follow_up_wording,
    promise_wording,
    receipt_wording,
    reply_wording,
    survey_wording,
)
from responders.notifying.port import Letter, LetterMoot, NotNow, TransportRefused
from responders.notifying.wording import Letterhead, Told, Wording, unit_wording

_SURVEY_AT = time(9)
_ANSWERED = {OrderStatus.REPLIED.value, OrderStatus.CLOSED.value}


@dataclass
class Writer:
    """Writes the letters of one sweep at `now`. `can_send`: the transports that this installation has."""

    house: House
    now: datetime
    can_send: frozenset[str] = frozenset()
    _accounts: set[str] | None = field(default=None, init=False)

    @cached_property
    def head(self) -> Letterhead:
        return letterhead(self.house)

    def letter(self, session: Session, leased: Leased) -> Letter:
        """A delivery's letter; the key is the delivery's. Raises LetterMoot, NotNow, TransportRefused."""
        notices = told_by(session, leased.id)
        if not notices:
            raise LetterMoot("所涉工单已不可通知（转为密封件），没有内容可发。")
        self._must_be_time(notices, leased)
        to_citizen = notices[0].unit == CITIZEN
        wording = self._to_citizen(session, notices[0], leased) if to_citizen else self._to_unit(
            session, notices, leased)  # fmt: skip
        return Letter(
            key=leased.id, target=leased.target, title=wording.title, salutation=wording.salutation,
            items=wording.items, closing=wording.closing, since=leased.created_at, again=leased.attempt > 1,
        )  # fmt: skip

    def _must_be_time(self, notices: Sequence[Notice], leased: Leased) -> None:
        """Quiet hours: not for emergencies, not for what a clock's own rule let out, not for what rings."""
        if any(self._urgent(notice) for notice in notices):
            return
        if leased.transport != "sms" and any(self._at_any_hour(notice) for notice in notices):
            return
        until = after_quiet(self.house.profile.ladder, self.now, self.house.settings.zone)
        if until > self.now:
            raise NotNow(until)

    def _at_any_hour(self, notice: Notice) -> bool:
        return self.house.profile.notice(notice.kind).hours == "any"

    def _urgent(self, notice: Notice) -> bool:
        urgent = notice.facts.get("urgency") == Urgency.EMERGENCY.value or notice.kind == "emergency"
        return urgent or notice.unit == DUTY or notice.clock_id is not None

    def _to_unit(self, session: Session, notices: Sequence[Notice], leased: Leased) -> Wording:
        due = running_due(session, [n.order_id for n in notices if n.order_id is not None])
        told = [
            Told(n.kind, n.unit, n.facts, due.get(n.order_id or 0, {}), self._link(session, n, leased),
                 self._button(session, n, leased))
            for n in notices
        ]  # fmt: skip
        return unit_wording(self.head, notices[0].unit, told)

    def _link(self, session: Session, notice: Notice, leased: Leased) -> str | None:
        """A signed link where the letter's reader has no account, or is rung at night and must only confirm."""
        if notice.unit == DUTY and notice.order_id is not None:
            return self._signed(Purpose.DUTY, notice.order_id, DUTY, 0, leased)
        signs = notice.kind == "to_sign"
        if notice.unit in self.head.desks or (not signs and notice.unit in self._with_accounts(session)):
            return None
        if entry := purpose_of(str(notice.facts.get("ref") or "")):
            return self._signed(entry[0], notice.order_id or 0, notice.unit, entry[1], leased)
        part = part_of(session, notice.order_id, notice.unit) if notice.order_id is not None else None
        if part is None or notice.order_id is None:
            return None
        return self._signed(Purpose.SIGN if signs else Purpose.HANDLE, notice.order_id, notice.unit, part.id, leased)

    def _button(self, session: Session, notice: Notice, leased: Leased) -> str | None:
        """For a chat's 签收 and 申请退单: while the order is the unit's own and it has not begun."""
        if leased.transport != "slack" or notice.order_id is None or notice.unit in self.head.desks:
            return None
        part = part_of(session, notice.order_id, notice.unit)
        if part is None or part.part != "lead" or notice.kind == "to_sign":
            return None
        return self._signed(Purpose.BUTTON, notice.order_id, notice.unit, part.id, leased)

    def _signed(self, purpose: Purpose, order: int, holder: str, part: int | None, leased: Leased) -> str:
        ends = leased.created_at + timedelta(days=self.house.profile.limits.link_days)
        link = Link(purpose, order, holder, part or 0, int(ends.timestamp()), leased.id.hex[:12])
        return sign(self.house.secret, link)

    def _with_accounts(self, session: Session) -> set[str]:
        if self._accounts is None:
            self._accounts = units_with_accounts(session, provider=bool(self.house.settings.oidc_issuer))
        return self._accounts

    def _to_citizen(self, session: Session, notice: Notice, leased: Leased) -> Wording:
        """Only to an address from which a message of this order came: a wire carries nobody else's answer."""
        if "citizen" not in self.house.profile.notice(notice.kind).to:
            raise LetterMoot("本地不发送这种通知（辖区配置 notices）。")
        if leased.transport not in self.can_send:
            raise LetterMoot("没有设置这种通知方式，来件人可凭查询码查看。")
        order = order_of(session, notice.order_id)
        message = citizen_message(session, order, leased.target, receipt=notice.kind == "receipt")
        if message is None or order is None:
            raise TransportRefused("该地址不是本件来件人的地址，或来件信息已按保管期限删除。")
        if notice.kind == "receipt":
            wording = receipt_wording(self.head, message.query_code, looks_up=last4_of(message.phone) is not None)
        elif notice.kind == "promise_closed":
            wording = self._kept(session, notice, order, message)
        elif notice.kind == "follow_up":
            wording = self._follow_up(notice, order, message.query_code, leased)
        elif notice.kind == "survey":
            wording = self._survey(session, notice, order, message.query_code, leased)
        else:
            reply = citizen_answer(session, notice.order_id, notice.cycle)
            if reply is None:
                raise TransportRefused("没有找到已发出的答复。")
            text = reply.text if message.order_id == order.id else for_others(session, order.id or 0, reply.text)
            rating = None if last4_of(message.phone) else self._to_rate(order, leased)
            may_rate = order.status in _ANSWERED
            wording = reply_wording(self.head, message.query_code, reply.unit, text, rating, may_rate=may_rate)
        return as_sms(wording, self.head) if leased.transport == "sms" else wording

    def _kept(self, session: Session, notice: Notice, order: WorkOrder, message: Message) -> Wording:
        """What became of a promise that stood in this citizen's answer; another's reads it as others may."""
        promise = session.get(Promise, notice.facts["promise"])
        if promise is None or promise.state != notice.facts["state"] or order.sealed:
            raise LetterMoot("该承诺已重新履行，销号情况不再告知。")
        text = promise.text if message.order_id == order.id else for_others(session, order.id or 0, promise.text)
        state, looks_up = PromiseState(promise.state).label, last4_of(message.phone) is not None
        return promise_wording(self.head, message.query_code, promise.unit, text, state, looks_up=looks_up)

    def _follow_up(self, notice: Notice, order: WorkOrder, code: str, leased: Leased) -> Wording:
        if order.cycle != notice.cycle or order.status not in _ANSWERED:
            raise LetterMoot("来件已在重新办理，不再寄发回访问卷。")
        link = self._signed(Purpose.FOLLOW_UP, order.id or 0, "", order.cycle, leased)
        return follow_up_wording(self.head, code, link)

    def _survey(self, session: Session, notice: Notice, order: WorkOrder, code: str, leased: Leased) -> Wording:
        if order.cycle != notice.cycle or order.status not in _ANSWERED or order.replied_at is None:
            raise LetterMoot("来件已在重新办理，不再询问评价。")
        if is_rated(session, order):
            raise LetterMoot("来件人已经评价。")
        zone, days = self.house.settings.zone, self.house.profile.limits.survey_after_workdays
        asked_on = shifted(self.house.calendar, order.replied_at.astimezone(zone).date(), days)
        asked = datetime.combine(asked_on, _SURVEY_AT, zone) if days else self.now
        if asked > self.now:
            raise NotNow(asked)
        return survey_wording(self.head, code, self._to_rate(order, leased))

    def _to_rate(self, order: WorkOrder, leased: Leased) -> str:
        return self._signed(Purpose.RATE, order.id or 0, "", order.cycle, leased)


def letterhead(house: House) -> Letterhead:
    profile = house.profile
    return Letterhead(
        publisher=profile.publisher,
        public_url=house.settings.public_url,
        zone=house.settings.zone,
        domain_labels=profile.domain_labels,
        unit_names={unit.code: unit.name for unit in profile.units},
        desks=frozenset({profile.centre, profile.supervisor, DUTY}),
        duty_role=profile.duty_roster[0].role if profile.duty_roster else "值班员",
        demonstration=profile.demonstration,
    )
