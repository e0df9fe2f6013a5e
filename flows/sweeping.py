"""The sweeps by name, as plain functions: what the schedules call, and what the worker falls back on."""

from datetime import datetime, timedelta
from typing import Any

from flows.alone import alone
from flows.chasing import chase, close_answered
from flows.collecting import collect
from flows.deliveries import deliver
from flows.following_up import draw_follow_ups
from flows.house import House
from flows.knowledge_due import tell_expiring
from flows.phone_lines import plan_line_checks
from flows.promises_due import check_promises
from flows.ringing import ring
from flows.sealing import seal
from flows.webhooks import push_events
from models.actions.sweeps import succeeded
from models.actors import SYSTEM
from models.database import reading, writing
from models.tables.record import Sweep
from models.vocabulary import Channel

__all__ = [
    "chase_due", "chase_round", "close_answered", "collect_mailboxes", "compile_last_week", "daily_round",
    "deliver_due", "opinion_round", "seal_history",
]  # fmt: skip


def collect_mailboxes(house: House, now: datetime) -> dict[str, Any]:
    """Every mailbox of HUIYIN_MAILBOX_SOURCES; a server that is away is tried again next time."""
    sources = [s.strip() for s in house.settings.mailbox_sources.split(",") if s.strip()]
    queue = house.queue("collect")
    try:
        done = collect(house, queue, Channel.MAILBOX, sources, now)
    finally:
        queue.close()
    counts = done.counts
    result = {"read": counts.read, "accepted": counts.accepted, "faults": len(done.faults)}
    with writing(house.engine) as session:
        succeeded(session, "collect", now, result)
    return result


def chase_due(house: House, now: datetime) -> dict[str, Any]:
    return dict(chase(house, now))


def chase_round(house: House, now: datetime) -> dict[str, Any]:
    """催办, 办结 of what was answered long enough ago, and 重复件 among what a machine dispatched."""
    from flows.repeats import find_repeats

    return {**chase_due(house, now), **close_answered(house, now), **find_repeats(house, now)}


def daily_round(house: House, now: datetime) -> dict[str, Any]:
    """核对承诺; 问答库: what is about to expire; 回访: the draw; 拨测: which lines are called today."""
    with alone(house, "daily round"):
        checked = {**check_promises(house, now), **tell_expiring(house, now)}
        drawn, planned = draw_follow_ups(house, now)["drawn"], plan_line_checks(house, now)["planned"]
    return {**checked, "follow_ups": drawn, "line_checks": planned}


def opinion_round(house: House, now: datetime) -> dict[str, Any]:
    """热点立项, and 征集意见: what came in; the classifiers that it needs are loaded when it runs."""
    from flows.opinion_finding import find_cases
    from flows.solicitations import hear

    with alone(house, "opinion round"):
        return {**find_cases(house, now), **hear(house, now)}


def deliver_due(house: House, now: datetime) -> dict[str, Any]:
    ring(house, now)
    push_events(house, now)
    return dict(deliver(house, now))


def seal_history(house: House, now: datetime) -> dict[str, Any]:
    return dict(seal(house, now))


def compile_last_week(house: House, now: datetime) -> dict[str, Any]:
    from flows.editions import compile_edition

    monday = house.day_of(now) - timedelta(days=7)
    year, week, _ = monday.isocalendar()
    edition = compile_edition(house, f"{year}-W{week:02d}", SYSTEM, now)
    with writing(house.engine) as session:
        succeeded(session, "publish", now, {"week": edition.week})
    return {"week": edition.week}


def last_success(house: House, name: str) -> datetime | None:
    with reading(house.engine) as session:
        row = session.get(Sweep, name)
    return row.succeeded_at if row else None
