"""`huiyin`: every command under one roof; errors are said in one line, with their exit code."""

import logging
import os
import sys

import typer

from console.cli import collect, filters, judgement, ledger, record, running, upkeep
from models.errors import HuiyinError

app = typer.Typer(
    name="huiyin",
    help="回音：群众来件，件件有落实、事事有回音。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for room in (running, collect, record, filters, judgement, ledger, upkeep):
    room.enter(app)


def main() -> None:
    logging.basicConfig(
        level=os.environ.get("HUIYIN_LOG_LEVEL", "WARNING"), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        app()
    except HuiyinError as error:
        sys.stderr.write(f"huiyin：{error}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
