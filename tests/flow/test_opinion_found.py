"""Feed items become opinion cases when heat or kind says so, however late the heat comes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import at
from support.loop_desk import LoopDesk, open_loop
from support.opinion_desk import BUS, HEARD, told

from flows.opinion_finding import find_cases
from models.tables.messages import Message
from models.tables.opinion import OpinionCase, OpinionItem
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, Kind

LAMP = {"title": "路灯", "text": "荷苑小区门口的路灯坏了半个月，请维修。"}


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, database_url=database_url, now=HEARD) as opened:
        yield opened


def test_heat_or_kind_makes_a_case_once_with_its_reasons_and_more_of_it_joins(desk: LoopDesk) -> None:
    same = {f"p{n}": {"text": f"{BUS}（第{n}位）", "likes": 60} for n in range(4)}
    told(desk, **same, loud={"title": "路灯", "text": "荷苑小区门口的路灯坏了半个月，请维修。", "likes": 900},
         quiet={"title": "学区", "text": "孩子九月上小学，滨禾名邸划到哪所学校的学区？"})  # fmt: skip
    assert find_cases(desk.house, desk.now) == {"opened": 2, "joined": 0}
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 0}
    why = {case.title: case.why[0] for case in desk.all(OpinionCase)}
    assert "热度" in why["10路公交"]
    assert "互动900次" in why["路灯"]
    hot = desk.one(OpinionCase, title="10路公交")
    assert (hot.status, hot.grade, hot.truth) == ("found", None, "doubtful"), "网传 is a doubt, and no more than that"
    desk.now = at("2026-02-24T11:00")
    told(desk, p9={"text": f"{BUS}（又一位）", "time": "2026-02-24T10:30:00"})
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 1}
    assert len(desk.all(OpinionItem, case_id=hot.id)) == 5


def test_a_post_that_grows_loud_after_it_was_first_read_is_a_case_then(desk: LoopDesk) -> None:
    told(desk, lamp={**LAMP, "likes": 12})
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 0}
    told(desk, lamp={**LAMP, "likes": 700, "dislikes": 150})
    told(desk, lamp={**LAMP, "likes": 30})  # an older copy of the feed takes nothing back
    row = desk.one(Message)
    assert (row.likes, row.dislikes) == (700, 150)
    assert len(desk.all(WorkOrder)) == 1
    assert find_cases(desk.house, desk.now) == {"opened": 1, "joined": 0}
    assert "互动850次" in desk.one(OpinionCase).why[0]


def test_posts_that_are_quiet_alone_are_a_case_when_their_topic_grows_hot(desk: LoopDesk) -> None:
    posts = {f"p{n}": {"text": f"{BUS}（第{n}位）", "likes": 1} for n in range(3)}
    told(desk, **posts)
    assert find_cases(desk.house, desk.now) == {"opened": 0, "joined": 0}
    told(desk, **{name: {**post, "likes": 90} for name, post in posts.items()})
    assert find_cases(desk.house, desk.now) == {"opened": 1, "joined": 0}
    assert "热度" in desk.one(OpinionCase).why[0]
    assert len(desk.all(OpinionItem)) == 3


def test_the_kind_of_the_matter_is_enough_without_any_heat_and_only_in_the_feed(desk: LoopDesk) -> None:
    food = "在塘尾菜市场旁的超市买到过期变质的牛奶，孩子喝了拉肚子，请市场监管部门查处。"
    told(desk, milk={"title": "过期食品", "text": food})
    told(desk, Channel.BOARD, eggs={"title": "食品变质", "text": f"{food}（另一位）"})
    desk.house.profile.opinion.kinds.append(Kind.REQUEST)
    told(desk, lamp=LAMP)
    lamp = next(order for order in desk.all(WorkOrder) if order.title == "路灯")
    lamp.kind = Kind.REQUEST.value
    with desk.writing() as session:
        session.add(lamp)
    assert find_cases(desk.house, desk.now)["opened"] == 2
    why = {case.title: "；".join(case.why) for case in desk.all(OpinionCase)}
    assert "重点领域" in why["过期食品"]
    assert "类型为“求助”" in why["路灯"]
    assert len(desk.all(OpinionItem)) == 2
