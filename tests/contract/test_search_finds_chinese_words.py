"""查找: words in Chinese, on both databases, one character as the beginning of words; all must stand in the message."""

from pathlib import Path

from support.desk import at, open_desk
from support.finding import found_orders

from models.queries.search import write_search_rows


def test_chinese_words_are_found_on_both_databases(tmp_path: Path, database_url: str) -> None:
    with open_desk(tmp_path, database_url=database_url) as desk:
        told = {1: "学府 花园 电梯 坏 了 没 人 修", 2: "电梯 噪音 扰民", 3: "路灯 不亮 幸福小区"}
        for number in told:
            desk.take(at("2026-03-02 10:00"), external_id=str(number))
        with desk.writing() as session:
            write_search_rows(session, list(told.items()))
        with desk.writing() as session:
            assert found_orders(session, ["电梯"]) == [2, 1]
            assert found_orders(session, ["电梯", "花园"]) == [1]
            assert found_orders(session, ["噪"]) == [2]  # one character: what begins with it
            assert found_orders(session, ["电", "花"]) == [1]
            assert found_orders(session, ["梯"]) == []
            assert found_orders(session, ["幸福小"]) == []  # longer ones are whole
            assert found_orders(session, desk.house.search_words("It's “路灯”* OR 电梯")) == []  # no syntax of an index
            assert found_orders(session, desk.house.search_words("“路灯”")) == [3]
            assert found_orders(session, []) == []
