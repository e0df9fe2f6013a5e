"""问答库 in files: what comes in from an office's sheet, each faulty row named, and the whole of it going out."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlmodel import Session, select

from channels.knowledge_rows import LABELS, KnowledgeRow, read_knowledge
from channels.options import ReadOptions
from flows.edition_files import write_one
from flows.exporting import CannotWrite, cell
from flows.house import House
from flows.knowledge import Scan, Written, draft_of
from models.actions.knowledge import Draft, propose_entry
from models.actors import SYSTEM, Actor
from models.database import reading, writing
from models.errors import BadInput, HuiyinError
from models.queries.knowledge import Line, list_entries
from models.tables.knowledge import KnowledgeVersion
from models.vocabulary import DEMONSTRATION, KnowledgeState

MOST_BYTES = 5 * 1024 * 1024  # by upload; the command line takes any size
_BATCH = 50
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
    rows = read_knowledge(source, ReadOptions(now=now, zone=house.settings.zone))
    while batch := list(islice(rows, _BATCH)):
        result["read"] += len(batch)
        ready = [made for row in batch if (made := _ready(house, row, result)) is not None]
        with writing(house.engine) as session:
            for made in ready:
                _enter(session, made, known, actor, now, house.day_of(now), result)
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
        for line in list_entries(session, actor, "", house.today(), most=_ALL):
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
        return len(list_entries(session, SYSTEM, "", house.today(), most=_ALL))


def _told(house: House, line: Line) -> Iterator[object]:
    said = line.said
    unit = house.profile.units_by_code.get(said.unit)
    yield from (line.entry.id, said.version, "已停用" if line.entry.retired_at else KnowledgeState(said.state).label)
    yield from (said.question, said.answer, unit.name if unit else said.unit)
    yield from (house.profile.domain_labels.get(said.domain, said.domain), said.policy, said.valid_until.isoformat())
    yield said.public


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row as an entry, read for personal data before any transaction begins."""

    where: str
    draft: Draft
    found: list[str]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.draft.unit, self.draft.question.strip(), self.draft.answer.strip()


def _ready(house: House, row: KnowledgeRow, result: dict[str, Any]) -> _Ready | None:
    """None for a row that is not fit to be entered; the result then says why."""
    try:
        draft = draft_of(house, _written(house, row))
    except BadInput as fault:
        result["problems"].append({"where": row.where, "why": str(fault)})
        return None
    return _Ready(row.where, draft, Scan(house, [])(draft.question, draft.answer))


def _written(house: House, row: KnowledgeRow) -> Written:
    profile = house.profile
    unit = next((u.code for u in profile.units if row.unit in (u.code, u.name, *u.aliases)), None)
    domain = _code(row.domain, profile.domain_labels)
    if row.fault or row.valid_until is None:
        raise BadInput(row.fault)
    if unit is None:
        raise BadInput(f"“{LABELS['unit']}”中的“{row.unit}”不在单位名录中，请改为本地单位的名称或代码。")
    if domain is None:
        raise BadInput(f"“{LABELS['domain']}”中的“{row.domain}”不在领域目录中，请改为目录中的名称或代码。")
    return Written(row.question, row.answer, unit, domain, row.policy, row.valid_until, row.public)


def _enter(
    session: Session, made: _Ready, known: set[tuple[str, str, str]], actor: Actor, now: datetime, today: date,
    result: dict[str, Any],
) -> None:  # fmt: skip
    """Refused before anything of it is written, so that the others of its batch stand."""
    if made.key in known:
        result["duplicates"] += 1
        return
    try:
        propose_entry(session, made.draft, lambda _question, _answer: made.found, actor, now, today=today)
    except HuiyinError as fault:
        result["problems"].append({"where": made.where, "why": str(fault)})
        return
    known.add(made.key)
    result["entered"] += 1


def _code(given: str, names: dict[str, str]) -> str | None:
    return given if given in names else next((code for code, name in names.items() if name == given), None)


def _known(session: Session) -> set[tuple[str, str, str]]:
    rows = session.exec(select(KnowledgeVersion.unit, KnowledgeVersion.question, KnowledgeVersion.answer)).all()
    return {(unit, question, answer) for unit, question, answer in rows}
