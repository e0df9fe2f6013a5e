"""`huiyin export`: every row once, nothing of a sealed one, nothing that a spreadsheet would run."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from support.desk import Desk, at

from flows.exporting import MOST_CELL, CannotWrite, cell, export_rows, uncell
from flows.house import House
from flows.opening import initialise
from models.database import writing
from models.settings import Settings
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.orders import WorkOrder


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    house = House(Settings(data_dir=tmp_path / "var"), clock=lambda: at("2026-03-02T09:00"))
    initialise(house)
    return Desk(house)


def exported(desk: Desk, what: str, tmp_path: Path) -> list[dict[str, Any]]:
    out = tmp_path / f"{what}.jsonl"
    count = export_rows(desk.house, what, "jsonl", out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert count == len(rows)
    return rows


def test_messages_have_the_promised_fields_and_local_times(desk: Desk, tmp_path: Path) -> None:
    order = desk.take(at("2026-02-13T10:00"))
    [row] = exported(desk, "messages", tmp_path)
    assert row["channel"] == "hotline"
    assert row["external_id"] == "来件0"
    assert row["title"] == "楼道灯"
    assert row["text"] == "楼道灯坏了三周没人修。"
    assert row["received_at"] == "2026-02-13T10:00:00+08:00"
    assert len(row["query_code"]) == 12
    assert row["work_order"] == order.number


def test_a_sealed_message_is_listed_without_what_it_says(desk: Desk, tmp_path: Path) -> None:
    order = desk.take(at("2026-02-13T10:00"), title="举报", text="举报某某收受礼金")
    with writing(desk.house.engine) as session:
        kept = session.get_one(WorkOrder, order.id)
        kept.sealed = True
        session.add(kept)
    [message], [listed] = exported(desk, "messages", tmp_path), exported(desk, "work-orders", tmp_path)
    assert (message["title"], message["text"], message["work_order"]) == (None, None, order.number)
    assert (listed["title"], listed["domain"], listed["unit"]) == (None, None, None)
    assert "礼金" not in json.dumps([message, listed], ensure_ascii=False)


@pytest.mark.parametrize("what", ["messages", "work-orders", "promises", "callbacks"])
def test_every_row_of_a_demonstration_says_so_and_none_of_a_real_place(what: str, desk: Desk, tmp_path: Path) -> None:
    desk.take(at("2026-02-13T10:00"))
    assert {row["notice"] for row in exported(desk, what, tmp_path)} <= {"演示数据"}
    assert columns(desk.house, what, tmp_path)[-1] == "notice"
    real = House(Settings(data_dir=tmp_path / "real", profile="jiande"), clock=lambda: at("2026-03-02T09:00"))
    initialise(real)
    assert "notice" not in columns(real, what, tmp_path)


def columns(house: House, what: str, folder: Path) -> list[str]:
    export_rows(house, what, "csv", folder / "columns.csv")
    with (folder / "columns.csv").open(encoding="utf-8-sig", newline="") as handle:
        return next(csv.reader(handle))


def test_machine_mail_has_no_order(desk: Desk, tmp_path: Path) -> None:
    desk.take(at("2026-02-13T10:00"))
    with writing(desk.house.engine) as session:
        message = session.exec(Message.__table__.select()).one()  # type: ignore[attr-defined]
        session.execute(
            Message.__table__.update().where(Message.id == message.id).values(order_id=None, machine="bounce")  # type: ignore[attr-defined]
        )
    [row] = exported(desk, "messages", tmp_path)
    assert (row["work_order"], row["machine"]) == (None, "bounce")


def test_callbacks_say_when_they_are_due_and_whether_it_is_late(desk: Desk, tmp_path: Path) -> None:
    order = desk.take(at("2026-02-13T10:00"))
    with writing(desk.house.engine) as session:
        session.add(Callback(order_id=order.id or 0, unit="housing_bureau", due_at=at("2026-02-27T23:59:59")))
    row = exported(desk, "callbacks", tmp_path)[-1]
    assert (row["work_order"], row["due"], row["status"]) == (order.number, "2026-02-27", "due")
    assert row["due_at"] == "2026-02-27T23:59:59+08:00"
    assert row["overdue"] is True


@pytest.mark.parametrize("said", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_cell_is_a_formula_and_every_cell_comes_back(said: str) -> None:
    assert cell(said) == f"'{said}"
    assert uncell(f"'{said}") == said
    assert uncell("'引用'") == "'引用'"


def test_csv_and_xlsx_hold_formulas_as_words(desk: Desk, tmp_path: Path) -> None:
    desk.take(
        at("2026-02-13T10:00"),
        title='=HYPERLINK("http://x","点我")',
        text="a\x0bb\ud800".encode("utf-8", "replace").decode(),
    )
    export_rows(desk.house, "messages", "csv", tmp_path / "m.csv")
    export_rows(desk.house, "messages", "xlsx", tmp_path / "m.xlsx")
    assert (tmp_path / "m.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "m.csv").open(encoding="utf-8-sig", newline="") as handle:
        [row] = list(csv.DictReader(handle))
    assert row["title"].startswith("'=HYPERLINK")
    book = load_workbook(tmp_path / "m.xlsx")
    header, values = [c.value for c in book.active[1]], list(book.active[2])  # type: ignore[index]
    shown = dict(zip(header, values, strict=True))
    assert shown["title"].data_type == "s"
    assert str(shown["title"].value).startswith("'=")


def test_a_letter_longer_than_a_cell_says_that_it_was_cut(desk: Desk, tmp_path: Path) -> None:
    desk.take(at("2026-02-13T10:00"), text="长" * (MOST_CELL + 5))
    export_rows(desk.house, "messages", "xlsx", tmp_path / "m.xlsx")
    book = load_workbook(tmp_path / "m.xlsx")
    text = str(book.active[2][3].value)  # type: ignore[index]
    assert len(text) == MOST_CELL
    assert text.endswith("请见 jsonl 导出）")


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="无法写入"):
        export_rows(desk.house, "messages", "csv", tmp_path / "none" / "m.csv")
    assert not (tmp_path / "none").exists()
