"""Work plans (rows 12, 14, 33): every numbered passage of five kinds of documents is entered or named."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from support.desk import Desk, at, open_desk
from support.plan_samples import BRACKETED, PASTED, REPORT, TABLE, VIEWER

from flows.ledger_files import import_ledger
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseUnit, WorkPlan
from responders.work_plans.lines import BadPlan, plan_lines
from responders.work_plans.tasks import find_tasks

NOW = at("2027-03-10 09:00")
SAMPLES = {"table": TABLE, "bracketed": BRACKETED, "viewer": VIEWER, "pasted": PASTED, "report": REPORT}
# read, placed with their unit, waiting for a person to assign, recurring, damaged, after an event, asides, gaps
COUNTED = {
    "table": (9, 7, 2, 1, 3, 2, 0, 0),
    "bracketed": (3, 2, 1, 2, 0, 0, 0, 0),
    "viewer": (5, 3, 2, 1, 0, 0, 2, 1),
    "pasted": (3, 1, 2, 1, 0, 1, 0, 0),
    "report": (5, 0, 5, 1, 0, 1, 2, 0),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(_new(tmp_path / "var"), now=NOW) as opened:
        yield opened


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def text_file(folder: Path, name: str) -> Path:
    file = folder / f"{name}.txt"
    file.write_text(SAMPLES[name], encoding="utf-8")
    return file


def word_file(folder: Path, name: str, text: str) -> Path:
    """The same lines as paragraphs of a DOCX; a viewer's pages are not what a word processor has."""
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    file = folder / f"{name}.docx"
    document.save(str(file))
    return file


def counted(result: dict[str, Any]) -> tuple[int, ...]:
    names = ("placed", "to_assign", "recurring", "damaged", "events", "asides", "gaps")
    return result["read"], *(result["plan"][name] for name in names)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_numbered_passage_is_accounted_for(name: str, desk: Desk, tmp_path: Path) -> None:
    result = import_ledger(desk.house, text_file(tmp_path, name), NOW)
    assert counted(result) == COUNTED[name]
    assert result["entered"] == result["read"]
    assert result["plan"]["placed"] + result["plan"]["to_assign"] == result["read"]
    tasks = {row.task.partition("-")[0] for row in desk.all(Promise) if row.task}
    assert len(tasks) == result["read"]


@pytest.mark.parametrize("name", ["table", "bracketed", "pasted", "report"])
def test_the_same_as_docx_reads_the_same(name: str, tmp_path: Path) -> None:
    plain = find_tasks(plan_lines(text_file(tmp_path, name)))
    word = find_tasks(plan_lines(word_file(tmp_path, name, SAMPLES[name])))
    assert [(t.ref, t.text, t.units) for t in word.tasks] == [(t.ref, t.text, t.units) for t in plain.tasks]
    assert (word.asides, word.gaps) == (plain.asides, plain.gaps)


def test_a_word_table_with_merged_cells_and_repeated_headings_reads_like_its_text(tmp_path: Path) -> None:
    rows = [
        ("工作任务", "牵头单位", "责任单位"),
        ("(一)整修道路桥梁。", "", ""),
        ("1.整修滨禾桥。", "市交通运输局", ""),
        ("2.更新路名牌。", "市城管局", "市直各部门"),
        ("(一)整修道路桥梁。", "", ""),
        ("3.公布停车位目录。", "市城管局", "市直各部门"),
    ]
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=3)
    for number, cells in enumerate(rows):
        if cells[1:] == ("", ""):
            table.cell(number, 0).merge(table.cell(number, 2)).text = cells[0]
            continue
        for column, text in enumerate(cells):
            table.cell(number, column).text = text
    document.save(str(tmp_path / "plan.docx"))
    found = find_tasks(plan_lines(tmp_path / "plan.docx")).tasks
    assert [(t.ref, [n.name for n in t.leads], [n.name for n in t.others]) for t in found] == [
        ("(一)1", ["市交通运输局"], []), ("(一)2", ["市城管局"], ["市直各部门"]),
        ("(一)3", ["市城管局"], ["市直各部门"]),
    ]  # fmt: skip


