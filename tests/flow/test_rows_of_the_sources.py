"""What the source documents ask of messages (DOMAIN's table), row by row, walked as the office walks it."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from support.desk import at
from support.loop_desk import MATTERS, LoopDesk, open_loop, posts
from support.pressroom import EDITOR, STEPS
from support.web import clicked, enrol, serving, visiting

from flows.chasing import chase
from flows.deliveries import deliver
from flows.editions import compile_edition, publish_edition, review_edition
from models.database import reading
from models.queries.figures import by_unit
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.messages import Message
from models.tables.orders import Assignment, Reply, WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import Channel

HEARD = at("2026-02-24T10:00")
LIFT = {
    "title": "电梯故障", "time": "2026-02-24T09:00:00", "contact": "19900001234",
    "text": "全市都说要查电梯，学府花园3栋电梯三天两头困人，物业收了费却不修，请住建部门督促物业维修电梯。",
}  # fmt: skip
ANSWER = "网友您好！经现场核实，3栋电梯主板老化，情况属实。物业已更换主板，现已恢复运行。咨询电话：0300-8230001。"


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with everybody's account: hashing their passwords takes longer than a test."""
    folder = tmp_path_factory.mktemp("staffed")
    with open_loop(folder) as opened:
        enrol(opened.house)
    return (folder / "huiyin.db").read_bytes()


@pytest.fixture
def desk(tmp_path: Path, staffed: bytes) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        (tmp_path / "huiyin.db").write_bytes(staffed)
        opened.now = HEARD
        yield opened


def answered(address: str, number: str, answer: str = ANSWER) -> None:
    """签收、拟写、审签、审核: three people's clicks."""
    with visiting(address, "wu") as clerk, visiting(address, "zheng") as head, visiting(address, "hu") as reviewer:
        clicked(clerk, f"/unit/orders/{number}/acknowledge")
        clicked(clerk, f"/unit/orders/{number}/reply", text=answer, outcome="resolved")
        clicked(head, f"/unit/orders/{number}/sign-off")
        clicked(reviewer, f"/console/orders/{number}/approve", override_note="情况属实，同意答复")


def dispatched(address: str, number: str, lead: str = "housing_bureau", **more: object) -> None:
    with visiting(address, "shen") as moderator:
        clicked(moderator, f"/console/orders/{number}/dispatch", lead=lead, **more)


def tracked(address: str, message: Message) -> str:
    with visiting(address) as citizen:
        return clicked(citizen, "/track", code=message.query_code, last4=(message.phone or "")[-4:])


def letter(folder: Path) -> Path:
    folder.mkdir()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "citizen@example.org", "box@example.org", MATTERS[0][0]
    mail["Date"] = "Tue, 24 Feb 2026 09:00:00 +0800"
    mail.set_content(MATTERS[0][1])
    (folder / "1.eml").write_bytes(bytes(mail))
    return folder


def test_row_1_what_comes_by_mailbox_and_board_is_screened_and_every_piece_ends_in_an_answer(
    desk: LoopDesk, tmp_path: Path
) -> None:
    desk.collect(Channel.MAILBOX, letter(tmp_path / "box"))
    court = LIFT | {"id": "B2", "title": "判决不公", "text": "法院判决不公，我要求市政府推翻这个判决，重新判。"}
    desk.collect(Channel.BOARD, desk.lines("board.jsonl", [LIFT | {"id": "B1"}, court]))
    desk.work()
    orders = {m.external_id: desk.one(WorkOrder, id=m.order_id).number for m in desk.all(Message, channel="board")}
    assert {o.channel for o in desk.all(WorkOrder)} == {"mailbox", "board"}
    assert desk.open_without_clock() == []
    with serving(desk.house) as address:
        dispatched(address, orders["B1"])
        with visiting(address, "shen") as moderator:
            path = f"/console/orders/{orders['B2']}/decline"
            assert moderator.post(path, reason="已由法院判决", ground=" ", proper_channel="上级法院").status_code == 422
            clicked(moderator, path, reason="已由法院判决", ground="诉讼事项不予受理", proper_channel="上一级人民法院")
        answered(address, orders["B1"])
        said = {m.external_id: tracked(address, m) for m in desk.all(Message, channel="board")}
    assert "已更换主板" in said["B1"]
    assert all(word in said["B2"] for word in ("已由法院判决", "诉讼事项不予受理", "上一级人民法院"))


