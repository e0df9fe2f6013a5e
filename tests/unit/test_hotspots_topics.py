"""Messages about one matter at one place become one topic; the hotter stands first."""

from datetime import datetime, timedelta
from time import process_time

import pytest

from classifiers.hotspots import HotText, hot_text, hotspot_rows, hotspots
from classifiers.times import SHANGHAI
from models.errors import BadInput

START = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)
DUMP = [
    ("柳岸花园旁边的搅拌站噪音扰民", "柳岸花园附近新建的搅拌站每天半夜施工，噪音和灰尘让人睡不着。"),
    ("投诉柳岸花园附近搅拌站灰尘污染", "搅拌站离柳岸花园不到五十米，灰尘很大，孩子咳嗽。"),
    ("柳岸花园小区外搅拌站夜间噪音", "搅拌站夜间装卸噪音扰民，柳岸花园几百户受影响。"),
    ("请求搬走柳岸花园边的搅拌站", "柳岸花园业主强烈要求搬走搅拌站，灰尘噪音太大。"),
]
LIFT = [
    ("翠竹苑电梯又停运", "翠竹苑3栋电梯停运一周，老人下不了楼。"),
    ("翠竹苑3栋电梯经常坏", "翠竹苑电梯三天两头停运，维修基金用不上。"),
]
SCHOOL_BUS = ("双井镇没有校车", "双井镇的学生上学要走五公里，希望开通校车。")
OTHER_DUMP = ("石湖县搅拌站污水直排", "石湖县云台乡的搅拌站把泥浆排进河里，河水发白。")


def told(pairs: list[tuple[str, str]], first: int = 0) -> list[HotText]:
    return [
        HotText(f"m{first + n}", title, text, START + timedelta(days=n), likes=n)
        for n, (title, text) in enumerate(pairs)
    ]


def test_one_matter_at_one_place_is_one_topic_and_the_loudest_stands_first() -> None:
    topics = hotspots([*told(LIFT, 10), *told(DUMP), *told([SCHOOL_BUS], 20), *told([OTHER_DUMP], 30)], 3)
    assert [topic.rank for topic in topics] == [1, 2, 3]
    assert topics[0].ids == ["m0", "m1", "m2", "m3"]
    assert topics[1].ids == ["m10", "m11"]
    assert "搅拌站" in topics[0].title
    assert "柳岸花园" in topics[0].place
    assert (topics[0].from_, topics[0].to) == (START.date(), (START + timedelta(days=3)).date())
    assert topics[0].heat > topics[1].heat > topics[2].heat


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [*told(LIFT, 10), *told(DUMP)]
    assert hotspots(rows, 5) == hotspots(rows[::-1], 5)


def test_votes_heat_a_topic() -> None:
    quiet, voted = told([SCHOOL_BUS], 1)[0], told([OTHER_DUMP], 2)[0]
    loud = HotText(voted.id, voted.title, voted.text, voted.time, likes=500)
    assert hotspots([quiet, loud], 1)[0].ids == [voted.id]


def test_nearly_the_same_words_are_one_topic_wherever_the_dictionary_cuts_them() -> None:
    posts = [
        ("学府路路灯", "书院街道学府路路灯坏了"),
        ("学府路路灯不亮", "书院街道学府路路灯不亮"),
        ("学府路没有路灯", "书院街道学府路路灯一直不亮"),
    ]
    assert hotspots(told(posts), 5)[0].ids == ["m0", "m1", "m2"]


def test_another_matter_at_the_same_place_is_another_topic() -> None:
    school = [
        ("柳岸花园配套幼儿园收费太高", "柳岸花园小区的幼儿园学费一年涨三次，保教费没有公示。"),
        ("柳岸花园幼儿园乱收保教费", "柳岸花园幼儿园保教费没有公示，学费涨得太快。"),
    ]
    found = [topic.ids for topic in hotspots([*told(DUMP), *told(school, 10)], 5)]
    assert found == [["m0", "m1", "m2", "m3"], ["m10", "m11"]]


def test_the_title_has_no_form_of_a_letter_and_the_place_is_the_most_exact() -> None:
    posts = [
        ("投诉青禾区学府路金桂苑小区夜间施工的问题", "青禾区学府路金桂苑小区旁边工地夜间施工，吵得人睡不着。"),
        ("反映金桂苑小区旁工地夜间施工扰民", "金桂苑小区旁边的工地每天夜间施工扰民。"),
    ]
    topic = hotspots(told(posts), 1)[0]
    assert not topic.title.startswith(("投诉", "反映"))
    assert topic.place == "青禾区金桂苑"


def test_nothing_in_gives_nothing_out() -> None:
    assert hotspots([], 10) == []


def test_the_work_grows_with_the_messages_and_not_with_their_pairs() -> None:
    def crowd(count: int) -> list[HotText]:
        pairs = [
            DUMP[n % 4] if n % 5 else (f"第{n}路公交车晚点", f"第{n}路公交车在{n}站晚点半小时") for n in range(count)
        ]
        return told(pairs)

    def seconds(texts: list[HotText]) -> float:
        began = process_time()
        hotspots(texts, 5)
        return process_time() - began

    few, many = crowd(300), crowd(3000)
    quickest = min(seconds(few) for _ in range(3))
    # A busy machine may be slow for a while; what grows too fast is so every time.
    assert any(seconds(many) < 30 * quickest + 0.2 for _ in range(5))


def test_a_row_of_the_filter_has_the_agreed_shape() -> None:
    row = hotspot_rows(
        hotspots([hot_text({"id": "1", "title": "停电", "text": "云台乡停电", "time": "2026-01-05T09:00:00"})], 1)
    )
    assert [list(line) for line in row] == [["rank", "heat", "title", "place", "from", "to", "ids"]]
    assert row[0]["from"] == row[0]["to"] == "2026-01-05"


@pytest.mark.parametrize("line", [{"id": "1", "text": "停电"}, {"id": "1", "text": "停电", "time": "昨天"}])
def test_a_line_without_a_readable_time_says_so(line: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="time"):
        hot_text(line)
