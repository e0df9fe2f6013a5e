"""Imported by every Python that finds it on its path: notes and refuses whatever would leave this machine."""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from support import loopback


def _watched(name: str) -> None:
    class Noted(loopback.OffThisMachineError):
        def __init__(self, *args: Any) -> None:  # noqa: ANN401  (an error's)
            with Path(name).open("a") as file:
                file.write(f"{sys.argv}: {args}\n")
            super().__init__(*args)

    loopback.OffThisMachineError = Noted  # type: ignore[misc]
    loopback.stay_on_this_machine()


if _file := os.environ.get("HUIYIN_TEST_OFFSITE"):
    _watched(_file)
