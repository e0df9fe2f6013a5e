"""What the simulation tells its public: an edition after four reviews, last month's figures after a second look."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlmodel import func, select

from flows.demo.people import EDITOR, FINAL, FIRST, SECOND, SECOND_SUPERVISOR, SECRECY, SUPERVISOR
from flows.editions import compile_edition, publish_edition, review_edition
from flows.house import House
from flows.public_figures import finished_months, propose_figures
from models.actions import public_figures
from models.database import reading, writing
from models.tables.orders import WorkOrder
from models.tables.public_figures import PublicFigures
from models.vocabulary import ReviewStep


class Present(Protocol):
    now: datetime


class Newsroom:
    def __init__(self, house: House, folder: Path) -> None:
        self._house, self._folder = house, folder

    def publish_last_week(self, clock: Present) -> list[str]:
        """The paths of the edition's files; an empty week appears as no edition."""
        year, number, _ = (clock.now.date() - timedelta(days=7)).isocalendar()
        week = f"{year}-W{number:02d}"
        edition = compile_edition(self._house, week, EDITOR, clock.now)
        if not edition.items:
            return []
        steps = ((ReviewStep.SECRECY, SECRECY), (ReviewStep.FIRST, FIRST), (ReviewStep.SECOND, SECOND),
                 (ReviewStep.FINAL, FINAL))  # fmt: skip
        for step, reviewer in steps:
            clock.now += timedelta(minutes=20)
            review_edition(self._house, week, step, approved=True, note=None, actor=reviewer, now=clock.now)
        done = publish_edition(self._house, week, self._folder, EDITOR, clock.now, approve=True)
        return [str(f) for f in done["files"] if str(f).endswith(".html")]

    def publish_last_month(self, now: datetime) -> None:
        """Once the month is over and had any messages: one supervisor puts it forward, another approves."""
        month = finished_months(self._house, now)[0]
        with reading(self._house.engine) as session:
            known = session.exec(select(PublicFigures.id).where(PublicFigures.month == month)).first()
            began = session.exec(select(func.min(WorkOrder.received_at))).one()
        if known is not None or began is None or f"{began.astimezone(self._house.settings.zone):%Y-%m}" > month:
            return
        propose_figures(self._house, month, SUPERVISOR, now)
        with writing(self._house.engine) as session:
            public_figures.approve(session, month, SECOND_SUPERVISOR, now)