def test_damaged_dates_are_candidates_and_never_filled_in(desk: Desk, tmp_path: Path) -> None:
    result = import_ledger(desk.house, text_file(tmp_path, "table"), NOW)
    damaged = {row.task: row for row in desk.all(Promise) if row.choices}
    assert {task: row.choices for task, row in damaged.items()} == {
        "一(一)2": ["2027-06-30"], "一(一)3": ["2027-05-31"], "一(一)4": ["2028-01-15", "2028-11-05"],
    }  # fmt: skip
    assert {row.due for row in damaged.values()} == {None}
    assert any("落款日期有缺字，可能是 2027-03-04" in p["why"] for p in result["problems"])


def test_recurring_demands_are_entries_of_their_own_that_come_again(desk: Desk, tmp_path: Path) -> None:
    for name in ("table", "viewer"):
        import_ledger(desk.house, text_file(tmp_path, name), NOW)
    often = [(row.task, row.every, row.times) for row in desk.all(Promise) if row.every]
    assert often == [
        ("二(一)1-1", "year", 4), ("二(一)1-2", "year", 2),
        ("二(三)4-1", "quarter", 1), ("二(三)4-2", "year", 1), ("二(三)4-3", "half", 1),
    ]  # fmt: skip


def test_a_limit_that_follows_an_event_is_kept_in_words_and_given_no_date(desk: Desk, tmp_path: Path) -> None:
    import_ledger(desk.house, text_file(tmp_path, "table"), NOW)
    row = desk.one(Promise, task="二(一)2")
    assert row.due is None
    assert "5个工作日内" in (row.due_expr or "")
    assert "设立登记簿" in row.text


def test_leads_and_groups_are_kept_as_the_plan_names_them(desk: Desk, tmp_path: Path) -> None:
    import_ledger(desk.house, text_file(tmp_path, "table"), NOW)
    row = desk.one(Promise, task="一(一)2")
    units = [(u.name, u.unit, u.part, u.is_group) for u in desk.all(PromiseUnit, promise_id=row.id)]
    assert row.unit == "urban_bureau"
    assert units == [
        ("市城管局", "urban_bureau", "lead", False), ("市住建局", "housing_bureau", "lead", False),
        ("各镇(街道)", None, "co", True), ("市直各部门", None, "co", True),
    ]  # fmt: skip


def test_a_task_without_a_unit_waits_with_the_centre_and_is_reported_as_such(desk: Desk, tmp_path: Path) -> None:
    result = import_ledger(desk.house, text_file(tmp_path, "report"), NOW)
    assert {(row.unit, row.state) for row in desk.all(Promise)} == {(desk.house.profile.centre, "to_confirm")}
    why = [p["why"] for p in result["problems"]]
    assert sum("没有写责任单位" in each and "确认时指定" in each for each in why) == 5
    assert any("像是情况报告" in each for each in why)
    assert [each[:4] for each in why if "不是任务，" in each] == ["二(一)", "二(二)"]


def test_a_plan_is_kept_with_its_title_year_and_day(desk: Desk, tmp_path: Path) -> None:
    for name in SAMPLES:
        import_ledger(desk.house, text_file(tmp_path, name), NOW)
    assert [(row.title, row.year, row.made_on) for row in desk.all(WorkPlan)] == [
        ("望溪市2027年便民服务工作要点任务分解", 2027, date(2027, 3, 9)),
        ("2026年望溪市便民服务工作要点", 2026, date(2026, 2, 15)),
        ("望溪市政府关于认真做好便民服务工作的意见", None, None),
        ("pasted", None, None),
        ("report", 2025, date(2025, 12, 12)),
    ]


