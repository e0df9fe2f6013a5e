"""Orders and instructions of which papers are printed."""

import io
from datetime import timedelta

from docx import Document
from support.desk import CLERK, HEAD, Desk, at

from flows import papers
from models.actions import handling, replying, supervising
from models.actions.supervising import Wording
from models.actors import Actor
from models.tables.orders import WorkOrder
from models.vocabulary import InstructionKind, Outcome, Role

CAME = at("2026-03-02T10:00")
NOW = at("2026-03-05T15:00")
DU, LEADER = Actor("du", Role.SUPERVISOR), Actor("gu", Role.SUPERVISOR)
SAID = "荷苑小区 3 栋楼道灯坏了三周没人修，老人摔倒过一次。"


def answered(desk: Desk, **said: object) -> WorkOrder:
    """An order whose unit has written and signed its reply."""
    told = {
        "text": SAID,
        "title": "楼道灯",
        "sender_name": "陈小雨",
        "phone": "19900001234",
        "region_hint": "荷苑小区",
    } | said
    order = desk.take(CAME, **told)
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, CAME + timedelta(hours=1))
        replying.write_reply(session, order.id or 0, "已更换声控灯 6 盏，现场验收合格。", Outcome.RESOLVED, CLERK, NOW)
        replying.sign_off(session, desk.house.reckoner, order.id or 0, [], HEAD, NOW)
    return order


def issued(desk: Desk, kind: InstructionKind, order: WorkOrder | None = None) -> int:
    asked = Wording(
        "楼道灯三周未修。", "三日内修复并书面说明原因。", NOW.date() + timedelta(days=6), "督查室 19900000102"
    )
    with desk.writing() as session:
        row = supervising.draft(session, desk.house.reckoner, kind, "housing_bureau", asked, DU, NOW,
                                order_id=order.id if order else None)  # fmt: skip
        supervising.issue(session, desk.house.reckoner, row.id or 0, asked, LEADER, NOW)
        return row.id or 0


def text_of(printed: papers.Printed) -> str:
    document = Document(io.BytesIO(printed.content))
    page = document.sections[0]
    return "".join(str(part.xpath("string()")) for part in
                   (document.element.body, page.header._element, page.footer._element))  # fmt: skip
