"""The ledger from files: its own exports come back once, a plan's tasks are placed or named with the reason."""

from datetime import date
from pathlib import Path

import docx
import pytest
from sqlmodel import select
from support.desk import at

from flows.exporting import export_rows
from flows.house import House
from flows.ledger_files import NoState, entries, import_ledger, line
from flows.opening import initialise
from models.database import reading
from models.settings import Settings
from models.tables.ledger import Promise
from responders.work_plans.lines import BadPlan

NOW = at("2026-03-02T09:00")
PLAN = """望溪市2026年便民工作要点

2026年2月9日

一、办好民生实事
(一)修补道路。
1.6月底前完成学府路大修。(责任单位：住房和城乡建设局、各镇人民政府)
2.每年至少开展2次巡查。(责任单位：城北飞天局)
一、办好民生实事
(一)修补道路。
3.在20265月底前公布进度。(责任单位：住房和城乡建设局)
4.整理往年资料。
(二)听取意见。
1.汇总群众意见。(责任单位：各镇人民政府、各街道办事处)
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(Settings(data_dir=tmp_path / "var"), clock=lambda: NOW)
    initialise(made)
    return made


@pytest.fixture
def plan(house: House, tmp_path: Path) -> Path:
    name = house.profile.units_by_code["housing_bureau"].name
    file = tmp_path / "要点.txt"
    file.write_text(PLAN.replace("住房和城乡建设局", name), encoding="gb18030")
    return file


def promises(house: House) -> dict[str, Promise]:
    with reading(house.engine) as session:
        return {p.source_ref: p for p in session.exec(select(Promise)).all()}


def test_every_task_is_entered_or_named_with_the_reason(house: House, plan: Path) -> None:
    result = import_ledger(house, plan, NOW)
    assert (result["read"], result["entered"], result["duplicates"]) == (5, 5, 0)
    why = {p["where"]: p["why"] for p in result["problems"]}
    assert "没有写责任单位" in why["要点.txt 一(一)4"]
    assert "“城北飞天局”不在辖区配置里" in why["要点.txt 一(一)2"]
    assert "2026-05-31" in why["要点.txt 一(一)3"]
    assert "都是群体" in why["要点.txt 一(二)1"]


def test_a_task_waits_for_confirmation_with_its_unit_and_limit(house: House, plan: Path) -> None:
    import_ledger(house, plan, NOW)
    found = promises(house)
    road, patrol, damaged = (found[f"要点.txt 一(一){n}"] for n in (1, 2, 3))
    assert (road.unit, road.level, road.due, road.state) == ("housing_bureau", "dated", date(2026, 6, 30), "to_confirm")
    assert "责任单位：" in road.text
    assert (patrol.unit, patrol.due, patrol.due_expr) == (house.profile.centre, None, "每年至少开展2次")
    assert (damaged.due, damaged.due_expr, damaged.level) == (None, "20265月底前", "specific")
    assert road.made_at == at("2026-02-09T00:00")


def test_the_same_plan_twice_enters_nothing(house: House, plan: Path) -> None:
    import_ledger(house, plan, NOW)
    again = import_ledger(house, plan, NOW)
    assert (again["entered"], again["duplicates"]) == (0, 5)
    assert len(promises(house)) == 5


def test_a_dry_run_says_the_same_and_keeps_nothing(house: House, plan: Path) -> None:
    dry = import_ledger(house, plan, NOW, dry_run=True)
    assert promises(house) == {}
    assert import_ledger(house, plan, NOW) == dry


@pytest.mark.parametrize("kind", ["jsonl", "csv", "xlsx"])
def test_an_export_comes_back_into_another_ledger_once(kind: str, house: House, plan: Path, tmp_path: Path) -> None:
    import_ledger(house, plan, NOW)
    file = tmp_path / f"ledger.{kind}"
    assert export_rows(house, "promises", kind, file) == 5
    assert import_ledger(house, file, NOW)["duplicates"] == 5
    other = House(Settings(data_dir=tmp_path / "other"), clock=lambda: NOW)
    initialise(other)
    assert import_ledger(other, file, NOW) == {"read": 5, "entered": 5, "duplicates": 0, "problems": [], "plan": None}
    fields = ("unit", "text", "due", "due_expr", "level", "made_at", "state")
    told = [{ref: [getattr(p, f) for f in fields] for ref, p in promises(h).items()} for h in (house, other)]
    assert told[0] == told[1]


def test_a_broken_row_is_named_and_the_others_go_in(house: House, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    good = '{"unit": "housing_bureau", "text": "补种行道树", "due": "2026-05-01"}'
    bad = '{"unit": "housing_bureau", "text": "x", "due": "1900-01-01"}'
    file.write_text(f"{good}\nnot json\n{bad}\n", encoding="utf-8")
    result = import_ledger(house, file, NOW)
    assert (result["read"], result["entered"]) == (3, 1)
    assert [p["where"] for p in result["problems"]] == ["ledger.jsonl 第2行", "ledger.jsonl 第3行"]


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF-1.7 ..."), ("a.doc", b"\xd0\xcf\x11\xe0" + b"0" * 99)])
def test_what_has_no_reliable_text_is_refused_by_name(name: str, content: bytes, house: House, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadPlan, match="DOCX 或 TXT"):
        import_ledger(house, tmp_path / name, NOW)


def test_a_plan_in_a_word_table_reads_merged_units_for_all_their_tasks(house: House, tmp_path: Path) -> None:
    unit = house.profile.units_by_code["housing_bureau"].name
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for column, text in enumerate(("工作任务", "牵头单位", "责任单位")):
        table.cell(0, column).text = text
    table.cell(1, 0).text = "1.公布进度。"
    table.cell(2, 0).text = "2.接受监督。"
    table.cell(1, 1).merge(table.cell(2, 1)).text = unit
    table.cell(1, 2).text = "——"
    document.save(str(tmp_path / "plan.docx"))
    result = import_ledger(house, tmp_path / "plan.docx", NOW)
    assert (result["read"], result["entered"]) == (2, 2)
    assert {p.unit for p in promises(house).values()} == {"housing_bureau"}


def test_the_list_filters_by_state_unit_and_lateness(house: House, plan: Path) -> None:
    import_ledger(house, plan, NOW)
    late = House(house.settings, clock=lambda: at("2026-07-01T09:00"))
    assert [row["due"] for row in entries(late, state="待确认", unit="housing_bureau", overdue=True)] == ["2026-06-30"]
    assert entries(house, state="to_confirm", unit=None, overdue=True) == []
    assert "2026-06-30" in line(entries(house, state=None, unit=None, overdue=False)[0])
    with pytest.raises(NoState, match="待确认"):
        entries(house, state="飞", unit=None, overdue=False)
