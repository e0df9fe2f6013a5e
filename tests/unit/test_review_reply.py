"""The reply gate: what it finds lacking, and that it tells a swapped reply from the true one."""

from datetime import datetime

import pytest

from classifiers.relevance import relevance
from classifiers.reply_review import ReplyReview, review_line, review_reply
from classifiers.times import SHANGHAI
from models.errors import BadInput
from models.vocabulary import Kind

TITLE = "学府路路灯不亮"
TEXT = "学府路从书院小学到菜市场一段的路灯已经坏了半个月，晚上学生放学很危险，请尽快修理。"
GOOD = (
    "您好！您反映的学府路路灯不亮问题收悉。经青禾区城管局现场核查，情况属实：书院小学至菜市场段共有6盏路灯因电缆老化损坏。"
    "根据《望溪市城市照明管理办法》，我局已安排维修人员更换电缆，将于2026年3月5日前全部恢复照明。联系电话：0990-6000123。"
)


def failed(review: ReplyReview) -> set[str]:
    return {check.name for check in review.checks if not check.passed}


def test_a_full_reply_passes_every_check() -> None:
    review = review_reply(TITLE, TEXT, GOOD)
    assert review.passed
    assert failed(review) == set()
    assert all(check.why for check in review.checks)


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        ("您好！您的留言已收悉，感谢您对我们工作的关心与支持！", "substance"),
        ("您的留言已收悉，已转相关部门处理，我们将认真研究，感谢支持。", "substance"),
        (
            "您好！社保卡补办请携带身份证到政务服务大厅三楼办理，补卡工本费二十元，五个工作日内可以领取新卡。",
            "addresses",
        ),
        (GOOD.replace("。联系", "。来电人王小明，手机19900001234。联系"), "privacy"),
        ("路灯不归我们管，你自己去找供电部门。学府路的路灯从来就不是我局管的，这个问题我们没办法。", "blame"),
        ("学府路书院小学至菜市场路灯不亮，这是一条比较老的路，建设年代久远，两边树木也比较茂密。", "outcome"),
    ],
)
def test_what_is_wrong_is_named(reply: str, name: str) -> None:
    review = review_reply(TITLE, TEXT, reply)
    assert not review.passed
    assert name in failed(review)


def test_a_consultation_needs_its_basis_and_a_complaint_its_facts() -> None:
    reply = "学府路路灯由我局管护，坏灯一般在报修以后修理，书院小学一段我们将尽快修理好，晚上请学生放学注意安全。"
    assert "basis" in failed(review_reply(TITLE, TEXT, reply, kind=Kind.CONSULTATION))
    assert not review_reply(TITLE, TEXT, reply, kind=Kind.CONSULTATION).passed
    assert not review_reply(TITLE, TEXT, reply, kind=Kind.COMPLAINT).passed
    assert review_reply(TITLE, TEXT, reply, kind=Kind.SUGGESTION).passed


def test_naming_the_unit_that_can_help_is_no_blame_shifting() -> None:
    reply = "该路段路灯不属于我局管辖范围，已转青禾区城管局处理，学府路路灯维修请联系0990-6000123。"
    assert "blame" not in failed(review_reply(TITLE, TEXT, reply))


def test_a_reply_dated_before_its_message_does_not_pass() -> None:
    review = review_reply(
        TITLE, TEXT, GOOD, datetime(2026, 2, 13, tzinfo=SHANGHAI), datetime(2026, 2, 1, tzinfo=SHANGHAI)
    )
    assert "order" in failed(review)
    assert not review.passed


def test_the_true_reply_is_nearer_than_any_other() -> None:
    other = "您好！经核实，翠竹苑3栋电梯因曳引机故障停运，物业公司已报维修基金，将于3月底前更换。"
    assert relevance(TITLE, TEXT, GOOD) > 2 * relevance(TITLE, TEXT, other)
    assert relevance(None, TEXT, GOOD) > 2 * relevance(None, TEXT, other)
    assert relevance(TITLE, TEXT, "") == 0


def test_a_review_is_the_same_every_time() -> None:
    assert review_reply(TITLE, TEXT, GOOD) == review_reply(TITLE, TEXT, GOOD)


def test_a_line_of_the_filter_has_the_agreed_shape() -> None:
    line = review_line({"id": 3, "title": TITLE, "text": TEXT, "reply": GOOD, "time": "2026-02-13T08:00:00"})
    assert list(line) == ["id", "passed", "checks"]
    assert line["passed"] is True
    assert {tuple(check) for check in line["checks"]} == {("name", "passed", "why")}


def test_a_line_without_a_reply_says_so() -> None:
    with pytest.raises(BadInput, match="reply"):
        review_line({"id": 3, "text": TEXT})