def test_row_8_and_22_a_late_unit_is_reminded_supervised_and_named_only_under_a_signature(desk: LoopDesk) -> None:
    """催办 → 督办 → 通报: figures come from the record, the unit's answer is checked, and good work is praised too."""
    desk.collect(Channel.BOARD, desk.lines("board.jsonl", [LIFT | {"id": "B1"}]))
    desk.work()
    number = desk.one(WorkOrder).number
    with serving(desk.house) as address:
        dispatched(address, number)
        for day in ("03-04", "03-06", "03-10", "03-12"):
            desk.now = at(f"2026-{day}T09:00")
            chase(desk.house, desk.now)
            deliver(desk.house, desk.now)
        draft = next(i for i in desk.all(Instruction) if i.kind == "circular" and i.stage == "handle")
        paper = {"matter": draft.matter, "demand": draft.demand, "feedback_due": "2026-03-16", "contact": "督查室"}
        with visiting(address, "du") as leader, visiting(address, "wu") as clerk:
            assert draft.matter not in clerk.get("/unit/supervision").text
            clicked(leader, f"/console/supervision/{draft.id}/issue", **paper)
            assert "望政督〔2026〕1号" in clerk.get("/unit/supervision").text
            clicked(clerk, f"/unit/supervision/{draft.id}/answer", text="备件3月13日到货，当日修复。")
            clicked(leader, f"/console/supervision/{draft.id}/verify", verdict="情况属实")
            clicked(leader, "/console/supervision", kind="praise", unit="transport_bureau", matter="回电及时",
                    demand="通报表扬")  # fmt: skip
    assert desk.one(Instruction, id=draft.id).status == "closed"
    assert desk.one(Instruction, kind="praise").status == "draft"
    with reading(desk.house.engine) as session:
        [figures] = [f for f in by_unit(session, desk.now) if f.unit == "housing_bureau"]
    assert (figures.in_time.count, figures.in_time.of, figures.overdue) == (0, 1, 1)


def test_row_13_the_place_decides_within_a_domain_and_who_governs_it_leads(desk: LoopDesk) -> None:
    rows = [
        LIFT | {"id": "district", "title": "楼顶漏水", "text": "荷苑小区5栋楼顶漏水半年，物业不修，请住建部门督促。"},
        LIFT | {"id": "city", "title": MATTERS[3][0], "text": MATTERS[3][1]},
    ]
    desk.collect(Channel.BOARD, desk.lines("board.jsonl", rows))
    desk.work()
    offered = {m.external_id: m.findings["suggestion"] for m in desk.all(Message)}
    assert (offered["district"]["lead"], offered["district"]["rule"]) == ("qinghe_housing", "虚构属地清单")
    assert (offered["city"]["lead"], offered["city"]["rule"]) == ("labour_bureau", "虚构三定方案")


def test_row_19_all_channels_stand_in_one_queue_and_the_open_interface_is_one_of_them(
    desk: LoopDesk, tmp_path: Path
) -> None:
    desk.collect(Channel.MAILBOX, letter(tmp_path / "box"))
    desk.collect(Channel.BOARD, desk.board(1))
    desk.collect(Channel.OPINION, desk.lines("opinion.jsonl", posts(1)))
    call = tmp_path / "来电.csv"
    call.write_text(f"工单编号,来电时间,诉求内容,联系电话\nR1,2026-02-24 09:00,{MATTERS[1][1]},19900001235\n")
    desk.collect(Channel.HOTLINE, call)
    with serving(desk.house) as address, visiting(address) as citizen, visiting(address, "shen") as moderator:
        clicked(citizen, "/send", title=MATTERS[4][0], text=MATTERS[4][1], phone="19900001236")
        said = {"service_code": "transport", "description": MATTERS[4][1], "phone": "19900001237"}
        token = citizen.client.post("/open311/v2/requests.json", data=said).json()[0]["token"]
        sent = citizen.client.post("/api/messages", json={"text": MATTERS[2][1], "phone": "19900001238"})
        desk.work()
        known = citizen.get(f"/open311/v2/tokens/{token}.json").json()[0]["service_request_id"]
        listed = moderator.get("/console/orders").text
    assert sent.status_code == 202
    assert {o.channel for o in desk.all(WorkOrder)} >= {"mailbox", "board", "opinion", "hotline", "web", "open311"}
    assert all(order.number in listed for order in desk.all(WorkOrder))
    assert known in listed


