"""Bring a database to the newest schema; say whether it drifts from the tables."""

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

# Of a PostgreSQL database it names each sequence, ninety lines before an operator reads what doctor found.
logging.getLogger("alembic").setLevel(logging.WARNING)

FOLDER = Path(__file__).parent / "migrations"
_THINGS = {"table": "表", "column": "列", "index": "索引", "constraint": "约束", "fk": "外键"}


def _config(connection: Any) -> Any:  # noqa: ANN401  (alembic is imported only when needed)
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """To the newest revision, in one transaction; two at once wait for each other."""
    from alembic import command

    with engine.execution_options(writing=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7203110)")
        command.upgrade(_config(connection), "head")


def drift(engine: Engine) -> list[str]:
    """What differs between the database and the tables; empty when migrations and tables agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    import models.tables  # noqa: F401

    def include(_object: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
        return not (name or "").startswith(("order_search", "ix_order_search"))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include})
        return [_in_words(found) for found in compare_metadata(context, SQLModel.metadata)]


def _in_words(found: Any) -> str:  # noqa: ANN401  (a tuple of Alembic's, or a list of them for one column)
    """What Alembic would do to the database, as what is amiss in it: 缺表 x, 多出列 x.y."""
    kind, *parts = found[0] if isinstance(found, list) else found
    names = [getattr(part, "name", part) for part in parts]
    named = ".".join(name for name in names if isinstance(name, str))
    how = "缺" if kind.startswith("add_") else "多出" if kind.startswith("remove_") else "不同："
    return f"{how}{_THINGS.get(kind.partition('_')[2], kind)} {named}"


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
        return here == ScriptDirectory.from_config(_config(connection)).get_current_head()