def test_scans_and_fixed_layouts_are_refused_by_name_with_what_to_do(desk: Desk, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_picture(_picture(tmp_path))
    document.save(str(tmp_path / "扫描.docx"))
    with pytest.raises(BadPlan, match=r"扫描件.*识别校对"):
        import_ledger(desk.house, tmp_path / "扫描.docx", NOW)
    _zip(tmp_path / "版式.ofd", "OFD.xml")
    with pytest.raises(BadPlan, match="OFD"):
        import_ledger(desk.house, tmp_path / "版式.ofd", NOW)
    assert desk.all(WorkPlan) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("坏.docx", "整修道路".encode(), "坏.docx：打不开.*另存为 DOCX"),
        ("缺.docx", b"PK\x03\x04" + b"\x00" * 60, "缺.docx：打不开.*另存为 DOCX"),
        ("空.docx", b"", "空.docx：文件是空的"),
        ("要点.exe", b"MZ\x90\x00\x03", "要点.exe：不收 .exe 文件.*DOCX 或 TXT"),
        ("空.txt", b"", "空.txt：文件是空的.*选错了文件"),
        ("空白.txt", "　\n".encode(), "空白.txt：文件是空的"),
        ("程序.txt", b"MZ\x90\x00\x03", "程序.txt：打不开.*DOCX 或 UTF-8"),
        ("散文.txt", "路灯都修好了。".encode(), "没有读到编号的任务"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_its_name(
    name: str, content: bytes, said: str, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadPlan, match=said):
        import_ledger(desk.house, tmp_path / name, NOW)


def test_a_damaged_docx_is_said_to_be_damaged(desk: Desk, tmp_path: Path) -> None:
    """Bytes changed at any place of it: what opens all the same is read, all else is refused in words."""
    file = word_file(tmp_path, "table", TABLE)
    whole = file.read_bytes()
    for at_byte in range(0, len(whole), len(whole) // 40):
        file.write_bytes(whole[:at_byte] + b"\xff" * 300 + whole[at_byte + 300 :])
        with suppress(BadPlan):
            plan_lines(file)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadPlan, match=r"table\.docx：打不开"):
        import_ledger(desk.house, file, NOW)


def _picture(folder: Path) -> str:
    """The smallest PNG: one white point."""
    import base64

    file = folder / "p.png"
    file.write_bytes(base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII="
    ))  # fmt: skip
    return str(file)


def _zip(file: Path, name: str) -> None:
    import zipfile

    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, "<x/>")


# The documents themselves are public but not ours to ship: they are read where a folder of them is named.
FOLDER = os.environ.get("HUIYIN_TEST_PLANS", "")
SOURCES = {  # file: profile, tasks, placed, to assign, asides, gaps, and the numbers that the bare text shows
    "chongqing-gaoxin-2021.txt": ("chongqing-gaoxin", 90, 87, 3, 0, 0, 89),
    "jiande-2020.txt": ("jiande", 16, 15, 1, 0, 0, 16),
    "tengchong-2019.txt": ("tengchong", 20, 0, 20, 4, 0, 17),
    "jiujiang.txt": ("jiujiang", 25, 16, 9, 2, 1, 25),
    "municipal-tasks.txt": ("demo", 26, 1, 25, 0, 0, 26),
}


@pytest.mark.skipif(not FOLDER, reason="HUIYIN_TEST_PLANS 没有指定五份工作要点所在的文件夹")
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("form", ["txt", "docx"])
def test_every_numbered_task_of_the_five_documents_is_entered(name: str, form: str, tmp_path: Path) -> None:
    profile, *expected, shown = SOURCES[name]
    text = (Path(FOLDER) / name).read_text(encoding="utf-8")
    source = Path(FOLDER) / name
    if form == "docx":
        whole = "\n".join(plan_lines(source)) if name == "jiujiang.txt" else text
        source = word_file(tmp_path, Path(name).stem, whole)
    with open_desk(_new(tmp_path / "var"), profile=profile) as desk:
        result = import_ledger(desk.house, source, NOW)
        tasks = {row.task.partition("-")[0] for row in desk.all(Promise) if row.task}
    plan = result["plan"]
    assert [result["read"], plan["placed"], plan["to_assign"], plan["asides"], plan["gaps"]] == expected
    assert result["entered"] == result["read"] == len(tasks)
    numbered = {task for task in tasks if re.search(r"\d$", task)}
    assert len(numbered) == len(_shown(text)) == shown


def _shown(text: str) -> set[tuple[str, str, str]]:
    """Numbers at the heads of tasks, read without the importer: (chapter, section, number)."""
    text = re.sub(r"\n\s*\n\d+、", "", text)  # a viewer's page marks
    pattern = (
        r"(?:^|(?<=[\n。)）局府门厅办会位]))[ \t]*"
        r"(?:([一二三四五])、|[(（]([一二三四五六七八九十]{1,2})[)）]|(\d{1,2})[.](?=\D|20\d\d年))"
    )
    chapter = section = ""
    found = set()
    for match in re.finditer(pattern, text):
        if match[1]:
            chapter, section = match[1], ""
        elif match[2]:
            section = match[2]
        else:
            found.add((chapter, section, match[3]))
    return found
