"""Prefect's automation for runs that died with their worker: without a heartbeat they are marked as crashed.

Prefect makes none by itself; without it such a run stands as running for ever. Nothing else hangs on it: the next
sweep does what was left, and Prefect's place of a run that is one at a time is free again when its lease ends.
`python -m flows.unheard` once for a server; again does no harm.
"""

import asyncio
import logging
from datetime import timedelta

from flows.prefect_setup import configure
from models.settings import settings

NAME = "标记失联的运行"
SILENCE = timedelta(minutes=2)  # four heartbeats (PREFECT_FLOWS_HEARTBEAT_FREQUENCY, flows/prefect_setup.py)
_ALIVE = "prefect.flow-run.heartbeat"
_STARTED = "prefect.flow-run.Running"
_ENDED = tuple(f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed"))

log = logging.getLogger("huiyin.scheduler")


async def watch() -> bool:
    """Make the automation where the server has none of its name; whether it was made now."""
    from prefect.automations import Automation
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    try:
        await Automation.aread(name=NAME)
    except ValueError:
        await Automation(
            name=NAME,
            description="两分钟没有心跳的运行记为崩溃；没做完的事由下一次扫描补上。",
            trigger=EventTrigger(
                after={_STARTED, _ALIVE}, expect={_ALIVE, *_ENDED}, posture=Posture.Proactive, threshold=1,
                match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
                for_each={"prefect.resource.id"}, within=SILENCE,
            ),
            actions=[ChangeFlowRunState(name=None, state=StateType.CRASHED, message="没有心跳", force=False)],
        ).acreate()  # fmt: skip
        return True
    return False


def main() -> None:
    configure(settings())
    log.info("自动规则“%s”%s", NAME, "已建立" if asyncio.run(watch()) else "已在")


if __name__ == "__main__":
    main()
