"""The editors in the simulation: compile, four reviews by four people, publish."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from flows.demo.people import EDITOR, FINAL, FIRST, SECOND, SECRECY
from flows.editions import compile_edition, publish_edition, review_edition
from flows.house import House
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
