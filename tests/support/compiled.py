"""What libraries compile for one engine or one application, kept for all of a test run's: each test makes its own."""

from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

_STATEMENTS = 5_000
_known: dict[type, tuple[Any, LRUCache[Any, Any]]] = {}


class Templates(BytecodeCache):
    """Jinja2's code by template, in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Templates()


def share_statements() -> None:
    """SQLAlchemy keeps its SQL by engine and dialect object; from here on the first of each kind serves all."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    if connection.dialect.is_async:
        return
    first = _known.setdefault(type(connection.dialect), (connection.dialect, LRUCache(_STATEMENTS)))
    connection.dialect, connection.engine._compiled_cache = first
