"""A process that runs a sweep for every line on its standard input, at the moment that the line says."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flows import sweeping
from flows.house import House
from flows.retention import erase_due
from models.settings import Settings

SWEEPS: Mapping[str, tuple[Callable[[House, datetime], dict[str, Any]], ...]] = {
    "chase": (sweeping.chase_round, sweeping.daily_round, sweeping.deliver_due, sweeping.seal_history),
    "publish": (sweeping.compile_last_week,),
    "erase": (erase_due,),
}


def main() -> None:
    """Each line: [data folder, database, sweep, moment]; answered by what the sweep told, on a line."""
    for line in sys.stdin:
        folder, database_url, name, now = json.loads(line)
        house = House(Settings(_env_file=None, data_dir=Path(folder), database_url=database_url, profile="demo"))
        done = [sweep(house, datetime.fromisoformat(now)) for sweep in SWEEPS[name]]
        house.engine.dispose()
        sys.stdout.write(json.dumps(done, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
