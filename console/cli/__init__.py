"""The command line. Modules import what is heavy inside their commands: `huiyin --help` must answer at once."""

import os

# We have no pydantic plugins; looking for some would read every installed package's metadata.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# Our matrices are small: BLAS's threads bring nothing, and to start them takes a twentieth of a short command.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from console.cli.main import main

__all__ = ["main"]
