"""Alembic's environment; models/migrating.py hands over the connection."""

from typing import Any

from alembic import context
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)


def include_object(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """FTS5's shadow tables and PostgreSQL's search table are made by hand (models/queries/search.py)."""
    del kind
    return not (name or "").startswith(("order_search", "ix_order_search"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_object=include_object,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
