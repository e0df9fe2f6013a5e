"""更正紧急程度 on the order's page and in 审看: the select, what the machine found, the grounds in the history."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from support.desk import Desk, at, open_desk
from support.web import staffed, visiting

from models.registration import Plan
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus

CAME = at("2026-03-02T09:30")
HURRIED = Plan(
    domain="housing", kind="praise", procedure="ordinary", urgency="emergency", status=OrderStatus.TRIAGE,
    triage_reasons=("领域不明",),
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path, now=CAME) as desk, staffed(desk.house) as address:
        yield desk, address


def test_a_moderator_calms_an_order_and_a_supervisor_reads_why(place: tuple[Desk, str]) -> None:
    desk, address = place
    order = desk.take(CAME, plan=HURRIED)
    with desk.writing() as session:
        message = session.exec(select(Message).where(Message.order_id == order.id)).one()
        message.findings = {"urgency_reasons": ["安全隐患：“楼道灯坏”"]}
    page = f"/console/orders/{order.number}"
    with visiting(address, "shen") as visitor:
        told = visitor.get(page).text
        assert f'action="{page}/urgency"' in told
        assert "系统依据：安全隐患：“楼道灯坏”" in told
        assert f'action="{page}/urgency"' in visitor.get("/console/triage").text
        assert "至少选一项理由" in visitor.post(f"{page}/urgency", urgency="normal").text
        answer = visitor.post(f"{page}/urgency", urgency="normal", grounds=["none_said"], to="triage")
        assert "已办理：更正紧急程度" in answer.text
        assert "撤销更正紧急程度" in answer.text
    assert desk.one(WorkOrder, id=order.id).urgency == "normal"
    with visiting(address, "du") as visitor:
        read = visitor.get(page).text
        assert "紧急 → 一般：来件没有写明险情，系统误判" in read
        assert f'action="{page}/urgency"' not in read
        assert visitor.post(f"{page}/urgency", urgency="urgent", grounds=["danger"]).status_code == 403
