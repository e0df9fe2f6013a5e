"""Names that no list of words proves: by all that speaks for them together, and by one another."""

from pathlib import Path

import pytest

from classifiers.name_training import Told, made, train_names
from classifiers.names_learned import chosen, load_names, scored
from classifiers.redaction import leaks, redact
from models.errors import BadModel

MESSAGE = "我家楼上漏水，物业和邻居都不管，马上要过年了，他说再等等。"


def folder(within: Path) -> Path:
    """A few sentences to learn from."""
    small = within / "names"
    small.mkdir()
    (small / "sentences.txt").write_text("我叫@，住在东街。\n邻居@把路堵了。\n找%@要钱。\n", encoding="utf-8")
    (small / "ordinary.txt").write_text("高温天气，时常停水，应依法处理。\n", encoding="utf-8")
    return small


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("卖房的是幸家旺，中介没收到钱。", "卖房的是幸**，中介没收到钱。"),
        ("给凌未风打过电话，他不承认。", "给凌**打过电话，他不承认。"),
        ("当时在场的有石开、柳絮、毛小兵。", "当时在场的有石*、柳*、毛**。"),
        ("姓名：洪  波\n性别：男", "姓名：洪***\n性别：男"),
        ("被周伟打伤，周伟至今没有道歉", "被周*打伤，周*至今没有道歉"),
        ("钱是我转给罗晓静的，罗晓静不认账。", "钱是我转给罗**的，罗**不认账。"),
    ],
)
def test_a_name_without_a_role_before_it_is_hidden(text: str, shown: str) -> None:
    assert redact(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "高温天气，老板时常不给防暑补贴，应依法查处。",
        "何时能通天然气？何必让老百姓一等再等？",
        "和平社区、解放社区、胜利村都停水了，只有光明村没停。",
        "水利局的人说归住建局管，住建局说归水利局管。",
        "江景华庭二期逾期交房，我是江景华庭二期7栋的业主。",
    ],
)
def test_sentences_full_of_words_that_begin_as_names_stay(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "路灯的资金由区财政安排，经街道和我局到场查验，居民可凭身份证登记。",
        "门诊大厅已公布新的停车收费牌，并公示值班人员姓名和电话。",
        "该店已将2万元意向金全额退还，查获冷藏车1台。",
        "如需了解进展，请致电我局；外墙砖于当日拆除，周五前补完。",
    ],
)
def test_an_offices_words_that_read_as_names_by_their_characters_stay(text: str) -> None:
    assert redact(text, "official").text == text


@pytest.mark.parametrize(
    "text",
    ["申请人 的门牌号写错了。", "贴张纸有那么难吗？", "我们在双井镇开小卖部。", "陆续有家长说颜色不对。"],
)
def test_a_citizens_words_that_read_as_names_by_their_characters_stay(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "我是党员，也是高中生的家长，想问校车几点发车。",
        "我是钟点工，雇主拖欠工钱；同住的是毕业生和白领。",
        "公务员和官员应当带头，公民都看着。",
        "地铁安全员不让我们带折叠凳，水电工也说不清楚。",
    ],
)
def test_words_for_sorts_of_people_stay(text: str) -> None:
    assert redact(text).text == text


def test_a_name_that_is_a_word_of_the_language_is_still_hidden_where_it_names_somebody() -> None:
    assert redact("我叫和平，邻居叫平安。").text == "我叫和*，邻居叫平*。"


def test_whoever_is_greeted_is_hidden_whatever_the_family_name() -> None:
    assert redact("花女士您好！您反映的路灯已修复。", "official").text == "花**您好！您反映的路灯已修复。"


def test_a_word_is_a_name_beside_another_or_behind_one_who_bears_names() -> None:
    assert redact("证人石小川、展翅、毛小兵都在场。").text == "证人石**、展*、毛**都在场。"


@pytest.mark.parametrize(
    "text",
    ["打139，0099，1234", "有事打139*0099*1234", "电话l39OO991234", "电话1️⃣3️⃣9️⃣0️⃣0️⃣9️⃣9️⃣1️⃣2️⃣3️⃣4️⃣", "139|0099|1234"],
)
def test_a_mobile_in_disguise_is_hidden(text: str) -> None:
    assert "mobile" in {span.kind for span in redact(text).spans}


@pytest.mark.parametrize("text", ["面积138，1200，1500平方米三种户型", "尺寸2*3*500", "型号I3OO"])
def test_rows_of_numbers_are_no_mobiles(text: str) -> None:
    assert redact(text).text == text


def test_what_was_redacted_holds_no_further_name() -> None:
    text = "房东时桂珍不退押金，新能源车渝AD12345堵门，13900991234是鲜于枢的，他和展昭明、马汉文一起来的。"
    assert leaks(redact(text).text) == []


def test_what_is_only_likely_is_hidden_but_holds_up_no_publication() -> None:
    text = "夜间免费时段提前到 19 时。\n已改为 19 时至次日 7 时免费。"
    assert leaks(text) == []
    assert leaks("我叫罗晓静，住在东街。") != []


def test_of_overlapping_candidates_the_strongest_is_kept() -> None:
    assert chosen([(1.0, 0, 2), (3.0, 0, 3), (2.0, 2, 4), (0.5, 5, 7)], least=0.8) == [(3.0, 0, 3)]


def test_a_list_speaks_for_its_names() -> None:
    alone = dict(_by_text("柳絮飘得到处都是。"))
    listed = dict(_by_text("证人：毛小兵、柳絮、石小川。"))
    assert listed["柳絮"] > alone.get("柳絮", -99.0) + 1


def test_the_corpus_is_the_same_each_time_and_its_names_stand_where_it_says(tmp_path: Path) -> None:
    small = folder(tmp_path)
    first = made(small, [MESSAGE] * 3, seed=7)
    assert first == made(small, [MESSAGE] * 3, seed=7)
    assert any(told.names for told in first)
    names = [told.text[start:end] for told in first for start, end in told.names]
    assert all(2 <= len(name) <= 4 and name.isalpha() for name in names)
    assert Told(MESSAGE, frozenset()) in first


def test_weights_are_learned_kept_and_read_again(tmp_path: Path) -> None:
    folder(tmp_path)
    learned = train_names(tmp_path, [{"title": "停水", "text": MESSAGE}], tmp_path / "out")
    again = load_names(tmp_path / "out")
    assert again.bias == learned.bias
    assert abs(again.weights - learned.weights).max() < 0.01


def test_a_folder_without_weights_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="重新训练"):
        load_names(tmp_path)


def _by_text(text: str) -> list[tuple[str, float]]:
    return [(text[start:end], score) for score, start, end in scored(text)]
