"""`/metrics` for Prometheus: counts from the record at the moment of asking. No names, no texts, no units' data."""

from collections.abc import Iterable, Iterator
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from console.api.problems import told_as
from console.api.queue_depth import QueueDepth
from flows.house import House
from flows.periods import SWEEP_PERIODS
from models.actions.tallies import tallies
from models.database import reading
from models.queries import status

_HELP: Final = {
    "messages": "Messages on record.",
    "work_orders": "Work orders on record.",
    "triage": "Orders that wait for a moderator.",
    "open": "Orders that are not answered or ended.",
    "overdue": "Open orders with a clock that ran out.",
    "promises": "Promises in the ledger.",
    "callbacks": "Callbacks owed or made.",
    "quarantined": "Source items that wait in quarantine.",
    "dead_letters": "Records that failed and were not replayed.",
    "undelivered": "Notifications waiting, under way or given up.",
}

_TOTALS: Final = {
    "batches": "Batches that the workers finished.",
    "seconds": "Seconds they took, from the taking to the commit.",
    "messages": "Messages that the workers judged.",
    "accepted": "Those of which the machine was sure enough to say so.",
}


class RecordCollector(Collector):
    """A record or a queue that is away is a metric too (`huiyin_up`), not a failed scrape."""

    def __init__(self, house: House, depth: QueueDepth) -> None:
        self._house, self._depth = house, depth

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the record when the registry is made."""
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("huiyin_up", "1 where the part answers.", labels=["part"])
        try:
            with reading(self._house.engine) as session:
                yield from list(self._record(session))
            up.add_metric(["database"], 1)
        except SQLAlchemyError:
            up.add_metric(["database"], 0)
        try:
            yield _gauge("huiyin_queued", "Records on the queue that are not done.", self._queued())
            up.add_metric(["queue"], 1)
        except Exception:  # noqa: BLE001  (whatever ails it, it is away)
            up.add_metric(["queue"], 0)
        yield up

    def _queued(self) -> int:
        depth = self._depth.ask()
        return depth.queued + depth.leased

    def _record(self, session: Session) -> Iterator[Metric]:
        now = self._house.now()
        for name, count in status.status_counts(session, now).items():
            yield _gauge(f"huiyin_{name}", _HELP[name], count)
        waiting, oldest = status.waiting_intake(session)
        yield _gauge("huiyin_intake_waiting", "Items taken in that the relay has not carried on.", waiting)
        age = (now - oldest).total_seconds() if oldest else 0.0
        yield _gauge("huiyin_intake_oldest_seconds", "How long the oldest of them has waited.", age)
        added = tallies(session)
        for name, told in _TOTALS.items():
            family = CounterMetricFamily(f"huiyin_worker_{name}", told)
            family.add_metric([], added.get(name, 0.0))
            yield family
        yield _labelled("huiyin_orders", "Orders by status.", "status", status.orders_by_status(session))
        yield _labelled("huiyin_deliveries", "Deliveries by state.", "state", status.deliveries_by_state(session))
        succeeded = {name: at.timestamp() for name, at in status.sweeps_succeeded(session).items()}
        yield _labelled("huiyin_sweep_succeeded_timestamp_seconds", "Last success.", "sweep", succeeded)
        periods = {name: period.total_seconds() for name, period in SWEEP_PERIODS.items()}
        yield _labelled("huiyin_sweep_period_seconds", "How often it should succeed.", "sweep", periods)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _labelled(name: str, told: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for code, value in sorted(values.items()):
        family.add_metric([code], value)
    return family


_KIND = CONTENT_TYPE_LATEST.partition(";")[0]


def router(house: House, depth: QueueDepth) -> APIRouter:
    registry = CollectorRegistry()
    registry.register(RecordCollector(house, depth))

    def metrics() -> Response:
        """Prometheus 指标：只有计数，没有来信内容。"""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    made = APIRouter(tags=["运行状况"])
    made.add_api_route("/metrics", metrics, methods=["GET"], summary="Prometheus 指标", response_class=Response,
                       responses={200: told_as("指标", {"type": "string"}, _KIND)})  # fmt: skip
    return made
