"""The rows of orders that an office had before: own numbers, own dates, own answers, and clocks that run from them."""

from datetime import datetime

from models.actions.order_rows import OrderRows, needs_callback
from models.actors import Actor
from models.given_dates import given_rule
from models.past_orders import Import, PastOrder
from models.profile import ClockRule
from models.registration import Office, Plan
from models.tables.clocks import Clock
from models.tables.orders import Assignment, Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import CaseType, OrderStatus, Outcome, Stage
from models.workflow import OPEN, Action


class PastRows(OrderRows):
    """Nobody is told of what is entered: the citizen and the unit knew these orders before. Nothing rings."""

    def __init__(self, office: Office, first_serial: int, now: datetime, actor: Actor) -> None:
        super().__init__(office, first_serial, now)
        self._actor = actor

    def add_past(self, entry: Import) -> None:
        registration, past = entry.registration, entry.past
        plan = registration.plan
        assert plan is not None  # noqa: S101  (machine mail is in no office's list)
        order_id, self._serial = self._serial, self._serial + 1
        self.messages += 1
        self.orders += 1
        self.triage += plan.status is OrderStatus.TRIAGE
        self._rows[WorkOrder].append(self._past_order(past, plan, order_id))
        self._message(registration, order_id, sealed=plan.sealed)
        self._parts(past, plan, order_id)
        self._past_answer(past, plan, order_id)
        if plan.status in OPEN:
            self._past_clocks(past, plan, order_id)
        self._entered(past, plan, order_id)
        if not plan.sealed and registration.tokens:
            self._search.append((order_id, registration.tokens))

    def _past_order(self, past: PastOrder, plan: Plan, order_id: int) -> dict[str, object]:
        row = self._order_row(past.message, plan, order_id, past.number)
        waiting = plan.status is OrderStatus.TRIAGE
        return row | {
            "accepted_at": past.accepted_at,
            "dispatched_at": None if waiting else past.dispatched_at or past.accepted_at,
            "replied_at": past.replied_at or past.closed_at if plan.status not in OPEN and past.reply else None,
            "closed_at": past.closed_at or past.replied_at if plan.status is OrderStatus.CLOSED else None,
            "outcome": past.outcome.value if past.outcome else None,
        }

    def _parts(self, past: PastOrder, plan: Plan, order_id: int) -> None:
        since = past.dispatched_at or past.accepted_at or past.message.received_at
        seen = plan.status not in {OrderStatus.TRIAGE, OrderStatus.DISPATCHED}
        for part, unit in (("lead", plan.lead), *(("co", unit) for unit in plan.co_units)):
            if unit is not None:
                self._rows[Assignment].append({
                    "order_id": order_id, "unit": unit, "part": part, "rule": plan.rule, "presumed": False,
                    "assigned_by": self._actor.login, "assigned_at": since, "acknowledged_at": since if seen else None,
                })  # fmt: skip

    def _past_answer(self, past: PastOrder, plan: Plan, order_id: int) -> None:
        if past.reply is None or plan.status in OPEN:
            return
        sent = past.replied_at or past.closed_at or past.message.received_at
        self._rows[Reply].append({
            "order_id": order_id, "cycle": 1, "unit": plan.lead or self._office.reckoner.profile.centre,
            "text": past.reply, "outcome": (past.outcome or Outcome.EXPLAINED).value,
            "writer": (past.writer or "原系统")[:60], "written_at": sent, "approved": True, "reviewer": None,
            "gate": [], "sent_at": sent,
        })  # fmt: skip

    def _past_clocks(self, past: PastOrder, plan: Plan, order_id: int) -> None:
        """Handling runs from the order's own day, to its own limit where the office had set one."""
        message, received = past.message, past.message.received_at
        first = Stage.OPINION_FIRST if plan.case_type is CaseType.OPINION else Stage.HANDLE
        if past.due is None:
            self._clock(message, plan, order_id, first, received)
        else:
            rule = given_rule(first, received, past.due, self._office.reckoner.zone)
            self._given_clock(rule, plan, order_id, received)
        if plan.status is OrderStatus.TRIAGE:
            for stage in self._stages(message, plan):
                self._clock(message, plan, order_id, stage, self._now)
        if plan.status is OrderStatus.DISPATCHED:
            self._clock(message, plan, order_id, Stage.ACKNOWLEDGE, past.dispatched_at or self._now)
        for unit in plan.co_units:
            self._clock(message, plan, order_id, Stage.CO_HANDLE, past.dispatched_at or received, unit)
        if needs_callback(message):
            self._clock(message, plan, order_id, Stage.CALLBACK, received)

    def _given_clock(self, rule: ClockRule, plan: Plan, order_id: int, start: datetime) -> None:
        reckoned = self._office.reckoner.reckon(rule, start)
        self._bases[reckoned.basis_id] = reckoned.basis
        self._rows[Clock].append({
            "order_id": order_id, "subject": "order", "subject_id": order_id, "stage": rule.stage.value, "cycle": 1,
            "unit": plan.lead or self._office.reckoner.profile.centre, "basis_id": reckoned.basis_id,
            "started_at": start, "due_at": reckoned.due_at, "next_chase_at": reckoned.next_chase_at,
            "changes": 0, "rung": 0,
        })  # fmt: skip

    def _entered(self, past: PastOrder, plan: Plan, order_id: int) -> None:
        """The history begins with the import: by whom, from where, in which state."""
        self._rows[History].append({
            "subject": "order", "subject_id": str(order_id), "at": self._now, "actor": self._actor.login,
            "action": "import", "to_status": plan.status.value,
            "detail": {"from": past.where, "unit": plan.lead, "rule": plan.rule},
        })  # fmt: skip
        if not plan.sealed:
            self._event(order_id, Action.REGISTER, past.number, {
                "number": past.number, "status": plan.status.value, "domain": plan.domain, "unit": plan.lead,
                "cycle": 1,
            })  # fmt: skip
