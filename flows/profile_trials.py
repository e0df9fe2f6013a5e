"""配置预览: what an edited profile would change against the live one, and whom that would touch. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import Session, col, func, select

from flows.calendars import recompute
from flows.house import House
from flows.route_trials import notes_on
from models.database import reading
from models.errors import BadProfile
from models.profile import Profile
from models.profile_changes import Change, changes
from models.profile_checks import read_checked
from models.tables.orders import WorkOrder
from models.workflow import OPEN_STATUSES

MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Tried:
    """The profile that was read, its differences, what to look at, and what is running and would be touched."""

    profile: Profile
    changes: Sequence[Change]
    notes: Sequence[str]
    orphans: dict[str, int]  # open orders of units that would vanish, by the unit's name
    moved: dict[str, Any]


def try_profile(house: House, name: str, content: bytes, now: datetime) -> Tried:
    """BadProfile lists every fault with its file, line and field."""
    other = _read(name, content)
    live = house.profile
    gone = {unit.code: unit.name for unit in live.units if unit.code not in other.units_by_code}
    with reading(house.engine) as session:
        orphans = {gone[code]: count for code, count in _open_at(session, sorted(gone)).items()}
    return Tried(
        other, changes(live, other), notes_on(other), orphans, recompute(house, now, dry_run=True, profile=other)
    )


def _read(name: str, content: bytes) -> Profile:
    if len(content) > MAX_BYTES:
        raise BadProfile(f"{name}：超过 {MAX_BYTES // 1_000_000} MB，不像是辖区配置。")
    with TemporaryDirectory() as folder:
        file = Path(folder) / (Path(name.replace("\\", "/")).name or "辖区配置.yaml")
        file.write_bytes(content)
        return read_checked(file)


def _open_at(session: Session, units: Sequence[str]) -> dict[str, int]:
    asked = (
        select(WorkOrder.lead_unit, func.count())
        .where(col(WorkOrder.lead_unit).in_(units), col(WorkOrder.status).in_(OPEN_STATUSES))
        .group_by(col(WorkOrder.lead_unit))
    )
    return {unit: count for unit, count in session.exec(asked).all() if unit}
