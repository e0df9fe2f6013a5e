"""Bring a database to the newest schema; say whether it drifts from the tables."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

FOLDER = Path(__file__).parent / "migrations"


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
        return [str(d) for d in compare_metadata(context, SQLModel.metadata)]


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
        return here == ScriptDirectory.from_config(_config(connection)).get_current_head()
