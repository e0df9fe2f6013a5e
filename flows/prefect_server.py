"""Prefect's own server as the embedded form starts it: on SQLite each of its transactions takes its turn to write.

Prefect opens most transactions deferred. One that has read, and writes while another has committed in between, fails
at once as “database is locked”, however long the patience; begun immediate it waits. Its own injection point for a
database configuration is used, so that nothing of Prefect is changed. With PostgreSQL the server is Prefect's own.
"""

import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import set_database_config
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction


class InTurn(AioSqliteConfiguration):
    """Prefect's SQLite, with every transaction begun immediate."""

    @asynccontextmanager
    async def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = False,  # noqa: ARG002  (Prefect's signature)
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        async with super().begin_transaction(session, with_for_update=True) as transaction:
            yield transaction


def main() -> None:
    """`python -m flows.prefect_server` takes what `prefect server` takes: `start --port 4200`."""
    url = str(PREFECT_API_DATABASE_CONNECTION_URL.value())
    if url.startswith("sqlite"):
        set_database_config(InTurn(connection_url=url))
    # A run's last heartbeat may come after its end; that marking it as crashed is then refused is no news.
    logging.getLogger("prefect.server.events.actions").setLevel(logging.ERROR)
    from prefect.cli import app

    sys.argv.insert(1, "server")
    app()


if __name__ == "__main__":
    main()
