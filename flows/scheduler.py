"""The scheduler process of the embedded form: serves the deployments of flows/schedules.py to Prefect's own server."""

import asyncio
import logging
import time
import warnings
from collections.abc import Callable

from flows.prefect_setup import answers, configure
from flows.schedules import SCHEDULES, TIMEZONE
from models.settings import settings

_PATIENCE_SECONDS = 120

log = logging.getLogger("huiyin.scheduler")


def wait_for(api_url: str, seconds: float = _PATIENCE_SECONDS) -> bool:
    """Whether Prefect's server answers within the time; it takes 6–12 s to start."""
    end = time.monotonic() + seconds
    while not (there := answers(api_url)) and time.monotonic() < end:
        time.sleep(0.5)
    return there


def _watch(make: Callable[[], object]) -> None:
    try:
        make()
    except Exception as error:  # noqa: BLE001  (the schedules matter more than what Prefect shows of the dead)
        log.warning("Prefect 的自动规则没有建立：%s", type(error).__name__)


def main() -> None:
    environment = configure(settings())
    if not wait_for(environment["PREFECT_API_URL"]):
        raise SystemExit("Prefect 服务没有在两分钟内启动，定时任务暂由处理进程代行。")
    from prefect import serve
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows import scheduled, unheard

    _watch(lambda: asyncio.run(unheard.watch()))
    deployments = [
        getattr(scheduled, each.flow).to_deployment(
            each.name, schedules=[Cron(each.cron, timezone=TIMEZONE)], description=each.description,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for each in SCHEDULES
    ]  # fmt: skip
    # Prefect's runner, asked to end, may say this of itself; it ends all the same.
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    # Schedules must live on through a restart: Prefect would pause them on shutdown.
    serve(*deployments, pause_on_shutdown=False, print_starting_message=False, limit=2)


if __name__ == "__main__":
    main()
