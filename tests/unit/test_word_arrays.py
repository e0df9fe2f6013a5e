"""Words as arrays: looked up like a dictionary, counted like a counter, the same in any company."""

import random
from collections import Counter

from classifiers.features import count_words
from classifiers.model import segmented, told
from classifiers.segmentation import words
from classifiers.tokens import search_tokens, written
from classifiers.word_arrays import WordTable, word_arrays

TEXTS = [
    "学府路的路灯三天没亮了，学府路晚上很黑，路灯什么时候修",
    "",
    "电梯间的电梯又停了，物业说等配件",
    "ABC路 B座 abc 电话19900001234 转 12",
    "路灯 路灯 路灯",
]


def test_a_table_finds_every_word_where_a_dictionary_does() -> None:
    rng = random.Random(7)
    known = [chr(rng.randrange(0x4E00, 0x9F00)) * rng.randrange(1, 4) + str(i) for i in range(3000)]
    table, dictionary = WordTable(known), {word: i for i, word in enumerate(known)}
    asked = [*known[::3], "没有这个词", "", *known[:5]]
    asked = [word for word in asked if word]
    assert table.find(word_arrays([asked]).hashes).tolist() == [dictionary.get(word, -1) for word in asked]


def test_an_empty_table_finds_nothing() -> None:
    assert WordTable([]).find(word_arrays([["路灯"], []]).hashes).tolist() == [-1]


def test_long_words_that_differ_only_far_in_are_two_words() -> None:
    one, other = "9" * 100 + "1", "9" * 100 + "2"
    assert WordTable([one]).find(word_arrays([[one, other]]).hashes).tolist() == [0, -1]


def test_counts_are_those_of_a_counter_with_what_is_stressed_counted_again() -> None:
    vocabulary = sorted({word for text in TEXTS for word in words(text)})
    batch = [segmented("路灯不亮" if text else None, text) for text in TEXTS]
    rows = count_words(batch, told(batch), WordTable(vocabulary))
    for i, row in enumerate(batch):
        expected = Counter(row.words)
        for word in row.words[: row.stressed]:
            expected[word] += row.again
        here = slice(int(rows.starts[i]), int(rows.starts[i + 1]))
        found = {vocabulary[c]: v for c, v in zip(rows.columns[here].tolist(), rows.values[here].tolist(), strict=True)}
        assert found == {word: count for word, count in expected.items() if word in vocabulary}


def test_a_text_has_the_same_tokens_alone_and_in_company() -> None:
    cut = [words(text) for text in TEXTS * 30]
    alone = [_tokens([row])[0] for row in cut]
    assert _tokens(cut) == alone
    assert alone[4] == "路灯"
    assert alone[1] == ""


def test_tokens_are_small_letters_and_short_numbers_each_said_once() -> None:
    (found,) = _tokens([words(TEXTS[3])])
    assert "abc" in found.split()
    assert "12" in found.split()
    assert "19900001234" not in found


def _tokens(rows: list[list[str]]) -> list[str]:
    told = word_arrays(rows)
    return search_tokens(told, written(told))
