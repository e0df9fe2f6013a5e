"""`huiyin status`: the counts of the record, with what still waits on the queue."""

from flows.house import House
from models.database import reading
from models.queries.status import status_counts, waiting_intake

LABELS = {
    "messages": "来件",
    "work_orders": "工单",
    "triage": "待审看",
    "open": "在办",
    "overdue": "超期",
    "promises": "承诺",
    "callbacks": "应回电",
    "quarantined": "隔离件",
    "dead_letters": "处理失败",
    "queued": "排队",
    "undelivered": "未送达通知",
}
NOTE = "工单按件计，密封的检举控告件也在内（总览和清单不列密封件）；一件工单有几个时限超期，也只计一件。"


def status_of(house: House) -> dict[str, int]:
    """Every count by name, in LABELS' order. Raises Unavailable when the queue can't be asked."""
    queue = house.queue("status")
    try:
        depth = queue.depth()
    finally:
        queue.close()
    with reading(house.engine) as session:
        counts = status_counts(session, house.now())
        unrelayed, _ = waiting_intake(session)
    counts["queued"] = unrelayed + depth.queued + depth.leased
    return {name: counts[name] for name in LABELS}
