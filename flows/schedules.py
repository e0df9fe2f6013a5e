"""When things happen: names, cron lines in Asia/Shanghai. `prefect.yaml` says the same (a test keeps them in step)."""

from dataclasses import dataclass

TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`flow`: the function in flows/scheduled.py."""

    name: str
    flow: str
    cron: str
    description: str


SCHEDULES: tuple[Schedule, ...] = (
    Schedule("collect", "collect_flow", "*/5 * * * *", "收取信箱来件"),
    Schedule("chase", "chase_flow", "*/15 * * * *", "催办到期事项，送出通知"),
    Schedule("promises", "promises_flow", "30 8 * * *", "核对承诺期限"),
    Schedule("opinion", "opinion_flow", "*/30 * * * *", "比对舆情热点"),
    Schedule("publish", "publish_flow", "0 9 * * 1", "编上一周的《选登》草稿"),
    Schedule("erase", "erase_flow", "30 2 * * *", "清除已过保管期限且经批准的来件"),
    Schedule("retrain", "retrain_flow", "0 3 * * 0", "用更正过的来件重新训练"),
)
