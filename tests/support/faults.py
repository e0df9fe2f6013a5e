"""What must hold when a herd has lived through its deaths: everything drained, nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from support.herd import ALL, Herd, feed, patiently, wait_for_messages
from support.loop_desk import LoopDesk

from flows.deliveries import deliver
from flows.sealing import seal, verify_chain
from models.tables.clocks import Clock
from models.tables.intake import DeadLetter, Intake
from models.tables.messages import Message
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import OrderStatus

OFTEN, SELDOM = (1.0, 4.0), (3.0, 10.0)  # seconds between two kills
_SEED, _BEAT = 20260213, 1.2
_REGISTERING = ("register", "dispatch", "answer_at_once")


def live_through(
    desk: LoopDesk, count: int, between: tuple[float, float], meanwhile: Callable[[int], None] = lambda _: None
) -> dict[str, object]:
    """Take in `count` messages while everything is killed again and again; what is wrong afterwards."""
    with Herd(desk, ALL, _SEED, between) as herd:
        feed(herd, count, batch=count // 10, beat=_BEAT, meanwhile=meanwhile)
        wait_for_messages(desk, count, seconds=60 + count / 20)
    settle(desk)
    return faults(desk, count, herd.kills)


def settle(desk: LoopDesk) -> None:
    """What a crash left: the queue, the letters, the seals."""
    patiently(desk.work)
    desk.now = datetime.now(UTC) + timedelta(minutes=15)  # a dead sender's lease is over by then
    deliver(desk.house, desk.house.now())
    tomorrow = desk.house.now().astimezone(desk.house.settings.zone) + timedelta(days=1)
    deliver(desk.house, tomorrow.replace(hour=10))  # what the quiet hours held back
    seal(desk.house, desk.house.now())


def faults(desk: LoopDesk, count: int, kills: int) -> dict[str, object]:
    """Everything that should not be there after `count` messages; empty where all is well."""
    messages, orders, notices = desk.all(Message), desk.all(WorkOrder), desk.all(Notice)
    # The workers chase what is late as well: that is history too, but no second registration.
    registered = Counter(h.subject_id for h in desk.all(History, subject="order") if h.action in _REGISTERING)
    events = desk.all(Outbox)
    first_told = [n for n in notices if n.trigger == "registered"]
    reminders = Counter((n.kind, n.unit, n.order_id, n.clock_id, n.cycle, n.trigger) for n in notices if n.clock_id)
    clocks = Counter((c.order_id, c.stage) for c in desk.all(Clock))
    leads = Counter(a.order_id for a in desk.all(Assignment, part="lead"))
    carried = Counter(row.notice_id for row in desk.all(DeliveryNotice))
    printed = Counter(letter["key"] for letter in desk.printed())
    chain = verify_chain(desk.house)
    found = {
        "lost": count - len({m.external_id for m in messages}),
        "doubled messages": len(messages) - len({m.external_id for m in messages}),
        "doubled orders": len(orders) - len({m.order_id for m in messages}),
        "not taken in": count - len(desk.all(Intake)),
        "dead letters": [letter.error for letter in desk.all(DeadLetter)],
        "without owner": [o.number for o in orders if o.status != OrderStatus.TRIAGE and leads[o.id] != 1],
        "without clock": desk.open_without_clock(),
        "doubled clocks": [key for key, times in clocks.items() if times > 1],
        "registered twice": [key for key, times in registered.items() if times > 1],
        "doubled events": len(events) - len({e.event_id for e in events}),
        "orders without event": len(orders) - sum(e.type.removeprefix("order.") in _REGISTERING for e in events),
        "unpublished events": [e.id for e in events if e.published_at is None],
        "no reminder at all": not reminders,  # the sweeper's part is under test too
        "doubled reminders": [key for key, times in reminders.items() if times > 1],
        "notices under two keys": [key for key, times in carried.items() if times > 1],
        "notices not carried": [n.id for n in notices if carried[n.id] == 0 and n.unit != "citizen"],
        "doubled notices": len(first_told) - len({(n.order_id, n.kind, n.unit) for n in first_told}),
        "undelivered": [d.error for d in desk.all(Delivery) if d.state not in {"sent", "merged"}],
        "sent again": max(0, sum(printed.values()) - len(printed) - kills),
        "never sent": len(desk.all(Delivery, state="sent")) - len(printed),
        "sent thrice": [key for key, times in printed.items() if times > 1 + kills],
        "broken chain": "" if chain["ok"] and not chain["unsealed"] else chain["why"],
    }
    return {name: fault for name, fault in found.items() if fault}
