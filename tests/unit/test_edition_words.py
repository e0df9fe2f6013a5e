"""Summaries and answers read as an editor would write them."""

import pytest

from responders.editions.answering import printed_answer
from responders.editions.doubts import asks_for_secrecy, delicate
from responders.editions.masks import smoothed, unmasked_clauses
from responders.editions.summarising import LONGEST, summary


def shown(title: str | None, text: str, *names: str) -> str:
    return summary(title, text, names, lambda hidden: hidden)


@pytest.mark.parametrize(
    ("title", "text", "names", "expected"),
    [
        (
            "高速口没有路灯",
            "领导好，收费站出来三公里没有路灯。问过镇里，说归区里。\n请问到底归谁管？\n\n凌志远\n电话：19900003637\n（同意公开）",
            ("凌志远",),
            "高速口没有路灯：收费站出来三公里没有路灯。问过镇里，说归区里。请问到底归谁管？",
        ),
        (
            "关于保留石板路的建议",
            "有关部门：\n老街正在改造,听说石板要换成沥青。\n建议按原样铺回去,多花不了多少.\n"
            "一个退休教师  程文远\n\n程文远\n电话：19900005552",
            ("程文远",),
            "关于保留石板路的建议：老街正在改造，听说石板要换成沥青。建议按原样铺回去，多花不了多少。",
        ),
        ("古树", "我是上坪村小学退休老师白石山。村口有七棵老樟树，请挂牌。", ("白石山",),
         "古树：我是上坪村小学退休老师。村口有七棵老樟树，请挂牌。"),
        ("开网店要不要执照", "我在家做手工卖。", (), "开网店要不要执照？我在家做手工卖。"),
        ("政务中心：11点半没人了", "请了半天假去办证。", (), "政务中心：11点半没人了。请了半天假去办证。"),
        ("路灯坏了", "路灯坏了，求修！！！", (), "路灯坏了，求修！"),
        (None, "尊敬的领导：您好！井盖松动\n车一过就响\n此致\n敬礼\n2026年2月3日", (), "井盖松动。车一过就响。"),
        ("投诉", "工地夜里施工，吵得睡不着。", (), "工地夜里施工，吵得睡不着。"),
    ],
)  # fmt: skip
def test_a_summary_has_neither_greeting_nor_signature(
    title: str | None, text: str, names: tuple[str, ...], expected: str
) -> None:
    assert shown(title, text, *names) == expected


def test_the_question_is_kept_when_there_is_no_room_for_everything() -> None:
    story = "".join(f"第{n}次去窗口，工作人员让我回去等通知，又过了一周。" for n in range(1, 9))
    said = shown("办证跑了八趟", f"{story}请问到底要多久？")
    assert said.endswith("请问到底要多久？")
    assert said.startswith("办证跑了八趟：第1次去窗口")
    assert len(said) <= LONGEST


def test_a_sentence_without_end_is_cut_between_clauses_and_outside_quotations() -> None:
    said = shown(None, "他说“" + "这个事情嘛，你再等等，" * 3 + "急什么”，" + "窗口换了三个人，" * 14 + "没人管。")
    assert said.endswith("窗口换了三个人……")
    assert said.count("“") == said.count("”")
    assert len(said) <= LONGEST


def test_what_was_hidden_takes_its_clause_with_it() -> None:
    assert unmasked_clauses("我的电话是[手机号]，路灯坏了。") == "路灯坏了。"
    assert unmasked_clauses("请尽快修，联系电话[手机号]。") == "请尽快修。"
    assert unmasked_clauses("我家住[住址]，楼道灯坏了。") == "楼道灯坏了。"
    assert unmasked_clauses("[住址]楼道灯坏了。") == "某处楼道灯坏了。"
    assert unmasked_clauses("我叫王**，来反映路灯。") == "来反映路灯。"
    assert unmasked_clauses("我的电话[手机号]。") == ""
    assert smoothed("一辆[车牌号]的货车停在路口（电话：[手机号]）。") == "一辆货车停在路口。"


def test_a_hidden_text_has_no_masks_in_its_summary() -> None:
    hidden = "路灯坏了三周。本人电话[手机号]，家住[住址]。请尽快修。"
    assert summary("路灯", hidden, (), lambda text: text) == "路灯坏了三周。请尽快修。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("马先生您好！路灯已修好。", "网友您好！路灯已修好。"),
        ("网友“溪边的风”您好：路灯已修好。", "网友您好！路灯已修好。"),
        ("尊敬的网友：\n您好！路灯已修好。", "网友您好！路灯已修好。"),
        ("您好！！您反映的路灯已修好。。", "网友您好！您反映的路灯已修好。"),
        ("路灯已修好。", "网友您好！路灯已修好。"),
        ("尊敬的马女士/先生：您好！答复如下：网友您好！路灯已修好。", "网友您好！答复如下：路灯已修好。"),
        ("已答复：登记免费，带购车发票到窗口办理。来电人已记下。", "网友您好！登记免费，带购车发票到窗口办理。"),
        ("感谢来电人建议，已转农技站。", "网友您好！感谢您建议，已转农技站。"),
        ("马先生您好！已与马先生电话联系，马大山表示满意。", "网友您好！已与网友电话联系，网友表示满意。"),
    ],
)
def test_an_answer_greets_once_and_names_nobody(text: str, expected: str) -> None:
    assert printed_answer(text, ("马大山",)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "请不要讲是谁反映的",
        "别让物业知道是我说的",
        "请替我保密",
        "不愿公开姓名",
        "匿名反映",
        "怕打击报复",
        "我不希望家里人知道",
    ],
)
def test_who_asks_for_silence_is_heard(text: str) -> None:
    assert asks_for_secrecy(text)


@pytest.mark.parametrize("text", ["价格不公开透明", "请公开收费标准", "知道是谁修的灯，谢谢他", "群众都不知道怎么办"])
def test_who_asks_for_openness_is_not_silenced(text: str) -> None:
    assert not asks_for_secrecy(text)


def test_delicate_matters_have_names() -> None:
    assert delicate("我患有尿毒症，孩子辍学在家") == ["病情", "未成年人"]
    assert delicate("路灯坏了") == []
