"""What raises urgency is named in the text: praise, settled matters and a lively tale do not."""

import pytest

from classifiers.danger_signs import find_sign, praises
from classifiers.judgement import Judgement
from classifiers.procedures import READS_LIKE_ONE
from classifiers.text import Text
from models.vocabulary import Procedure, Urgency


def _found(*texts: str) -> list[tuple[Urgency, list[str]]]:
    judged = Judgement.load().findings([Text(str(i), text) for i, text in enumerate(texts)], kept=False)
    return [(found.urgency, found.urgency_reasons) for found in judged]


@pytest.mark.parametrize(
    "text",
    [
        "感谢12路的女司机。昨天老人上车没站稳，她扶着坐好才开车，还一路问要不要停一下歇歇。",
        "想表扬社区的小蒋，我家老人一个人在家，她天天敲门看一眼，今天又把药送到手里。",
        "我在外面打工，家里两个小孩跟着奶奶，放学的路上没有路灯，孩子一路跑回家。",
        "司机在车里睡觉，发动机响一夜，楼上的人关着窗户也听得见。",
    ],
)
def test_praise_and_lively_tales_raise_no_urgency(text: str) -> None:
    assert _found(text) == [(Urgency.NORMAL, [])]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("老人躺在地上叫不醒，嘴里往外冒白沫，邻居都在等，谁来一下", "叫不醒"),
        ("修车铺里一股刺鼻的味道，两个学徒趴在工作台边上，喊也不答", "刺鼻"),
        ("有人在外面踹门，我和孩子躲在厕所里，灯都没敢开", "踹门"),
    ],
)
def test_a_danger_that_no_rule_foresaw_raises_urgency_and_is_the_reason(text: str, sign: str) -> None:
    ((urgency, reasons),) = _found(text)
    assert urgency is not Urgency.NORMAL
    assert any(sign in reason for reason in reasons)


def test_a_sign_is_one_of_the_present_and_its_whole_clause_is_told() -> None:
    assert find_sign("去年这里有人溺水。", 0, 70) == ("", False)
    assert find_sign("您好，水里有个人往下沉，脸已经发紫，快来人", 0, 70) == ("脸已经发紫", True)
    assert find_sign("窗口排队排了一上午，人很多", 0, 70) == ("", False)


def test_what_cracks_slowly_is_of_this_hour_only_beside_words_of_the_moment() -> None:
    assert find_sign("院墙裂了一道口子，砖头松动", 0, 70) == ("院墙裂了一道口子", False)
    assert find_sign("院墙裂了一道口子，现在越来越大", 0, 70)[1]


def test_a_polite_end_is_no_praise() -> None:
    assert praises("感谢热心的张师傅，写信感谢")
    assert not praises("孩子不见了，请帮帮我们，谢谢")


def test_a_passage_that_only_sounds_like_a_cry_for_help_is_for_a_person_and_hurries_nobody() -> None:
    from classifiers.cues import Hit
    from classifiers.urgency import reasons_for_a_person, urgency_of
    from models.vocabulary import Kind

    hit = Hit(READS_LIKE_ONE, "语气近于求助，未写明险情，请人工看一眼", "")
    assert urgency_of(Procedure.ORDINARY, [hit], {}) == (Urgency.NORMAL, [])
    assert reasons_for_a_person("other", Kind.COMPLAINT, [hit], {}) == ["语气近于求助，未写明险情，请人工看一眼"]


@pytest.mark.parametrize(
    "text",
    [
        "7路车（尾号3306），司机边开车边打电话",
        "幸福路120号业主反映门口没有路灯",
        "学校离家2000米，老师说可以住校",
        "2014年教师招聘的补贴还没有发",
    ],
)
def test_a_number_of_things_is_no_crowd(text: str) -> None:
    assert _found(text) == [(Urgency.NORMAL, [])]


def test_a_number_of_people_is_a_crowd() -> None:
    assert [urgency for urgency, _ in _found("我们小区480户业主等着", "120多名工人的工资没有发")] == [
        Urgency.URGENT
    ] * 2


@pytest.mark.parametrize(
    "text", ["商场跳楼价促销，买了不给退", "公证处说加急费要五百元", "停水应当提前24小时通知", "我把自家的墙砸了重新刷"]
)
def test_words_that_only_look_like_danger_raise_nothing(text: str) -> None:
    assert _found(text)[0][0] is Urgency.NORMAL


def test_an_illness_that_is_named_is_urgent_and_no_emergency() -> None:
    assert _found("我有抑郁症，门诊能不能报销")[0][0] is Urgency.URGENT
