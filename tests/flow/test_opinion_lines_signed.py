"""A case's line (口径; rows 5, 18, 30): written, checked, signed, released; its promise is kept, its report drafted."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from support.desk import MODERATOR, at
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import HEARD, POINTS, SUPERVISOR, WEB, graded, opened, running, to_signature, told
from support.web import clicked, staffed, visiting

from flows.ledger_public import shown_promises
from models.actions import promise_public, promises
from models.actors import Actor
from models.promise_words import PromiseState
from models.tables.ledger import Promise
from models.tables.opinion import OpinionCase, OpinionLine
from models.vocabulary import Role


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, now=HEARD) as opened:
        yield opened


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[tuple[LoopDesk, str]]:
    """The same room on each kind of database."""
    with open_loop(tmp_path, database_url=database_url, now=HEARD) as desk, staffed(desk.house) as address:
        yield desk, address


@pytest.fixture
def office(desk: LoopDesk) -> Iterator[tuple[LoopDesk, str]]:
    with staffed(desk.house) as address:
        yield desk, address


def test_row_30_a_line_is_settled_signed_and_released_again_until_closed_and_its_promise_stands_in_the_ledger(
    either: tuple[LoopDesk, str],
) -> None:
    desk, address = either
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        graded(officer, "major", "interests")
        assert officer.post("/console/opinion/1/close", why="已回应").status_code == 409
        to_signature(officer, unit, 1)
        assert officer.post("/console/opinion/1/lines/1/sign").status_code == 403
        assert officer.post("/console/opinion/1/lines/1/release", **WEB).status_code == 409
        clicked(leader, "/console/opinion/1/lines/1/sign")
    desk.now = at("2026-02-24T13:00")
    with visiting(address, "yu") as officer:
        clicked(officer, "/console/opinion/1/lines/1/release", **WEB, next_due="2026-02-24T20:00")
        assert set(running(desk)) == {"opinion_conference", "opinion_follow"}
        assert running(desk)["opinion_follow"].due_at == at("2026-02-24T20:00")
        kept = desk.one(Promise, source="opinion_release")
        assert (kept.unit, str(kept.due), kept.state) == ("transport_bureau", "2026-03-10", "to_confirm")
        assert kept.published_url == WEB["url"]
    desk.now = at("2026-02-24T17:00")
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        to_signature(officer, unit, 2, result="接驳车已投入运行，施工进展每日公布。")
        clicked(leader, "/console/opinion/1/lines/2/sign")
        clicked(officer, "/console/opinion/1/lines/2/release", **WEB, last="true")
        assert officer.post("/console/opinion/1/close", why="已回应").status_code == 409, "a conference is owed"
        held = {"held_at": "2026-02-24T16:00", "what": "副局长主持，直播网址见发布。"}
        clicked(officer, "/console/opinion/1/conference", **held)
        assert not running(desk)
        clicked(officer, "/console/opinion/1/close", why="已恢复正常，热度消退。")
        assert officer.post("/console/opinion/1/evaluate", effect="好").status_code == 403
        page = clicked(leader, "/console/opinion/1/evaluate", effect="公众理解，未再扩散。")
        assert "新闻发布会按时" in page
    case = desk.one(OpinionCase)
    assert case.status == "evaluated"
    assert case.evaluation == {
        "effect": "公众理解，未再扩散。", "lessons": "", "releases": 2,
        "timely": {"opinion_first": True, "opinion_conference": True},
    }  # fmt: skip


def test_row_5_a_promise_of_a_release_is_kept_in_the_ledger_checked_and_shown_where_it_was_made(
    either: tuple[LoopDesk, str],
) -> None:
    desk, address = either
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader, visiting(address, "lu") as unit:
        graded(officer, "ordinary")
        to_signature(officer, unit, 1)
        clicked(leader, "/console/opinion/1/lines/1/sign")
        clicked(officer, "/console/opinion/1/lines/1/release", **WEB)
        signed = officer.get("/console/opinion/1/lines/1/paper.docx")
    paper = Document(io.BytesIO(signed.content))
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert {POINTS["facts"], WEB["outlet"], WEB["url"]} <= set(cells)
    assert paper.sections[0].header.paragraphs[0].text == "演示数据"
    kept = desk.one(Promise, source="opinion_release")
    reckoner, promise, now = desk.house.reckoner, kept.id or 0, desk.now
    with desk.writing() as session:
        promises.confirm_promise(session, reckoner, promise, MODERATOR, now)
    with desk.writing() as session:
        row = promise_public.propose_public(session, promise, kept.text, MODERATOR, now, hidden=False)
        promise_public.approve_public(session, promise, row.version, True, SUPERVISOR, now)
    with desk.writing() as session:
        promises.report_promise(session, promise, "已如期完成。", Actor("lu", Role.UNIT, "transport_bureau"), now)
    with desk.writing() as session:
        promises.close_promise(session, promise, PromiseState.KEPT, None, SUPERVISOR, now)
    [shown] = shown_promises(desk.house)
    assert (shown.state, shown.published_where, shown.published_url, shown.published_at) == (
        "kept", WEB["outlet"], WEB["url"], now,
    )  # fmt: skip


def test_a_line_without_its_three_points_or_with_private_data_or_a_rumour_unproved_is_not_signed(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={})
    opened(desk)
    with visiting(address, "yu") as officer, visiting(address, "lu") as unit:
        graded(officer, "ordinary")
        assert officer.post("/console/opinion/1/lines", **(POINTS | {"result": " "})).status_code == 422
        clicked(officer, "/console/opinion/1/lines", **(POINTS | {"result": "已办。"}))
        clicked(officer, "/console/opinion/1/lines/1/consult", units=["transport_bureau"])
        silent = officer.post("/console/opinion/1/lines/1/submit")
        assert "处置结果" in silent.text
        for wrong, why in (
            ({"facts": "来电人手机19900001234，已经联系核实。"}, "个人信息（手机号"),
            ({"facts": "发帖人小雨反映的绕行情况属实，已说明。"}, "个人信息（来件人的姓名"),
            ({"facts": "网上所传停运消息纯属谣言，请勿相信。"}, "查明结论"),
        ):
            clicked(officer, "/console/opinion/1/lines/1/revise", **(POINTS | wrong))
            clicked(officer, "/console/opinion/1/lines/1/consult", units=["transport_bureau"])
            clicked(unit, "/unit/opinion/1/lines/1/say", agrees="true")
            refused = officer.post("/console/opinion/1/lines/1/submit")
            assert refused.status_code == 422
            assert why in refused.text
    assert desk.one(OpinionLine).status == "consulting"


def test_row_18_the_report_is_drafted_from_the_record_confirmed_by_a_leader_and_sent(
    office: tuple[LoopDesk, str],
) -> None:
    desk, address = office
    told(desk, p1={"likes": 40, "source": "望溪论坛（虚构）"}, p2={"time": "2026-02-23T20:00:00"})
    opened(desk)
    at_report = "/console/opinion/reports/1"
    with visiting(address, "yu") as officer, visiting(address, "ling") as leader:
        graded(officer, "major", "interests")
        page = clicked(officer, "/console/opinion/1/reports")
        for word in (
            "性质",
            "走势",
            "可能的风险",
            "预控处置意见",
            "相关来件2条",
            "重大舆情",
            "未经审定不得报送",
            "<svg",
        ):
            assert word in page, word
        assert officer.post(f"{at_report}/send", to="市政府").status_code == 409
        text = {"nature": "属交通出行。", "trend": "平稳。", "risks": "1. 扩散。", "advice": "1. 发布。"}
        clicked(officer, f"{at_report}/edit", **text)
        assert officer.post(f"{at_report}/confirm").status_code == 403
        clicked(leader, f"{at_report}/confirm")
        assert officer.post(f"{at_report}/edit", **text).status_code == 409
        clicked(officer, f"{at_report}/send", to="市委宣传部")
        word = officer.get(f"{at_report}/docx")
        html = officer.get(at_report).text
    paper = Document(io.BytesIO(word.content))
    said = "\n".join(p.text for p in paper.paragraphs)
    for line in (
        "一、性质",
        "二、走势",
        "三、可能的风险",
        "四、预控处置意见",
        "审定：舆情分管领导ling",
        "报送：市委宣传部",
    ):
        assert line in said, line
    assert len(paper.inline_shapes) == 1
    assert paper.sections[0].header.paragraphs[0].text == "演示数据"
    assert "发帖人小雨" not in said + html
