"""A desk that has been worked at: orders in every state that has a page of its own, a callback, a promise."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session
from support.desk import CLERK, HEAD, REVIEWER, Desk, sealed

from flows import answers
from models.actions import handling, replying
from models.actions.intake import take_in_batch
from models.database import writing
from models.inbound import Quarantined
from models.registration import Plan
from models.vocabulary import Channel, OrderStatus, Outcome

REPLY = "网友您好！经现场核实，楼道灯线路老化，情况属实。我局将于15个工作日内更换全部灯具。咨询电话：0300-8230001。"

_TRIAGE = Plan(
    domain="housing", kind="complaint", procedure="ordinary", urgency="urgent", status=OrderStatus.TRIAGE,
    triage_reasons=("领域把握未达自动采信标准（51.0%）",),
)  # fmt: skip


def live_in(desk: Desk) -> None:
    """Orders in every state that has a page of its own, a callback, a promise, a quarantined item."""
    house = desk.house
    early = house.now() - timedelta(days=4)
    desk.take(early, plan=_TRIAGE)
    desk.take(early, plan=sealed(), title="举报材料", text="反映某人收钱办事。")
    returned, answered, waiting = (desk.take(early, answered_on_the_spot=False, phone="19900001234") for _ in range(3))
    for order in (returned, answered, waiting):
        _do(desk, lambda s, i=order.id: handling.acknowledge(s, i, CLERK, early))
    _do(desk, lambda s: handling.ask_return(s, house.reckoner, returned.id, "不属本单位职责。", CLERK, early))
    for order in (answered, waiting):
        _do(desk, lambda s, i=order.id: replying.write_reply(s, i, REPLY, Outcome.PLANNED, CLERK, early))
        answers.sign_off(house, order.id or 0, HEAD, early)
    answers.approve(house, answered.id or 0, REVIEWER, early, override_note="情况属实。")
    broken = Quarantined(Channel.HOTLINE, "编号,\x00".encode(), "来电.csv 第 3 行", "缺少诉求内容。")
    take_in_batch(house.engine, house.blobs, [broken], house.secret, early)


def _do(desk: Desk, act: Callable[[Session], object]) -> None:
    with writing(desk.house.engine) as session:
        act(session)
