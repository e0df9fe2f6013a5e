"""What two processes must not do at the same moment: the second waits, and finds it done."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import func, select

from flows.house import House
from models.database import reading


@contextmanager
def alone(house: House, what: str) -> Iterator[None]:
    """PostgreSQL's advisory lock under the name of `what`, held to the end of the block.

    SQLite's writer is one machine, and each of its writing transactions waits for the one before.
    """
    with reading(house.engine) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.scalar(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))
        yield
