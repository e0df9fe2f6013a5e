"""A house whose units act by signed links: its moment, its address, what its letters hold."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from support.desk import Desk, at, open_desk
from support.web import serving

from flows.deliveries import deliver
from models.profile import Profile, load_profile
from models.tables.orders import WorkOrder

NOW = at("2026-03-02 09:00")
SIGNERS = "mailto:sign@housing.example"
REPLY = {
    "text": "已于3月2日更换楼道灯，现已恢复照明。依据《物业管理条例》，今后由物业每周巡查。", "outcome": "resolved",
    "name": "王工",
}  # fmt: skip


@dataclass
class Office:
    """A desk at a moment of its own, its address, and what its letters hold."""

    desk: Desk
    address: str
    moment: datetime

    def letters(self) -> list[dict[str, Any]]:
        deliver(self.desk.house, self.moment)
        return self.desk.printed()

    def links(self, target: str = "print:") -> list[str]:
        """The signed addresses in letters to a target, newest last."""
        texts = [row["text"] for row in self.letters() if row["target"] == target]
        return [found for text in texts for found in re.findall(r"http://huiyin.test(/u/\S+)", text)]

    def status(self, order: WorkOrder) -> str:
        return self.desk.one(WorkOrder, id=order.id).status


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Its housing bureau has no accounts, and somebody who signs."""
    with open_desk(folder) as desk:
        profile = load_profile("demo")
        units = [{**u.model_dump(), "signers": [SIGNERS] if u.code == "housing_bureau" else []} for u in profile.units]
        desk.house.profile = Profile.model_validate(profile.model_dump() | {"units": units})
        with serving(desk.house) as address:
            made = Office(desk, address, NOW)
            desk.house.clock = lambda: made.moment
            yield made
