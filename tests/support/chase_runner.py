"""A process that chases and delivers once at a given moment; the crash tests kill it at theirs."""

import sys
from datetime import datetime
from pathlib import Path

from flows.chasing import chase
from flows.deliveries import deliver
from flows.house import House
from flows.sealing import seal
from models.settings import Settings


def main(folder: str, now: str) -> None:
    own = Path(folder) / "profile.yaml"
    profile = str(own) if own.exists() else "demo"
    house = House(Settings(_env_file=None, data_dir=Path(folder), profile=profile))
    moment = datetime.fromisoformat(now)
    chase(house, moment)
    seal(house, moment)
    deliver(house, moment)


if __name__ == "__main__":
    main(*sys.argv[1:])
