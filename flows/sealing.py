"""The sealer at work, and the check of what it sealed."""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from flows.heartbeat import beat
from flows.house import House
from models.actions.sealing import ChainBroken, seal_batch, verify
from models.database import reading, writing
from models.tables.record import History

BATCH = 1000

log = logging.getLogger("huiyin.seal")


def seal(house: House, now: datetime) -> dict[str, int]:
    """Seal every committed history row: {"sealed"}. A broken chain stops the sealer, not the house: `/readyz` tells."""
    sealed = 0
    try:
        while _anything(house):
            with writing(house.engine) as session:
                sealed += seal_batch(session, BATCH)
    except ChainBroken as broken:
        log.error("%s", broken)  # noqa: TRY400  (a finding, not a fault of ours)
    else:
        beat(house, "seal", now, {"sealed": sealed})
    return {"sealed": sealed}


def _anything(house: House) -> bool:
    """Asked without a lock: this runs every second."""
    with reading(house.engine) as session:
        return session.exec(select(History.id).where(col(History.seal).is_(None)).limit(1)).first() is not None


def verify_chain(house: House) -> dict[str, Any]:
    """{"ok","sealed","unsealed","head","broken","why"}: `broken` is the id of the first history row that fails."""
    with reading(house.engine) as session:
        return asdict(verify(session))
