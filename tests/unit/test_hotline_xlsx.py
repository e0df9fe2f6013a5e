"""Call sheets as XLSX: streamed, formulas and merged cells understood, bombs refused."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from support.call_sheets import messages

from channels.hotline import read_hotline
from channels.options import Limits, ReadOptions
from models.inbound import Accepted, Quarantined, SourceItem

OPTIONS = ReadOptions(now=datetime(2026, 3, 2, tzinfo=UTC))
HEAD = ["工单编号", "来电时间", "来电人", "联系电话", "诉求内容", "是否当场答复"]
ROW = ["WX001", datetime(2026, 2, 13, 9, 3), "王女士", "19900001234", "电梯坏了三天", "否"]  # noqa: DTZ001 - as a cell


def saved(path: Path, *rows: list[object], title: str = "来电") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def read(path: Path, options: ReadOptions = OPTIONS) -> list[SourceItem]:
    return list(read_hotline(path, options=options))


def test_a_workbook_is_read_row_by_row(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["望溪市热线"], [], HEAD, ROW, [None] * 6, ["WX002", *ROW[1:]])
    items = read(path)
    first, second = messages(items)
    assert first.received_at == datetime(2026, 2, 13, 9, 3, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (first.phone, first.answered_on_the_spot) == ("19900001234", False)
    assert second.external_id == "WX002"
    assert items[0].where == f"{path}［来电］ 第4行"
    assert items[1].where.endswith("第6行")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (46027.3770833, "2026-01-05T09:03:00+08:00"),
        (date(2026, 1, 5), "2026-01-05T00:00:00+08:00"),
        (20260105, "2026-01-05T00:00:00+08:00"),
    ],
)
def test_times_may_be_numbers(tmp_path: Path, cell: object, expected: str) -> None:
    (message,) = messages(read(saved(tmp_path / "a.xlsx", HEAD, ["A1", cell, *ROW[2:]])))
    assert message.received_at == datetime.fromisoformat(expected)


def test_an_empty_date_that_became_1900_is_a_fault_of_its_row(tmp_path: Path) -> None:
    (item,) = read(saved(tmp_path / "a.xlsx", HEAD, ["A1", datetime(1900, 1, 1), *ROW[2:]]))  # noqa: DTZ001 - as a cell
    assert isinstance(item, Quarantined)
    assert item.where.endswith("第2行")
    assert "来电时间" in item.reason


def test_numbers_stored_as_numbers_keep_their_digits_or_are_faults(tmp_path: Path) -> None:
    rows = [[20260213000123, ROW[1], "", 19900001234, "甲", "否"], [20260213, ROW[1], "", 19900001234.0, "乙", "否"]]
    lost = [202602130001234567, ROW[1], "", 19900001234, "丙", "否"]
    items = read(saved(tmp_path / "a.xlsx", HEAD, *rows, lost))
    assert [(m.external_id, m.phone) for m in messages(items)] == [
        ("20260213000123", "19900001234"),
        ("20260213", "19900001234"),
    ]
    assert isinstance(items[2], Quarantined)
    assert "超过 15 位" in items[2].reason


def test_a_cell_merged_downwards_counts_for_each_of_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        HEAD,
        ROW,
        ["WX002", *ROW[1:2], None, None, "另一件事", "否"],
        ["WX003", *ROW[1:2], None, None, "第三件", "否"],
    ):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    sheet.merge_cells("D2:D3")
    book.save(tmp_path / "a.xlsx")
    assert [(m.sender_name, m.phone) for m in messages(read(tmp_path / "a.xlsx"))] == [
        ("王女士", "19900001234"),
        ("王女士", "19900001234"),
        (None, None),
    ]


def test_a_formula_gives_its_computed_value_and_is_a_fault_without_one(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", HEAD, ["A1", *ROW[1:4], "=1+1", "否"], ROW)
    bad, good = read(path)
    assert isinstance(bad, Quarantined)
    assert "未计算的公式" in bad.reason
    assert isinstance(good, Accepted)
    computed = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(computed, "w") as new:
        for entry in old.infolist():
            new.writestr(
                entry,
                old.read(entry)
                .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
                .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"),
            )
    assert messages(read(computed))[0].text == "2"


def test_every_sheet_is_read_and_a_strange_one_is_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, rows in (
        ("一", [HEAD, ROW]),
        ("说明", [["填表须知"], ["请勿修改"]]),
        ("空", []),
        ("二", [HEAD, ["WX9", *ROW[1:]]]),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    items = read(tmp_path / "a.xlsx")
    assert [message.external_id for message in messages(items)] == ["WX001", "WX9"]
    (strange,) = [item for item in items if isinstance(item, Quarantined)]
    assert "［说明］" in strange.where
    assert "填表须知".encode() in strange.raw


def test_a_row_kept_from_a_workbook_can_be_read_again(tmp_path: Path) -> None:
    (item,) = read(saved(tmp_path / "a.xlsx", HEAD, ROW))
    (tmp_path / "again.jsonl").write_bytes(item.raw)
    assert messages(read(tmp_path / "again.jsonl")) == messages([item])


def test_a_wrong_size_in_the_file_loses_no_rows(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", HEAD, ROW, ROW)
    lying = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(lying, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b'<dimension ref="A1:F3"', b'<dimension ref="A1"'))
    assert len(messages(read(lying))) == 2


def test_a_file_that_unpacks_too_large_is_refused_unopened(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", HEAD, ROW)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", b"\0" * 5_000_000)
    (item,) = read(path, ReadOptions(now=OPTIONS.now, limits=Limits(unpacked=1_000_000)))
    assert isinstance(item, Quarantined)
    assert "解压后" in item.reason
    assert item.raw == path.read_bytes()


def test_a_damaged_workbook_keeps_what_was_read_and_names_the_rest(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", HEAD, ROW, ROW)
    broken = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, data[: data.rfind(b"<row")] + b"<row <<" if "sheet1" in entry.filename else data)
    items = read(broken)
    assert isinstance(items[-1], Quarantined)
    assert "损坏" in items[-1].reason
