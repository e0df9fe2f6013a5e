"""A house with a row in every table, and all its rows, for backups to be compared by."""

import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Uuid,
    func,
    insert,
    select,
)
from support.desk import Desk, at

from flows.backup_rows import tables
from flows.house import House
from flows.opening import initialise
from models.database import writing
from models.queries.search import write_search_rows
from models.settings import Settings
from models.tables.base import Utc
from models.tables.orders import WorkOrder

NOW = at("2026-02-16T09:00")


def house_in(folder: Path, database_url: str = "", profile: str = "demo") -> House:
    return House(Settings(data_dir=folder, database_url=database_url, profile=profile), clock=lambda: NOW)


def lived_in(house: House) -> House:
    initialise(house)
    desk = Desk(house)
    first, second = desk.take(at("2026-02-13T10:00")), desk.take(at("2026-02-13T11:00"))
    with writing(house.engine) as session:
        merged = session.get_one(WorkOrder, first.id)
        merged.merged_into = second.id  # refers to a row that comes after it
        session.add(merged)
        write_search_rows(session, [(second.id or 0, "电梯 停运")])
    house.blobs.put("原始来件".encode())
    return house


def fill_every_table(house: House) -> None:
    """A row in each table that a day's work left empty: a table that a backup forgets is then missed."""
    with house.engine.begin() as connection:
        for table in tables():
            if not connection.execute(select(func.count()).select_from(table)).scalar():
                needed = [column for column in table.columns if not column.nullable]
                connection.execute(insert(table), {c.name: _some(connection, c) for c in needed})


def _some(connection: Connection, column: Column[Any]) -> object:
    """A value of the column's kind; where it refers to a row, one that is there."""
    for key in column.foreign_keys:
        return connection.execute(select(key.column).limit(1)).scalar()
    examples: dict[Any, object] = {
        Utc: NOW, Date: NOW.date(), Uuid: uuid.uuid5(uuid.NAMESPACE_OID, str(column)), LargeBinary: b"\x00\xff",
        JSON: {"项": ["值"]}, Boolean: True, (Integer, Float): 1,
    }  # fmt: skip
    text_of_a_day = NOW.date().isoformat()[: getattr(column.type, "length", None)]  # some texts are days
    return next((value for kind, value in examples.items() if isinstance(column.type, kind)), text_of_a_day)


def rows_of(house: House) -> dict[str, list[Any]]:
    with house.engine.connect() as connection:
        return {
            t.name: [tuple(r) for r in connection.execute(select(t).order_by(*t.primary_key.columns))] for t in tables()
        }
