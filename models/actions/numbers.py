"""Order numbers and row ids in blocks: gaps are allowed, repeats are not."""

from datetime import date

from sqlalchemy import Engine, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from models.database import writing
from models.tables.record import Counter


def take_block(session: Session, name: str, size: int) -> int:
    """The first of `size` numbers that nobody else gets. The counter's row is locked until the commit."""
    table = Counter.__table__  # type: ignore[attr-defined]
    dialect = session.get_bind().dialect.name
    fresh = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table).values(name=name, value=0)
    session.execute(fresh.on_conflict_do_nothing())
    session.execute(update(Counter).where(col(Counter.name) == name).values(value=Counter.value + size))
    last = session.exec(select(Counter.value).where(Counter.name == name)).one()
    return last - size + 1


def block(engine: Engine, name: str, size: int) -> int:
    """`take_block` in a transaction of its own, so that workers don't wait for each other's batches."""
    with writing(engine) as session:
        return take_block(session, name, size)


def order_number(prefix: str, day: date, serial: int) -> str:
    """GX20260213000123: prefix, day of receipt, running number."""
    return f"{prefix}{day:%Y%m%d}{serial:06d}"
