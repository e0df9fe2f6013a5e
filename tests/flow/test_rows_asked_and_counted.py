"""Rows 24 and 17 of DOMAIN's table: what became of a consultation (S 19), and the yearly figures (T 一)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, dispatched, open_desk, sealed
from support.pressroom import answered

from flows.annual import figures, workbook
from flows.solicitations import publish
from models.actions import solicitations as acts
from models.actions.hall_counts import enter_hall_count
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.solicitations import Result, public_solicitations, published_result
from models.tables.knowledge import HallCount, Solicitation
from models.tables.record import History, Outbox
from models.vocabulary import Adoption, Channel, Role

NOW = at("2026-03-10 10:00")
LATER = at("2026-03-21 10:00")
REASON = "该路段宽度不足，设单行线须先改造路口，已列入明年计划论证。"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=LATER) as opened:
        yield opened


@dataclass
class Asked:
    """A consultation whose results a unit's clerk writes."""

    desk: Desk
    number: int

    def do(self, act: Any, *given: Any, actor: Actor = CLERK) -> Any:  # noqa: ANN401
        with self.desk.writing() as session:
            return act(session, self.number, *given, actor, NOW)

    def said(self, opinion: str, heard: int = 1) -> int:
        return int(self.do(acts.add_opinion, opinion, heard).id)


@pytest.fixture
def asked(desk: Desk) -> Asked:
    with desk.writing() as session:
        row = acts.open_solicitation(
            session, "学府路停车方案（征求意见稿）", "housing_bureau", "拟在学府路东侧设置限时停车位 60 个。",
            date(2026, 3, 1), date(2026, 3, 20), CLERK, NOW,
        )  # fmt: skip
    return Asked(desk, row.id or 0)


def summed_up(asked: Asked) -> None:
    adopted, rejected = asked.said("夜间应免费停放。", 12), asked.said("学府路改为单行线。", 3)
    asked.do(acts.decide_opinion, adopted, Adoption.ADOPTED, "")
    asked.do(acts.decide_opinion, rejected, Adoption.REJECTED, REASON)
    asked.do(acts.sum_up, "通过网站和社区公告栏征集，收到意见 2 条，已逐条研究。")


def result_of(asked: Asked) -> Result:
    with reading(asked.desk.house.engine) as session:
        return published_result(session, asked.number)


def test_row_24_a_result_is_published_with_the_whole_the_adopted_and_the_reasons(asked: Asked) -> None:
    summed_up(asked)
    publish(asked.desk.house, asked.number, MODERATOR, LATER)
    result = result_of(asked)
    assert (len(result.opinions), result.people) == (2, 15)
    assert result.counts == {"adopted": 1, "rejected": 1}
    assert [o.reason for o in result.explained] == [REASON]
    assert [e.type for e in asked.desk.all(Outbox)] == ["solicitation.published"]
    assert "publish" in [h.action for h in asked.desk.all(History, subject="solicitation")]


def test_nothing_is_shown_before_it_is_published(asked: Asked) -> None:
    summed_up(asked)
    with pytest.raises(NotFound):
        result_of(asked)
    with reading(asked.desk.house.engine) as session:
        running, results = public_solicitations(session, date(2026, 3, 20))
        assert ([row.id for row in running], results) == ([asked.number], [])
        assert public_solicitations(session, date(2026, 3, 21)) == ([], [])


def test_a_rejected_opinion_needs_its_reason(asked: Asked) -> None:
    said = asked.said("学府路改为单行线。")
    for adoption in (Adoption.REJECTED, Adoption.PARTLY):
        with pytest.raises(BadInput, match="理由"):
            asked.do(acts.decide_opinion, said, adoption, " ")


def test_a_result_waits_for_the_last_day_and_for_every_opinion(asked: Asked) -> None:
    summed_up(asked)
    with pytest.raises(Conflict, match="截止"):
        publish(asked.desk.house, asked.number, MODERATOR, at("2026-03-20 17:00"))
    asked.said("路口增设减速带。")
    with pytest.raises(BadInput, match="1 条意见"):
        publish(asked.desk.house, asked.number, MODERATOR, LATER)