def test_row_20_every_stage_has_its_holder_its_limit_and_the_rule_that_sets_it(desk: LoopDesk) -> None:
    desk.collect(Channel.BOARD, desk.lines("board.jsonl", [LIFT | {"id": "B1"}]))
    desk.work()
    number = desk.one(WorkOrder).number
    with serving(desk.house) as address:
        dispatched(address, number)
        answered(address, number)
        with visiting(address, "shen") as moderator:
            page = moderator.get(f"/console/orders/{number}").text
    clocks = {c.stage: c for c in desk.all(Clock, subject="order")}
    assert {"acknowledge", "handle", "review"} <= set(clocks)
    assert (clocks["handle"].unit, clocks["review"].unit) == ("housing_bureau", "citizen_centre")
    assert all(c.stopped_at and c.due_at > c.started_at for c in clocks.values())
    basis = desk.one(DeadlineBasis, id=clocks["handle"].basis_id)
    assert (basis.source, [s["date"] for s in basis.steps if s["counted"]][-1]) == (
        "虚构办理规程",
        "2026-02-26",  # 加急: two workdays
    )
    assert all(word in page for word in ("签收", "办理", "虚构办理规程"))


def test_row_23_a_consultation_is_asked_for_its_basis_and_a_complaint_for_facts_and_result(desk: LoopDesk) -> None:
    asked = LIFT | {"id": "ask", "title": MATTERS[5][0], "text": MATTERS[5][1]}
    desk.collect(Channel.BOARD, desk.lines("board.jsonl", [LIFT | {"id": "complain"}, asked]))
    desk.work()
    needed = {}
    with serving(desk.house) as address:
        for message in desk.all(Message):
            order = desk.one(WorkOrder, id=message.order_id)
            dispatched(address, order.number)
            with visiting(address, "wu") as clerk, visiting(address, "zheng") as head:
                clicked(clerk, f"/unit/orders/{order.number}/acknowledge")
                clicked(clerk, f"/unit/orders/{order.number}/reply", text="网友您好！情况已知悉。", outcome="explained")
                clicked(head, f"/unit/orders/{order.number}/sign-off")
            gate = desk.one(Reply, order_id=order.id).gate
            needed[order.kind] = {check["name"] for check in gate if check["needed"]}
            with visiting(address, "hu") as reviewer:
                refused = reviewer.post(f"/console/orders/{order.number}/approve")
            assert refused.status_code == 403
            assert "质量检查" in refused.text
    assert set(needed) == {"consultation", "complaint"}
    assert needed["consultation"] != needed["complaint"]


def test_row_28_a_proposals_answer_is_published_with_consent_and_after_its_reviews(
    desk: LoopDesk, tmp_path: Path
) -> None:
    desk.now = at("2026-02-24T10:00")
    with serving(desk.house) as address, visiting(address, "shen") as moderator:
        given = {"channel": "proposal", "title": "关于老旧小区电梯更新的建议", "text": LIFT["text"], "may_publish": "1"}
        assert "已登记" in clicked(moderator, "/console/entry", **given)
        desk.work()
        order = desk.one(WorkOrder, channel="proposal")
        if order.status == "triage" or order.lead_unit != "housing_bureau":
            dispatched(address, order.number)
        answered(address, order.number)
    later = at("2026-03-02T10:00")
    compiled = compile_edition(desk.house, "2026-W09", EDITOR, later).items
    assert [item.order_id for item in compiled] == [order.id]
    for step, reviewer in STEPS:
        review_edition(desk.house, "2026-W09", step, approved=True, note=None, actor=reviewer, now=later)
    done = publish_edition(desk.house, "2026-W09", tmp_path / "out", EDITOR, later, approve=True)
    assert (done["status"], done["items"]) == ("published", 1)
    with serving(desk.house) as address, visiting(address) as anyone:
        page = anyone.get("/editions/2026-W09").text
    assert "恢复运行" in page
    assert "0300-8230001" in page


def test_row_32_a_correction_of_the_website_has_its_own_channel_and_its_way_to_an_answer(desk: LoopDesk) -> None:
    with serving(desk.house) as address:
        with visiting(address, "shen") as moderator:
            text = "市政府网站上住建局的办公电话是空号，请更正网页内容。"
            given = {"channel": "site", "title": "网站电话有误", "text": text, "phone": "19900001234"}
            assert "已登记" in clicked(moderator, "/console/entry", **given)
        desk.work()
        order, message = desk.one(WorkOrder), desk.one(Message)
        assert order.channel == "site"
        dispatched(address, order.number)
        answered(
            address, order.number, "网友您好！经核实，网页上的电话确已停用，现已更正为0300-8230001。感谢您的指正。"
        )
        assert "现已更正" in tracked(address, message)
    assert desk.one(Assignment, part="lead", ended_at=None).unit == "housing_bureau"
