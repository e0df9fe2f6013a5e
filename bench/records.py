"""A record of many orders, written straight into the tables: what pages, editions and ledgers are measured on."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from flows.house import House
from models.bulk import core_table
from models.database import writing
from models.queries.search import write_search_rows
from models.tables.ledger import Promise
from models.tables.messages import Message
from models.tables.orders import Assignment, Reply, WorkOrder

Texts = Sequence[tuple[str | None, str]]
NOW = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)  # a Thursday morning in the office
YEAR = 365 * 24 * 60  # minutes
_CHUNK = 5_000
_TABLES: tuple[type[SQLModel], ...] = (WorkOrder, Message, Assignment, Reply)
_ANSWER = "您好，您反映的问题已核实。我局已于次日派人到现场处理，问题已经解决。如有疑问请拨打本单位公开电话。"


def fill(house: House, count: int, texts: Texts) -> None:
    """`count` answered and closed orders of the past year, each with its message, its unit and its answer."""
    units = [unit.code for unit in house.profile.units]
    for first in range(1, count + 1, _CHUNK):
        ids = range(first, min(first + _CHUNK, count + 1))
        rows = [_rows(i, count, units[i % len(units)], *texts[i % len(texts)]) for i in ids]
        with writing(house.engine) as session:
            connection = session.connection()
            for place, table in enumerate(_TABLES):
                usual = _defaults(table)
                connection.execute(insert(core_table(table)), [usual | row[place] for row in rows])
            words = [house.search_words(row[1]["text"][:200]) for row in rows]
            write_search_rows(session, [(i, " ".join(found)) for i, found in zip(ids, words, strict=True)])


def fill_ledger(house: House, count: int) -> None:
    units = [unit.code for unit in house.profile.units]
    usual = _defaults(Promise)
    promises = [
        usual
        | {
            "id": i, "source": "plan", "source_ref": f"第{i}项", "unit": units[i % len(units)],
            "text": f"完成第{i}项任务，并向社会公开完成情况", "level": "dated", "due": date(2026, 12, 31),
            "due_expr": "年底前", "made_at": NOW - timedelta(days=i % 300), "state": "running", "version": 1,
        }
        for i in range(1, count + 1)
    ]  # fmt: skip
    with writing(house.engine) as session:
        session.connection().execute(insert(core_table(Promise)), promises)


def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    """What the columns have where nothing is said."""
    fields = table.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


def _rows(i: int, count: int, unit: str, title: str | None, text: str) -> tuple[dict[str, Any], ...]:
    at = NOW - timedelta(minutes=YEAR * i / count)
    answered = at + timedelta(days=2)
    order = {
        "id": i, "number": f"WX{at:%Y%m%d}{i:06d}", "case_type": "order", "status": "closed", "channel": "board",
        "title": title or text[:20], "domain": "housing", "kind": "complaint", "procedure": "ordinary",
        "urgency": "normal", "lead_unit": unit, "sealed": False, "triage_reasons": [], "received_at": at,
        "accepted_at": at, "dispatched_at": at, "replied_at": answered, "closed_at": answered, "outcome": "resolved",
        "disclosure": "public", "cycle": 1, "returns": 0, "version": 5,
    }  # fmt: skip
    message = {
        "id": uuid.UUID(int=i), "order_id": i, "channel": "board", "external_id": str(i), "query_code": f"Q{i:011d}",
        "received_at": at, "registered_at": at, "title": title, "text": text, "may_publish": True,
        "confidential": False, "attachments": [], "findings": {"domain": "housing", "reasons": []},
    }  # fmt: skip
    assignment = {
        "id": i, "order_id": i, "unit": unit, "part": "lead", "rule": "", "presumed": False, "assigned_by": "system",
        "assigned_at": at,
    }  # fmt: skip
    reply = {
        "id": i, "order_id": i, "cycle": 1, "unit": unit, "text": _ANSWER, "outcome": "resolved", "writer": "wu",
        "written_at": answered, "signed_at": answered, "gate": [], "sent_at": answered,
    }  # fmt: skip
    return order, message, assignment, reply