def test_who_wrote_a_result_does_not_publish_it_and_a_unit_publishes_nothing(asked: Asked) -> None:
    summed_up(asked)
    asked.do(acts.sum_up, "补充了收到意见的渠道。", actor=MODERATOR)
    for actor in (MODERATOR, CLERK, HEAD):
        with pytest.raises(NotAllowed):
            publish(asked.desk.house, asked.number, actor, LATER)
    publish(asked.desk.house, asked.number, REVIEWER, LATER)
    with pytest.raises(Conflict, match="已经公开"):
        asked.said("晚到的意见。")


def test_a_result_with_personal_data_is_not_published(asked: Asked) -> None:
    summed_up(asked)
    said = asked.said("住户身份证号 990101199001011234 提出延长时段。")
    asked.do(acts.decide_opinion, said, Adoption.ADOPTED, "")
    with pytest.raises(BadInput, match="身份证号"):
        publish(asked.desk.house, asked.number, MODERATOR, LATER)
    assert asked.desk.one(Solicitation).published_at is None


def test_another_units_consultation_does_not_exist_and_dates_must_follow(desk: Desk, asked: Asked) -> None:
    with pytest.raises(NotFound):
        asked.do(acts.add_opinion, "意见", 1, actor=Actor("lu", Role.UNIT, "transport_bureau"))
    with desk.writing() as session, pytest.raises(BadInput, match="早于"):
        acts.open_solicitation(
            session, "方案", "housing_bureau", "事项", date(2026, 3, 2), date(2026, 3, 1), CLERK, NOW
        )


def test_row_17_the_years_messages_are_counted_by_channel_domain_unit_and_month(desk: Desk) -> None:
    answered(desk)  # a call on 24 February
    desk.take(at("2026-02-28 23:59"), channel=Channel.BOARD)
    desk.take(at("2026-03-01 00:01"), channel=Channel.BOARD, plan=dispatched(domain="transport"))
    desk.take(at("2025-12-31 23:59"))
    desk.take(at("2026-01-01 00:00"))
    desk.take(at("2026-03-02 09:00"), plan=sealed())
    found = figures(desk.house, 2026)
    assert (found.whole.received, found.whole.answered) == (4, 1)
    assert found.whole.months[:4] == (1, 2, 1, 0)
    assert {line.code: line.received for line in found.by["channel"]} == {"hotline": 2, "board": 2}
    assert {line.code: line.received for line in found.by["domain"]} == {"housing": 3, "transport": 1}
    assert [line.code for line in found.by["unit"]] == ["housing_bureau"]
    for lines in found.by.values():
        assert sum(line.received for line in lines) == 4
    assert figures(desk.house, 2025).whole.months[11] == 1


def test_the_service_halls_count_stands_apart_and_can_be_corrected(desk: Desk) -> None:
    desk.take(at("2026-01-05 09:00"))
    for handled in (800, 882):
        with desk.writing() as session:
            enter_hall_count(session, 2026, 1, "housing_bureau", handled, MODERATOR, NOW)
    found = figures(desk.house, 2026)
    assert (found.whole.received, found.hall_handled) == (1, 882)
    assert desk.one(HallCount).handled == 882
    assert [h.detail["was"] for h in desk.all(History, subject="hall")] == [None, 800]
    with desk.writing() as session, pytest.raises(BadInput, match="月份"):
        enter_hall_count(session, 2026, 13, "housing_bureau", 1, MODERATOR, NOW)


def test_the_workbook_has_a_sheet_for_each_dimension_and_is_marked(desk: Desk) -> None:
    desk.take(at("2026-01-05 09:00"))
    book = load_workbook(io.BytesIO(workbook(desk.house, 2026)))
    assert book.sheetnames == ["按渠道", "按领域", "按主办单位", "按诉求类型", "按办理途径", "大厅办件"]
    for sheet in book.worksheets:
        assert "演示数据" in str(sheet["A1"].value)
    rows = list(book["按渠道"].iter_rows(min_row=2, values_only=True))
    assert rows[0][:3] == ("渠道", "1月", "2月")
    assert rows[1][0] == "热线来电"
    assert rows[2][0] == "合计"
    assert rows[2][13] == 1
