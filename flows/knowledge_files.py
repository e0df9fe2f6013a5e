"""问答库 in files: what comes in from an office's sheet, each faulty row named, and the whole of it going out."""

import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlmodel import Session, select

from channels.knowledge_rows import LABELS, KnowledgeRow, read_knowledge
from channels.options import ReadOptions
from flows.edition_files import write_one
from flows.exporting import CannotWrite, cell
from flows.house import House
from flows.knowledge import Written, propose
from models.actors import SYSTEM, Actor
from models.database import reading
from models.errors import HuiyinError
from models.queries.knowledge import Line, list_entries
from models.tables.knowledge import KnowledgeVersion
from models.vocabulary import DEMONSTRATION, KnowledgeState

MOST_BYTES = 20 * 1024 * 1024
_ALL = 1_000_000
_COLUMNS = ("编号", "版本", "状态", *LABELS.values())


def import_knowledge(house: House, source: Path, actor: Actor, now: datetime) -> dict[str, Any]:
    """{"read","entered","duplicates","problems":[{"where","why"}]}: entries wait for review like any other.

    A row that can't be entered is named with what to do and the others go on; the same question of the same unit
    with the same answer is known already. Raises BadInput for a file that is no such table.
    """
    result: dict[str, Any] = {"read": 0, "entered": 0, "duplicates": 0, "problems": []}
    with reading(house.engine) as session:
        known = _known(session)
    for row in read_knowledge(source, ReadOptions(now=now, zone=house.settings.zone)):
        result["read"] += 1
        why = row.fault or _enter(house, row, actor, now, known, result)
        if why:
            result["problems"].append({"where": row.where, "why": why})
    return result


def import_bytes(house: House, name: str, content: bytes, actor: Actor, now: datetime) -> dict[str, Any]:
    """The same for an uploaded file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / (Path(name).name or "问答库")
        file.write_bytes(content)
        return import_knowledge(house, file, actor, now)


def exported(house: House, actor: Actor) -> bytes:
    """Every entry with the version that stands now, as XLSX; the same columns come in again."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("问答库")
    sheet.freeze_panes = "A2"
    marks = (DEMONSTRATION,) if house.profile.demonstration else ()
    sheet.append([*_COLUMNS, *(("说明",) if marks else ())])
    with reading(house.engine) as session:
        today = house.now().astimezone(house.settings.zone).date()
        for line in list_entries(session, actor, "", today, most=_ALL):
            sheet.append([*(cell(value) for value in _told(house, line)), *marks])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def export_file(house: House, out: Path) -> int:
    """The same to a file, whole or not at all; how many entries there were."""
    content = exported(house, SYSTEM)
    try:
        write_one(out, content)
    except OSError as error:
        raise CannotWrite(f"{out}：无法写入（{error.strerror}）。请检查文件夹是否存在、可写、有空间。") from error
    with reading(house.engine) as session:
        return len(list_entries(session, SYSTEM, "", house.now().astimezone(house.settings.zone).date(), most=_ALL))


def _told(house: House, line: Line) -> Iterator[object]:
    said = line.said
    unit = house.profile.units_by_code.get(said.unit)
    yield from (line.entry.id, said.version, "已停用" if line.entry.retired_at else KnowledgeState(said.state).label)
    yield from (said.question, said.answer, unit.name if unit else said.unit)
    yield from (house.profile.domain_labels.get(said.domain, said.domain), said.policy, said.valid_until.isoformat())
    yield said.public


def _enter(
    house: House, row: KnowledgeRow, actor: Actor, now: datetime, known: set[tuple[str, str, str]],
    result: dict[str, Any],
) -> str:  # fmt: skip
    """Why the row can't be entered; empty where it was, or was known."""
    profile = house.profile
    unit = next((u.code for u in profile.units if row.unit in (u.code, u.name, *u.aliases)), None)
    domain = _code(row.domain, profile.domain_labels)
    if unit is None:
        return f"“{LABELS['unit']}”中的“{row.unit}”不在单位名录中，请改为本地单位的名称或代码。"
    if domain is None:
        return f"“{LABELS['domain']}”中的“{row.domain}”不在领域目录中，请改为目录中的名称或代码。"
    key = (unit, row.question.strip(), row.answer.strip())
    if key in known:
        result["duplicates"] += 1
        return ""
    assert row.valid_until is not None  # noqa: S101  (a row without a fault has it)
    written = Written(row.question, row.answer, unit, domain, row.policy, row.valid_until, row.public)
    try:
        propose(house, written, actor, now)
    except HuiyinError as fault:
        return str(fault)
    known.add(key)
    result["entered"] += 1
    return ""


def _code(given: str, names: dict[str, str]) -> str | None:
    return given if given in names else next((code for code, name in names.items() if name == given), None)


def _known(session: Session) -> set[tuple[str, str, str]]:
    rows = session.exec(select(KnowledgeVersion.unit, KnowledgeVersion.question, KnowledgeVersion.answer)).all()
    return {(unit, question, answer) for unit, question, answer in rows}
