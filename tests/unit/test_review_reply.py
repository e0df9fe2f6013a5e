"""The reply gate: what it finds lacking, and that it tells a swapped reply from the true one."""

import json
from datetime import datetime
from typing import Any

import pytest

from classifiers.answering import answering
from classifiers.reply_content import limit_in
from classifiers.reply_review import ReplyReview, review_line, review_reply
from classifiers.times import SHANGHAI
from flows.demo.samples import DATA
from models.errors import BadInput
from models.vocabulary import Kind

TITLE = "学府路路灯不亮"
TEXT = "学府路从书院小学到菜市场一段的路灯已经坏了半个月，晚上学生放学很危险，请尽快修理。"
GOOD = (
    "您好！您反映的学府路路灯不亮问题收悉。经青禾区城管局现场核查，情况属实：书院小学至菜市场段共有6盏路灯因电缆老化损坏。"
    "根据《望溪市城市照明管理办法》，我局已安排维修人员更换电缆，将于2026年3月5日前全部恢复照明。联系电话：0990-6000123。"
)


def _demo(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


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


@pytest.mark.parametrize(
    "reply",
    [
        "经我局11月21日现场核查，该处路灯线路老化。",
        "我局11月21日派人现场核查。",
        "根据《望溪市城市照明管理办法》（2019年修订），由我局管护。",
        "您的来信于3月2日收到，3月3日转至街道。",
        "该小区2007年建成，近三年内多次报修。",
        "依据望政办〔2026〕30号文件，属我局职责。",
    ],
)
def test_the_day_of_an_inspection_or_a_document_is_no_time_limit(reply: str) -> None:
    assert limit_in(reply) is None


@pytest.mark.parametrize(
    "reply",
    [
        "已于2月14日派人修复。",
        "将于3月5日前恢复照明。",
        "我局预计3月中旬进场。",
        "5个工作日内答复。",
        "两周之内完成验收。",
        "年底前通车。",
        "自6月1日起执行新票价。",
    ],
)
def test_the_day_by_which_it_is_done_is_a_time_limit(reply: str) -> None:
    assert limit_in(reply)


@pytest.mark.parametrize(
    "reply", ["已于2月14日派人修复。", "已对店家罚款2000元。", "将尽快安装路灯。", "经协调，物业同意退费。"]
)
def test_what_was_done_or_will_be_done_is_an_outcome(reply: str) -> None:
    assert "outcome" not in failed(review_reply(TITLE, TEXT, reply))


@pytest.mark.parametrize(
    "reply", ["该问题将于", "已转相关部门处理。", "路灯已损坏半个月。", "已收悉。", "已将您的来信转交街道办理。"]
)
def test_a_bare_announcement_or_a_forwarding_is_no_outcome(reply: str) -> None:
    assert "outcome" in failed(review_reply(TITLE, TEXT, reply))


@pytest.mark.parametrize(
    ("text", "reply", "lacking"),
    [
        ("请问补办社保卡要多少钱？", "请携带身份证到政务服务大厅办理社保卡。", "数额或标准"),
        ("请问补办社保卡要多少钱？", "补办社保卡工本费20元。", None),
        ("学府路什么时候通车？", "学府路工程由我局负责。", "时间"),
        ("学府路什么时候通车？", "学府路计划年底前通车。", None),
        ("办老年卡需要哪些材料？", "老年卡很受欢迎。", "办法、条件或材料"),
        ("办老年卡需要哪些材料？", "办老年卡请携带身份证和照片。", None),
        ("办老年卡去哪里？", "老年卡长期有效。", "地点或部门"),
        ("路灯坏了，请修。", "路灯已修复。", None),
    ],
)
def test_a_question_wants_an_answer_of_its_kind(text: str, reply: str, lacking: str | None) -> None:
    asked = next(check for check in review_reply(None, text, reply).checks if check.name == "asked")
    assert asked.passed is (lacking is None)
    assert (lacking or "") in asked.why


def test_a_vague_basis_is_none() -> None:
    assert "basis" in failed(review_reply(TITLE, TEXT, "根据国家有关规定，该路灯由我局管护。"))
    assert "basis" not in failed(review_reply(TITLE, TEXT, "根据《望溪市城市照明管理办法》第九条，该路灯由我局管护。"))


def test_personal_data_is_named_in_chinese() -> None:
    privacy = next(c for c in review_reply(TITLE, TEXT, GOOD + "来电人手机19900001234。").checks if c.name == "privacy")
    assert "手机号" in privacy.why


def test_a_reply_signed_before_its_message_came_does_not_pass() -> None:
    sent = datetime(2026, 2, 13, tzinfo=SHANGHAI)
    assert "order" in failed(review_reply(TITLE, TEXT, GOOD + "2026年2月1日", sent))
    assert "order" not in failed(review_reply(TITLE, TEXT, GOOD + "2026年2月20日", sent))


def test_the_true_reply_is_nearer_than_any_other() -> None:
    other = "您好！经核实，翠竹苑3栋电梯因曳引机故障停运，物业公司已报维修基金，将于3月底前更换。"
    for title in (TITLE, None):
        assert answering(title, TEXT, GOOD).score > 0.95
        assert answering(title, TEXT, other).score < 0.1


def test_a_reply_that_names_nothing_stands_between_the_true_one_and_anothers() -> None:
    other = "您好！经核实，翠竹苑3栋电梯因曳引机故障停运，物业公司已报维修基金，将于3月底前更换。"
    empty = "网友您好！您的留言已收悉，感谢您对我们工作的支持！"
    scores = [answering(TITLE, TEXT, reply).score for reply in (other, empty, GOOD)]
    assert scores == sorted(scores)
    assert "addresses" in failed(review_reply(TITLE, TEXT, empty))


def test_our_own_replies_are_told_from_those_to_other_messages() -> None:
    replies = {row["id"]: row["reply"] for row in _demo("replies.jsonl")}
    pairs = [(m["title"], m["text"], replies[m["id"]]) for m in _demo("messages.jsonl") if m["id"] in replies][::3]
    true = [answering(*pair).score for pair in pairs]
    swapped = [answering(t, text, pairs[i - 7][2]).score for i, (t, text, _) in enumerate(pairs)]
    assert sum(a > b for a in true for b in swapped) > 0.985 * len(true) * len(swapped)


def test_a_line_may_tell_its_kind_and_an_unknown_one_is_refused() -> None:
    line = {"id": 3, "title": TITLE, "text": TEXT, "reply": GOOD.split("根据", maxsplit=1)[0]}
    assert review_line({**line, "kind": "praise"})["passed"]
    assert not review_line({**line, "kind": "consultation"})["passed"]
    with pytest.raises(BadInput, match="kind"):
        review_line({**line, "kind": "poem"})


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
