"""What finds an entry: pairs of characters, the rare ones first; words as the reason."""

from pathlib import Path

from support.knowledge_desk import MATTERS

from classifiers.answer_learning import FEWEST_PAIRS
from classifiers.knowledge import AnswerIndex, lessons, recalled, shared_words, signature
from flows.house import House
from flows.knowledge_figures import knowledge_figures
from models.settings import Settings

ENTRIES = {
    1: ("住房公积金怎么提取", "职工购买自住住房的，凭购房合同和付款凭证到公积金管理中心办理提取。"),
    2: ("电梯维修可以用维修资金吗", "电梯发生故障危及安全的，可申请应急使用住宅专项维修资金。"),
    3: ("孩子上小学怎么报名", "年满六周岁的适龄儿童，由监护人在报名系统登记，按划片入学。"),
}


def index(entries: dict[int, tuple[str, str]]) -> AnswerIndex:
    return AnswerIndex({i: signature(question, answer) for i, (question, answer) in entries.items()})


def test_the_entry_that_says_the_same_comes_first() -> None:
    found = index(ENTRIES).best("", "我们单元的电梯停了半个月，维修资金能不能拿出来修电梯？", 3)
    assert found[0].id == 2
    assert found[0].score > (found[1].score if len(found) > 1 else 0)


def test_what_shares_nothing_is_not_found_and_an_empty_base_finds_nothing() -> None:
    assert index(ENTRIES).best("", "abc", 3) == []
    assert index({}).best("", "电梯", 3) == []
    assert index(ENTRIES).best("", "", 3) == []


def test_a_name_of_letters_and_figures_is_one_thing() -> None:
    entries = {1: ("A3区供水", "A3区的供水由自来水公司负责。"), 2: ("A4区供水", "A4区的供水由自来水公司负责。")}
    assert index(entries).best("", "A4区停水找谁", 2)[0].id == 2


def test_the_reason_is_the_words_of_both_and_never_those_of_every_letter() -> None:
    words = shared_words("咨询电梯维修", "您好，请问电梯坏了能用维修资金吗", *ENTRIES[2])
    assert "电梯" in words
    assert not {"咨询", "请问", "您好"} & set(words)


def test_recall_counts_places_from_zero() -> None:
    assert recalled([0, 0, 4, 5], (1, 5)) == {1: 0.5, 5: 0.75}


def test_evaluation_searches_the_replies_alone(tmp_path: Path) -> None:
    rows = [
        {"title": question, "text": f"{question}请告诉我。", "reply": answer} for question, answer in ENTRIES.values()
    ]
    rows.append({"title": "补换身份证", "text": "身份证丢了去哪里补办", "reply": "您的留言已收悉。"})
    found, said = knowledge_figures(House(Settings(_env_file=None, data_dir=tmp_path)), rows)
    assert (found["rows"], found["recall_at_5"]) == (4, 1.0)
    assert found["recall_at_1"] == 0.75  # the last reply says nothing of its message
    assert "前 5 位" in said


def test_replies_that_are_the_same_word_for_word_are_one_candidate(tmp_path: Path) -> None:
    rows = [{"title": "公积金", "text": f"公积金怎么提取（{n}）", "reply": "公积金凭合同\n提取。"} for n in range(6)]
    rows[3]["reply"] = "公积金 凭合同提取。"
    rows.append({"title": "电梯", "text": "电梯坏了找谁修", "reply": "电梯由物业企业报修。"})
    found, said = knowledge_figures(House(Settings(_env_file=None, data_dir=tmp_path)), rows)
    assert (found["rows"], found["answers"]) == (7, 2)
    assert found["recall_at_1"] == found["recall_with_question_at_1"] == 1.0
    assert "相同答复并为一条（2 条）" in said


def pairs(many: int, places: bool) -> list[bytes]:
    made = []
    for n in range(many):
        question, answer = MATTERS[n % len(MATTERS)]
        there = f"B{n % 4}区" if places else ""
        made.append(signature(f"{there}{question}", f"{there}{answer}本次为第{n}次办理。"))
    return made


def test_an_office_learns_from_its_own_pairs_and_only_where_it_has_enough_of_them() -> None:
    assert lessons(pairs(FEWEST_PAIRS - 1, True)) is None
    assert lessons([signature("", "只有答复。")] * FEWEST_PAIRS) is None
    assert lessons(pairs(FEWEST_PAIRS, True)) is not None


def test_what_was_learned_finds_the_answer_that_shares_no_telling_word() -> None:
    replies = {n: signature("", f"您反映的情况，{answer}") for n, (_, answer) in enumerate(MATTERS)}
    for places in (True, False):
        learned = lessons(pairs(FEWEST_PAIRS, places))
        for n, (question, _) in enumerate(MATTERS):
            asked = f"反映情况：{question}"
            assert AnswerIndex(replies, learned).best(asked, "", 1)[0].id == n
        assert AnswerIndex(replies, learned).best("", "abc", 3) == []
    by_words_alone = [AnswerIndex(replies).best(f"反映情况：{question}", "", 1)[0].id for question, _ in MATTERS]
    assert by_words_alone != [*range(len(MATTERS))]


def test_the_same_pairs_teach_the_same() -> None:
    replies = {n: signature("", answer) for n, (_, answer) in enumerate(MATTERS)}
    one, other = (AnswerIndex(replies, lessons(pairs(FEWEST_PAIRS, True))) for _ in range(2))
    assert one.scores("井盖", "井盖已丢").tolist() == other.scores("井盖", "井盖已丢").tolist()
