"""Which model is live, asked without the ORM: a filter of one line must not wait for it to be imported."""

import sqlite3
from pathlib import Path

_QUESTION = "SELECT path FROM model_version WHERE live"


def live_model(database: str) -> str | None:
    """Folder of the promoted model in the database of that URL; None: the shipped one, or no record yet."""
    if not database.startswith("sqlite"):
        return _asked_of_a_server(database)
    file = Path(database.removeprefix("sqlite:///"))
    if not file.is_file():
        return None
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        row = connection.execute(_QUESTION).fetchone()
    except sqlite3.OperationalError:  # a file without tables, before `huiyin init`
        return None
    finally:
        connection.close()
    return str(row[0]) if row else None


def _asked_of_a_server(database: str) -> str | None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import ProgrammingError

    engine = create_engine(database, hide_parameters=True)
    try:
        with engine.connect() as connection:
            found: str | None = connection.execute(text(_QUESTION)).scalar()
    except ProgrammingError:  # no tables yet
        return None
    finally:
        engine.dispose()
    return found
