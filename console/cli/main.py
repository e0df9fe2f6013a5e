"""`huiyin`: every command under one roof; errors are said in one line, with their exit code."""

import gc
import logging
import os
import sys
from collections.abc import Sequence

import typer

from console.cli import (
    calling,
    collect,
    filters,
    judgement,
    knowledge,
    ledger,
    orders,
    papers,
    record,
    routes,
    running,
    upkeep,
)
from console.cli.faults import fault

app = typer.Typer(
    name="huiyin",
    help="回音：群众来件，件件有落实、事事有回音。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for room in (running, collect, record, filters, judgement, knowledge, ledger, orders, papers, routes, calling, upkeep):
    room.enter(app)


# Objects between two collections. What a command imports stays: to look through it hundreds of times while it grows
# takes a sixteenth of the time of a short command.
_OBJECTS_A_ROUND = 50_000


def main(words: Sequence[str] | None = None) -> None:
    """Run one command, given or of this process, and exit with its code."""
    gc.set_threshold(_OBJECTS_A_ROUND)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it reads every installed package's description
    _log()
    try:
        code = app(args=words, prog_name="huiyin", standalone_mode=False)
    except Exception as error:  # noqa: BLE001  (whatever happened, a person reads one line)
        said, code = fault(error)
        sys.stderr.write(said + "\n")
    sys.exit(code or 0)


def _log() -> None:
    """Logs go to stderr; a level that does not exist is the settings' to complain about."""
    level = logging.getLevelNamesMapping().get(os.environ.get("HUIYIN_LOG_LEVEL", "WARNING"), logging.WARNING)
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine() if level > logging.DEBUG else logging.Formatter(_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])


_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _OneLine(logging.Formatter):
    """The last line of a traceback only: what happened stands there, where it happened is for DEBUG."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def formatException(self, ei: object) -> str:  # noqa: N802  (logging's name)
        error = ei[1] if isinstance(ei, tuple) else ei
        return f"  {type(error).__name__}：{' '.join(_said(error).split())}"


def _said(error: object) -> str:
    """Without what PostgreSQL adds to its first line: the values of a key or a row, which are somebody's."""
    added = getattr(getattr(getattr(error, "orig", error), "diag", None), "message_detail", None)
    return str(error).replace(added, "…") if added else str(error)
