"""At a withdrawn edition's address every form says that it is withdrawn and why, also while it is put right."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, open_desk
from support.pressroom import EDITOR, NOW, WEEK, answered, published
from support.web import serving, visiting

from flows.editions import edit_item, withdraw_edition
from models.tables.editions import EditionItem

WHY = "路灯盏数有误，核实后重发。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        answered(opened)
        published(opened, opened.house.settings.data_dir / "editions")
        yield opened


def test_a_withdrawn_edition_answers_410_in_every_form_and_the_feed_stands(desk: Desk) -> None:
    withdraw_edition(desk.house, WEEK, WHY, EDITOR, NOW)
    with serving(desk.house) as address, visiting(address) as reader:
        for _ in ("withdrawn", "edited since"):
            page = reader.get(f"/editions/{WEEK}")
            assert (page.status_code, WHY in page.text, "看不清路" in page.text) == (410, True, False)
            told = reader.get(f"/editions/{WEEK}/edition.json")
            assert (told.status_code, json.loads(told.text)["withdrawn"]) == (410, WHY)
            assert reader.get(f"/editions/{WEEK}/edition.docx").status_code == 410
            feed = reader.get("/editions/feed.xml")
            assert (feed.status_code, WHY.rstrip("。") in feed.text) == (200, True)
            listed = reader.get("/editions/").text
            assert WHY in listed
            assert "edition.docx" not in listed
            [item] = desk.all(EditionItem)
            edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="反映学府路路灯损坏，询问维修时间。")


def test_a_folder_that_another_host_left_behind_is_not_served(desk: Desk) -> None:
    folder = desk.house.settings.data_dir / "editions" / WEEK
    old = (folder / "edition.html").read_bytes()
    withdraw_edition(desk.house, WEEK, WHY, EDITOR, NOW)
    (folder / "edition.html").write_bytes(old)
    with serving(desk.house) as address, visiting(address) as reader:
        assert "看不清路" not in reader.get(f"/editions/{WEEK}").text
