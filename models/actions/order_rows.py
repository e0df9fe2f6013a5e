"""The rows of a registration batch, gathered by table and written with one statement each.

Core inserts of batches are 4–7 times faster than ORM objects on both databases; this is the hot path.
"""

from collections import defaultdict
from datetime import datetime
from itertools import repeat
from typing import Any

from sqlmodel import Session, SQLModel

from models import identity
from models.actions.notice_rows import insert_notices, notice_rows
from models.actions.numbers import order_number
from models.actions.stage_clocks import AT_DESK, OF_UNIT, owes_contact
from models.bulk import insert_new, insert_pairs, insert_rows
from models.calling_words import CallbackStatus
from models.inbound import InboundMessage
from models.matter import keys_of
from models.queries.search import write_search_rows
from models.registration import Office, Plan, Registration
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.ledger import Callback
from models.tables.messages import MatterKey, Message
from models.tables.orders import Assignment, Reply, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import CaseType, Channel, Disclosure, OrderStatus, Outcome, Stage
from models.workflow import Action

# Parents before children.
_ORDER: tuple[type[SQLModel], ...] = (
    WorkOrder, Message, Assignment, Reply, Callback, Clock, History, Outbox,
)  # fmt: skip


class OrderRows:
    """Rows of one batch. Ids of orders, callbacks and serials come from one block."""

    def __init__(self, office: Office, first_serial: int, now: datetime) -> None:
        self.messages = self.orders = self.triage = 0
        self._office, self._now, self._serial = office, now, first_serial
        self._rows: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
        self._bases: dict[Any, dict[str, Any]] = {}
        self._search: list[tuple[int, str]] = []
        self._matter: list[tuple[int, int]] = []

    def add(self, registration: Registration) -> None:
        self.messages += 1
        if registration.joins is not None:
            self._join(registration, registration.joins)
        elif registration.plan is None:
            self._message(registration, None)
        else:
            self._order(registration, registration.plan)

    def write(self, session: Session) -> None:
        insert_new(session, DeadlineBasis, sorted(self._bases.values(), key=lambda basis: str(basis["id"])))
        for table in _ORDER:
            insert_rows(session, table, self._rows[table])
        insert_pairs(session, MatterKey, ("key", "order_id"), sorted(self._matter))
        insert_notices(session, self._rows)
        write_search_rows(session, self._search)

    def _order(self, registration: Registration, plan: Plan) -> None:
        message = registration.envelope.message
        order_id, self._serial = self._serial, self._serial + 1
        self.orders += 1
        self.triage += plan.status is OrderStatus.TRIAGE
        day = message.received_at.astimezone(self._office.reckoner.zone).date()
        number = order_number(self._office.reckoner.profile.number_prefix, day, order_id)
        self._rows[WorkOrder].append(self._order_row(message, plan, order_id, number))
        self._message(registration, order_id, sealed=plan.sealed)
        self._assign(plan, order_id)
        self._clocks(message, plan, order_id)
        self._tell(message, plan, order_id, number)
        self._record(plan, order_id, number)
        if plan.status is OrderStatus.REPLIED:
            self._spot_answer(message, plan, order_id)
        if not plan.sealed and registration.tokens:
            self._search.append((order_id, registration.tokens))

    def _order_row(self, message: InboundMessage, plan: Plan, order_id: int, number: str) -> dict[str, Any]:
        answered = plan.status is OrderStatus.REPLIED
        dispatched = plan.status is OrderStatus.DISPATCHED
        return {
            "id": order_id,
            "number": number,
            "case_type": plan.case_type.value,
            "status": plan.status.value,
            "channel": message.channel.value,
            "title": "" if plan.sealed else _heading(message),
            "domain": plan.domain,
            "kind": plan.kind,
            "procedure": plan.procedure,
            "urgency": plan.urgency,
            "region": plan.region,
            "lead_unit": plan.lead,
            "sealed": plan.sealed,
            "triage_reasons": list(plan.triage_reasons),
            "received_at": message.received_at,
            # The date of acceptance (受理日期) is that of the decision to take the matter on; who answers has decided.
            "accepted_at": message.received_at if answered else self._now if dispatched else None,
            "dispatched_at": self._now if dispatched else None,
            "replied_at": message.received_at if answered else None,
            "outcome": Outcome.EXPLAINED.value if answered else None,
            "disclosure": _disclosure(message, plan).value,
            "cycle": 1,
            "returns": 0,
            "version": 1,
        }

    def _message(self, registration: Registration, order_id: int | None, *, sealed: bool = False) -> None:
        envelope, message = registration.envelope, registration.envelope.message
        sender = message.sender
        self._rows[Message].append({
            "id": envelope.intake_id,
            "order_id": order_id,
            "channel": message.channel.value,
            "external_id": message.external_id[:400],
            "query_code": identity.query_code(self._office.secret, envelope.intake_id),
            "received_at": message.received_at,
            "registered_at": self._now,
            "title": message.title,
            "text": message.text,
            "sender_name": message.sender_name,
            "phone": message.phone,
            "email": message.email,
            # An accusation's sender is linked to nothing else (身份信息另存).
            "sender_hash": identity.keyed_hash(self._office.secret, sender) if sender and not sealed else None,
            "region_hint": message.region_hint,
            "machine": message.machine.value if message.machine else None,
            "confidential": message.confidential,
            "may_publish": message.may_publish,
            "likes": message.likes,
            "dislikes": message.dislikes,
            "agent": message.agent,
            "source_name": message.source_name,
            "url": message.url,
            "in_reply_to": message.in_reply_to,
            "attachments": envelope.attachments,
            "findings": registration.findings,
            "model_version": registration.model_version,
            "signature": None if sealed else registration.signature,
            "raw_blob": envelope.raw_blob,
        })  # fmt: skip
        if order_id is not None and not sealed:
            self._matter.extend(zip(keys_of(registration.signature), repeat(order_id)))

    def _assign(self, plan: Plan, order_id: int) -> None:
        if plan.lead is None:
            return
        parts = [
            ("lead", plan.lead),
            *(("co", u) for u in plan.co_units),
            *(("informed", u) for u in plan.informed),
        ]
        for part, unit in parts:
            self._rows[Assignment].append({
                "order_id": order_id, "unit": unit, "part": part, "rule": plan.rule,
                "presumed": plan.presumed, "assigned_by": "system", "assigned_at": self._now,
            })  # fmt: skip

    def _clocks(self, message: InboundMessage, plan: Plan, order_id: int) -> None:
        if plan.status is not OrderStatus.REPLIED:
            waiting = plan.status is OrderStatus.TRIAGE
            first = Stage.OPINION_FIRST if plan.case_type is CaseType.OPINION else Stage.HANDLE
            self._clock(message, plan, order_id, first, message.received_at)
            for stage in self._stages(message, plan):
                self._clock(message, plan, order_id, stage, self._now)
            for unit in () if waiting else plan.co_units:
                self._clock(message, plan, order_id, Stage.CO_HANDLE, self._now, unit)
        if needs_callback(message):
            self._clock(message, plan, order_id, Stage.CALLBACK, message.received_at)

    @staticmethod
    def _stages(message: InboundMessage, plan: Plan) -> tuple[Stage, ...]:
        """What runs beside handling from the first moment, with the desk or with the unit."""
        if plan.status is OrderStatus.TRIAGE:
            return (Stage.SCREEN,) if plan.sealed else AT_DESK
        owed = owes_contact(plan.case_type, message.channel, message.phone, message.email)
        return OF_UNIT if owed else (Stage.ACKNOWLEDGE,)

    def _clock(
        self, message: InboundMessage, plan: Plan, order_id: int, stage: Stage, start: datetime,
        holder: str | None = None,
    ) -> None:  # fmt: skip
        reckoner = self._office.reckoner
        rule = reckoner.rule(
            stage, channel=message.channel.value, kind=plan.kind, procedure=plan.procedure,
            case_type=plan.case_type.value, urgency=plan.urgency,
        )  # fmt: skip
        if rule is None:
            return
        reckoned = reckoner.reckon(rule, start)
        self._bases[reckoned.basis_id] = reckoned.basis
        subject, subject_id = "co_unit" if stage is Stage.CO_HANDLE else "order", order_id
        unit = holder or plan.lead or reckoner.profile.centre
        if stage is Stage.CALLBACK:
            subject = "callback"
            self._rows[Callback].append({
                "id": subject_id, "order_id": order_id, "unit": unit, "due_at": reckoned.due_at,
                "status": CallbackStatus.DUE.value, "version": 1,
            })  # fmt: skip
        self._rows[Clock].append({
            "order_id": order_id, "subject": subject, "subject_id": subject_id, "stage": stage.value,
            "cycle": 1, "unit": unit, "basis_id": reckoned.basis_id, "started_at": start,
            "due_at": reckoned.due_at, "next_chase_at": reckoned.next_chase_at, "changes": 0, "rung": 0,
        })  # fmt: skip

    def _tell(self, message: InboundMessage, plan: Plan, order_id: int, number: str) -> None:
        for table, row in notice_rows(self._office, message, plan, order_id, number, self._now):
            self._rows[table].append(row)

    def _record(self, plan: Plan, order_id: int, number: str) -> None:
        action = {
            OrderStatus.DISPATCHED: Action.DISPATCH, OrderStatus.REPLIED: Action.ANSWER_AT_ONCE,
        }.get(plan.status, Action.REGISTER)  # fmt: skip
        self._history(order_id, action, plan.status.value, {"rule": plan.rule, "unit": plan.lead})
        if not plan.sealed:
            self._event(order_id, action, number, {
                "number": number, "status": plan.status.value, "domain": plan.domain, "unit": plan.lead,
                "cycle": 1,
            })  # fmt: skip

    def _history(self, order_id: int, action: Action, status: str | None, detail: dict[str, Any]) -> None:
        self._rows[History].append({
            "subject": "order", "subject_id": str(order_id), "at": self._now, "actor": "system",
            "action": action.value, "to_status": status, "detail": detail,
        })  # fmt: skip

    def _event(self, order_id: int, action: Action, number: str | None, payload: dict[str, Any]) -> None:
        trigger = f"v{len(self._rows[Outbox])}" if action is Action.JOIN else "v1"
        self._rows[Outbox].append({
            "event_id": identity.event_id(f"order:{order_id}", action.value, 1, trigger),
            "type": f"order.{action.value}", "order_number": number, "payload": payload,
            "created_at": self._now,
        })  # fmt: skip

    def _spot_answer(self, message: InboundMessage, plan: Plan, order_id: int) -> None:
        agent = message.agent or "话务员"
        self._rows[Reply].append({
            "order_id": order_id, "cycle": 1, "unit": plan.lead or self._office.reckoner.profile.centre,
            "text": message.answer or "话务员已当场答复，未记录内容。",
            "outcome": Outcome.EXPLAINED.value, "writer": agent,
            "written_at": message.received_at, "approved": True, "reviewer": None, "gate": [],
            "sent_at": message.received_at,
        })  # fmt: skip

    def _join(self, registration: Registration, order_id: int) -> None:
        self._message(registration, order_id)
        self._history(order_id, Action.JOIN, None, {"message": str(registration.envelope.intake_id)})


def needs_callback(message: InboundMessage) -> bool:
    """A call that was not answered on the spot (C 二(三)17): the answer must come within 5 workdays."""
    return message.channel in {Channel.HOTLINE, Channel.REGISTER} and not answered_at_once(message)


def answered_at_once(message: InboundMessage) -> bool:
    """Said so by the call centre, or shown by an answer where it doesn't say."""
    if message.answered_on_the_spot is None:
        return bool((message.answer or "").strip())
    return message.answered_on_the_spot


def _heading(message: InboundMessage) -> str:
    return (message.title or message.text.strip().split("\n", 1)[0])[:80]


def _disclosure(message: InboundMessage, plan: Plan) -> Disclosure:
    """Only consent opens a message; unstated is no (§ red lines: publication)."""
    if message.may_publish and not message.confidential and not plan.sealed:
        return Disclosure.PUBLIC_CUT
    return Disclosure.CLOSED
