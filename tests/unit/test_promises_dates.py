"""The last day that a time expression allows, against the reply's own date and the work calendar."""

from datetime import date, datetime

import pytest

from classifiers.promises import find_promises
from classifiers.times import SHANGHAI
from models.workdays import work_calendar

REPLIED = datetime(2026, 2, 13, 10, 0, tzinfo=SHANGHAI)


def due_of(sentence: str, replied: datetime = REPLIED) -> date | None:
    dated = [found for found in find_promises(sentence, replied, work_calendar()) if found.level == "dated"]
    assert len(dated) == 1, dated
    return dated[0].due


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("我局将于6月底前完成南塘路管网改造。", date(2026, 6, 30)),
        ("我局将于３月２０日前更换破损井盖。", date(2026, 3, 20)),
        ("我中心将在5个工作日内向您反馈核查结果。", date(2026, 2, 27)),
        ("我局将于一周内上门维修。", date(2026, 2, 20)),
        ("施工单位将在一个月内完成路面修复。", date(2026, 3, 13)),
        ("我街道将在半个月内清理楼道杂物。", date(2026, 2, 28)),
        ("我街道将在十五天内清理楼道杂物。", date(2026, 2, 28)),
        ("我镇计划年内开工建设该桥。", date(2026, 12, 31)),
        ("预计三季度完成主体施工。", date(2026, 9, 30)),
        ("预计10月中旬通车。", date(2026, 10, 20)),
        ("计划4月上旬启动招标。", date(2026, 4, 10)),
        ("拟于明年上半年启动二期改造。", date(2027, 6, 30)),
        ("该项目计划明年完工。", date(2027, 12, 31)),
        ("拖欠的工资将于春节前发放到位。", date(2026, 2, 16)),
        ("物业公司将于国庆节前更换电梯曳引机。", date(2026, 9, 30)),
        ("我校将利用暑假改造食堂。", date(2026, 8, 31)),
        ("我局将于下个月安装路灯。", date(2026, 3, 31)),
        ("我局将于1月完成验收。", date(2027, 1, 31)),
        ("该路段将于2027年3月前竣工。", date(2027, 2, 28)),
        ("自2026年4月1日起，全面实施错峰收运。", date(2026, 4, 1)),
        ("春节后一周内将完成补种。", date(2026, 2, 24)),
        ("围挡将于3月1日至10日拆除。", date(2026, 3, 10)),
        ("管网改造计划2026年年底完工。", date(2026, 12, 31)),
        ("我局将于两周之内完成验收。", date(2026, 2, 27)),
        ("预计9月份建成通车。", date(2026, 9, 30)),
        ("我镇将于本月底前公布名单。", date(2026, 2, 28)),
        ("我局将于下周五前答复。", date(2026, 2, 20)),
        ("我局将于季度末前完成清理。", date(2026, 3, 31)),
        ("我街道将于汛期前疏通管道。", date(2026, 3, 31)),
        ("学校将于开学前更换课桌。", date(2026, 3, 3)),
        ("新校区计划2026年秋季开学前交付。", date(2026, 8, 31)),
        ("我局将于节前清运积存垃圾。", date(2026, 2, 16)),
        ("该桥计划明年初动工。", date(2027, 3, 31)),
        ("该工程计划5月份开始施工。", date(2026, 5, 31)),
        ("我镇将于25日前完成清淤。", date(2026, 2, 25)),
        ("该规划将于“十五五”期间实施。", date(2030, 12, 31)),
        ("配件预计15天到货。", date(2026, 2, 28)),
        ("污水管网计划6月中下旬接通。", date(2026, 6, 30)),
        ("该线路有望三个半月内开通。", date(2026, 5, 28)),
        ("预计明、后两年纳入改造。", date(2028, 12, 31)),
    ],
)
def test_an_expression_is_due_on_its_last_day(sentence: str, due: date) -> None:
    assert due_of(sentence) == due


@pytest.mark.parametrize(
    "sentence", ["我局将于2月30日前完成维修。", "我局将于20266月底前完成维修。", "验收合格后10个工作日内将退还押金。"]
)
def test_a_damaged_or_impossible_date_is_kept_in_words_and_never_guessed(sentence: str) -> None:
    found = find_promises(sentence, REPLIED, work_calendar())
    assert [promise.due for promise in found] == [None]
    assert found[0].due_expr


def test_the_date_of_the_signature_counts_before_the_time_of_sending() -> None:
    reply = "我局将于7日内更换水表。\n书院街道办事处\n2026年1月20日"
    assert due_of(reply) == date(2026, 1, 27)


def test_each_of_two_answers_in_one_text_counts_from_its_own_signature() -> None:
    reply = "我镇将于3天内清理沟渠。2026年1月10日尊敬的网友：您好！我局将于3天内清理沟渠。2026年2月1日"
    found = find_promises(reply, REPLIED, work_calendar())
    assert [promise.due for promise in found] == [date(2026, 1, 13), date(2026, 2, 4)]


def test_a_signature_years_away_is_a_slip_of_the_pen() -> None:
    assert due_of("我局将于7日内更换水表。2016年2月1日") == date(2026, 2, 20)


def test_a_day_that_has_passed_is_no_promise() -> None:
    assert find_promises("2025年10月底，施工单位完成了路面修复。", REPLIED, work_calendar()) == []
    assert find_promises("1月5日，我局组织人员到现场检查。", REPLIED, work_calendar()) == []


@pytest.mark.parametrize(
    ("reply", "dues"),
    [
        ("5个工作日内答复。", [date(2026, 2, 27)]),
        ("两周之内完成验收，年内完工。", [date(2026, 2, 27), date(2026, 12, 31)]),
        ("路灯将于3月修复，我们会加强巡查。两周之内完成验收，年内完工。",
         [date(2026, 3, 31), None, date(2026, 2, 27), date(2026, 12, 31)]),
        ("月底前拿出整改方案，6月底竣工。", [date(2026, 2, 28), date(2026, 6, 30)]),
    ],
)  # fmt: skip
def test_a_short_clause_without_a_subject_binds_by_its_limit(reply: str, dues: list[date | None]) -> None:
    assert [found.due for found in find_promises(reply, REPLIED, work_calendar())] == dues


@pytest.mark.parametrize(
    "sentence",
    [
        "申请人提交材料后，15个工作日内办结。",
        "该工程于当年建设完工。",
        "近几年内，我区先后改造了三条道路。",
        "该路段已列入2026年建设计划。",
        "2月13日，工作人员对路灯完成检修。",
        "每年6月底前由各单位自行清理水池。",
    ],
)
def test_a_time_that_bounds_nothing_makes_no_dated_promise(sentence: str) -> None:
    assert not [found for found in find_promises(sentence, REPLIED, work_calendar()) if found.level == "dated"]


def test_a_year_in_which_care_is_taken_is_no_limit() -> None:
    found = find_promises("2026年，我局将继续加强路面巡查。", REPLIED, work_calendar())
    assert [(promise.level, promise.due) for promise in found] == [("generic", None)]
