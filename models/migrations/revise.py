"""Write a new revision from the difference between tables and an up-to-date database.

Usage: python -m models.migrations.revise "what changes"
"""

import sys
import tempfile

from alembic import command

from models.database import open_engine
from models.migrating import _config, upgrade


def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/revise.db")
        upgrade(engine)
        with engine.connect() as connection:
            command.revision(_config(connection), message=message, autogenerate=True)


if __name__ == "__main__":
    main(sys.argv[1])
