"""A ledger's sheet that is damaged anywhere is a named fault, never a crash."""

import io
import warnings
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.desk import open_desk

from flows.ledger_rows import BadLedger, read_ledger


def _sheet() -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.append(["unit", "text"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


_WHOLE = _sheet()
_PARTS = zipfile.ZipFile(io.BytesIO(_WHOLE)).namelist()


def _damaged(part: str, instead: bytes | None) -> bytes:
    """The sheet with one of its parts replaced, or left out."""
    held, whole = io.BytesIO(), zipfile.ZipFile(io.BytesIO(_WHOLE))
    with zipfile.ZipFile(held, "w") as made:
        for name in whole.namelist():
            if name != part:
                made.writestr(name, whole.read(name))
            elif instead is not None:
                made.writestr(name, instead)
    return held.getvalue()


@pytest.mark.parametrize("instead", [None, b"", b"<x", b"<x/>"], ids=["gone", "empty", "cut", "other"])
def test_a_sheet_with_any_part_damaged_is_read_or_refused_by_name(instead: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    refused = {}
    with open_desk(tmp_path) as desk:
        for part in _PARTS:
            file.write_bytes(_damaged(part, instead))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of a missing style
                try:
                    assert read_ledger(desk.house, file).lines == []
                except BadLedger as fault:
                    refused[part] = str(fault)
    assert "xl/workbook.xml" in refused
    assert all("台账.xlsx" in said for said in refused.values())


@pytest.mark.parametrize("content", [b"", b"x", _WHOLE[: len(_WHOLE) // 2], b"PK\x03\x04" + b"\0" * 60])
def test_what_is_no_sheet_at_all_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(content)
    with open_desk(tmp_path) as desk, pytest.raises(BadLedger, match="不是完整的台账导出文件"):
        read_ledger(desk.house, file)
