"""The editor's room: a compact list that unfolds item by item, ordering and choosing without unfolding."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, open_desk
from support.pressroom import NOW, WEEK, answered, compiled
from support.web import enrol, serving, visiting

from models.tables.editions import Edition, EditionItem

ROOM = f"/console/editions/{WEEK}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        enrol(opened.house)
        for place in ("学府路", "河东大道", "白鹭镇"):
            answered(opened, text=f"{place}的路灯坏了三周，夜里看不清路。")
        yield opened


def places(desk: Desk) -> list[int | None]:
    return [item.id for item in sorted(desk.all(EditionItem), key=lambda item: item.position)]


def test_every_item_is_one_line_that_says_domain_region_outcome_and_why_and_is_folded(desk: Desk) -> None:
    items = compiled(desk)
    with serving(desk.house) as address, visiting(address, "bian") as editor:
        page = editor.get(ROOM).text
        assert re.findall(r'<details id="i(\d+)"( open)?>', page) == [(str(item.id), "") for item in items]
        for line in re.findall(r"<details id=.*?</summary>", page, flags=re.DOTALL):
            assert ("城乡建设与住房" in line, "已解决" in line) == (True, True)
        assert "本期该领域首条" in page
        one = items[1].id
        assert f'<details id="i{one}" open>' in editor.get(f"{ROOM}?open={one}").text


def test_an_item_moves_and_is_left_out_without_being_unfolded(desk: Desk) -> None:
    first, second, third = (item.id for item in compiled(desk))
    with serving(desk.house) as address, visiting(address, "bian") as editor:
        editor.post(f"{ROOM}/items/{third}/move", by=-1)
        assert places(desk) == [first, third, second]
        editor.post(f"{ROOM}/items/{first}/move", by=1)
        assert places(desk) == [third, first, second]
        editor.post(f"{ROOM}/items/{second}/choose", chosen=0)
        assert {item.id for item in desk.all(EditionItem, chosen=True)} == {first, third}
        assert editor.post(f"{ROOM}/items/{third}/move", by=-1).status_code == 422
        assert editor.post(f"{ROOM}/items/9999/move", by=1).status_code == 404
    assert desk.one(Edition).version == 4
    with serving(desk.house) as address, visiting(address, "shen") as moderator:
        assert moderator.post(f"{ROOM}/items/{first}/move", by=1).status_code == 403


def test_what_would_stop_the_publication_leads_to_its_item_whatever_stands_between(desk: Desk) -> None:
    """The number printed in the edition is not the place in the list: what is left out stands between."""
    first, _, third = compiled(desk)
    with serving(desk.house) as address, visiting(address, "bian") as editor:
        editor.post(f"{ROOM}/items/{first.id}/choose", chosen=0)
        editor.post(f"{ROOM}/items/{third.id}", summary="反映路灯不亮，电话1990000" + "4321。", answer=third.answer,
                    position=3, chosen="1")  # fmt: skip
        page = editor.get(ROOM).text
    assert f'href="{ROOM}?open={third.id}#i{third.id}">第 3 条</a>的摘要疑含个人信息' in page
    assert page.count("badge late") == 1
