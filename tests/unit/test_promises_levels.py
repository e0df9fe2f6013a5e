"""What is a promise, how checkable it is, and what merely sounds like one."""

from datetime import date, datetime

import pytest

from classifiers.promises import find_promises, promises_line
from classifiers.times import SHANGHAI
from models.errors import BadInput
from models.workdays import work_calendar

REPLIED = datetime(2026, 2, 13, 10, 0, tzinfo=SHANGHAI)


def levels(reply: str) -> list[str]:
    return [found.level for found in find_promises(reply, REPLIED, work_calendar())]


@pytest.mark.parametrize(
    "reply",
    [
        "下一步，我局将在学府路路口增设一处信号灯。",
        "待设计方案批复后，我镇将组织招标。",
        "我街道近期将召开业主协调会。",
        "该路段的改造工程即将进场施工。",
        "开发商承诺，待验收合格后，再办理交房手续。",
        "我局将根据检测结果，对超标企业立案处罚。",
        "经协商，物业公司同意退还多收的费用。",
        "改造完工后恢复原来的线路。",
        "我院今后不再收取该项费用。",
        "情况核实后给您回复。",
    ],
)
def test_what_can_be_checked_without_a_bound_is_specific(reply: str) -> None:
    assert levels(reply) == ["specific"]


@pytest.mark.parametrize(
    "reply",
    [
        "我局将进一步加大巡查力度。",
        "我们将积极向上级争取资金。",
        "如发现类似情况，我局将依法处理。",
        "下一步我镇将持续关注此事。",
        "我们将按照既定方案，扎实做好各项工作。",
        "您若有具体线索，我局将及时核查。",
    ],
)
def test_soft_words_are_generic(reply: str) -> None:
    assert levels(reply) == ["generic"]


@pytest.mark.parametrize(
    "reply",
    [
        "您好！您的留言已收悉，现将有关情况回复如下：",
        "我局已责令施工单位立即整改。",
        "2月3日，我局工作人员到现场进行了核实。",
        "请您携带身份证到政务服务大厅办理。",
        "根据《物业管理条例》第三十五条规定，业主应当按时交纳物业费。",
        "该地块暂不具备建设条件，目前没有建设计划。",
        "感谢您对我们工作的关心与支持！",
        "施工单位已将破损路面修复完毕。",
        "该片区已列入老旧小区改造计划。",
        "我局已要求物业公司立即整改，尽快恢复供水。",
        "改造将对上方交通造成较大影响。",
        "民警将双方带回派出所调解。",
        "审批后方可开工建设。",
        "如有疑问请来电，我们将做详细解答。",
    ],
)
def test_deeds_done_orders_law_and_courtesy_are_no_promises(reply: str) -> None:
    assert levels(reply) == []


def test_offsets_are_code_points_of_the_reply_as_given() -> None:
    reply = "您好😀！来信收悉。  我局将于３月底前，更换全部井盖。谢谢"
    for found in find_promises(reply, REPLIED, work_calendar()):
        assert reply[found.start : found.end] == found.text


def test_a_list_announced_by_the_unit_is_a_list_of_promises() -> None:
    reply = "下一步，我镇将做好以下工作：一是更换全部老旧水管；二是公示收费标准。"
    texts = [found.text for found in find_promises(reply, REPLIED, work_calendar())]
    assert "更换全部老旧水管" in texts
    assert "公示收费标准" in texts


def test_two_days_in_one_sentence_make_two_promises() -> None:
    reply = "该桥计划4月底前完成设计，预计年底建成通车。"
    found = find_promises(reply, REPLIED, work_calendar())
    assert [promise.due for promise in found] == [date(2026, 4, 30), date(2026, 12, 31)]


def test_a_line_of_the_filter_has_the_agreed_shape() -> None:
    line = promises_line(
        {"id": 7, "reply": "我局将于3月5日前回访。", "reply_time": "2026-02-13T10:00:00"}, work_calendar()
    )
    assert line == {
        "id": 7,
        "promises": [
            {
                "text": "我局将于3月5日前回访",
                "start": 0,
                "end": 11,
                "level": "dated",
                "due": "2026-03-05",
                "due_expr": "3月5日前",
            }
        ],
    }


def test_a_line_without_a_readable_time_says_so() -> None:
    with pytest.raises(BadInput, match="reply_time"):
        promises_line({"id": 1, "reply": "好", "reply_time": "昨天"}, work_calendar())
