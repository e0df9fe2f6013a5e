"""The command line. Modules import what is heavy inside their commands: `huiyin --help` must answer at once."""

from console.cli.main import main

__all__ = ["main"]
