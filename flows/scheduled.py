"""The Prefect flows: thin, async, a handful of tasks; parameters are times and names, never a citizen's text.

Each calls a plain function that needs no Prefect; a run that dies leaves nothing undone, since the next
sweep works out what is due.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flows.prefect_setup import configure
from models.settings import settings

configure(settings())

from prefect import flow, task  # noqa: E402  (after its environment is set)
from prefect.cache_policies import NO_CACHE  # noqa: E402

from flows import sweeping  # noqa: E402
from flows.house import House  # noqa: E402


@contextmanager
def _house() -> Iterator[House]:
    """Anew for each run, so that a newly promoted model or an imported calendar is seen."""
    house = House(settings())
    try:
        yield house
    finally:
        house.engine.dispose()


def _moment(house: House, now: str | None) -> datetime:
    return datetime.fromisoformat(now) if now else house.now()


@task(name="步骤", task_run_name="{name}", persist_result=False, cache_policy=NO_CACHE)
async def step(name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG001  (shown as the name)
    """One sweep as a task; its counts are all that Prefect sees."""
    return await asyncio.to_thread(work)


@flow(name="collect", persist_result=False)
async def collect_flow(now: str | None = None) -> dict[str, Any]:
    """收取 HUIYIN_MAILBOX_SOURCES 里的信箱。"""
    with _house() as house:
        at = _moment(house, now)
        return await step("收取信箱", lambda: sweeping.collect_mailboxes(house, at))


@flow(name="work", persist_result=False)
async def work_flow(seconds: float = 60, messages: int = 2000) -> dict[str, Any]:
    """队列处理：一次运行看管一分钟或两千件，绝不一件一次。"""
    from flows.loop import work_for

    with _house() as house:
        return await asyncio.to_thread(work_for, house, seconds, messages)


@flow(name="chase", persist_result=False)
async def chase_flow(now: str | None = None) -> dict[str, Any]:
    """催办、办结、送达、封存。"""
    with _house() as house:
        at = _moment(house, now)
        chased = await step("催办", lambda: sweeping.chase_due(house, at))
        closed = await step("办结", lambda: sweeping.close_answered(house, at))
        sent = await step("送达", lambda: sweeping.deliver_due(house, at))
        sealed = await step("封存", lambda: sweeping.seal_history(house, at))
        return {"chased": chased, "closed": closed, "sent": sent, "sealed": sealed}


@flow(name="promises", persist_result=False)
async def promises_flow(now: str | None = None) -> dict[str, Any]:
    """核对承诺：给履行中的承诺补上时钟，数一数到期与超期；告知将到期的问答条目。"""
    with _house() as house:
        at = _moment(house, now)
        return await step("核对承诺", lambda: sweeping.daily_round(house, at))


@flow(name="opinion", persist_result=False)
async def opinion_flow(now: str | None = None) -> dict[str, Any]:
    """舆情：热度或类型达到本地标准的立项，交人研判。"""
    with _house() as house:
        at = _moment(house, now)
        return await step("比对舆情", lambda: sweeping.opinion_round(house, at))


@flow(name="publish", persist_result=False)
async def publish_flow(now: str | None = None) -> dict[str, Any]:
    """编上一周的草稿；发布须由人审核。"""
    with _house() as house:
        at = _moment(house, now)
        return await step("编选登", lambda: sweeping.compile_last_week(house, at))


@flow(name="erase", persist_result=False)
async def erase_flow(now: str | None = None) -> dict[str, Any]:
    """到期清除：已过保管期限、经两人办理的。"""
    from flows.retention import erase_due

    with _house() as house:
        at = _moment(house, now)
        return await step("到期清除", lambda: erase_due(house, at))


@flow(name="retrain", persist_result=False)
async def retrain_flow(now: str | None = None) -> dict[str, Any]:
    """重新训练，不比现在差才启用。"""
    from flows.retraining import retrain

    with _house() as house:
        at = _moment(house, now)
        return await step("重新训练", lambda: retrain(house, at))
