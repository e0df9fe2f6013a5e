"""Entries of the ledger as its tests need them: entered, running, reported, closed."""

from datetime import date

from support.desk import CLERK, MODERATOR, Desk, at

from models.actions import promise_entry, promises
from models.actions.promise_entry import Spoken
from models.actors import Actor
from models.promise_words import PromiseSource, PromiseState
from models.tables.ledger import Promise
from models.vocabulary import Role

NOW = at("2026-03-02 09:00")
SUPERVISOR = Actor("du", Role.SUPERVISOR)
K = PromiseState


def spoken(**changes: object) -> Spoken:
    usual = {"source": PromiseSource.CONFERENCE, "unit": "housing_bureau", "text": "四月底前修好滨河步道护栏。",
             "made_on": date(2026, 3, 1), "where": "市政府新闻发布会（3月1日）", "due": date(2026, 4, 30),
             "url": "https://example.invalid/3-1"}  # fmt: skip
    return Spoken(**(usual | changes))  # type: ignore[arg-type]


def entered(desk: Desk, **changes: object) -> int:
    with desk.writing() as session:
        row = promise_entry.enter_by_hand(session, desk.house.reckoner, spoken(**changes), MODERATOR, NOW)
        assert row.id is not None
        return row.id


def running(desk: Desk, **changes: object) -> int:
    promise = entered(desk, **changes)
    with desk.writing() as session:
        promises.confirm_promise(session, desk.house.reckoner, promise, MODERATOR, NOW)
    return promise


def report(desk: Desk, promise: int, when: str = "2026-03-20 10:00") -> None:
    with desk.writing() as session:
        promises.report_promise(session, promise, "护栏已换新，照片已附。", CLERK, at(when))


def close(desk: Desk, promise: int, state: PromiseState = K.KEPT, why: str | None = None) -> None:
    with desk.writing() as session:
        promises.close_promise(session, promise, state, why, SUPERVISOR, at("2026-03-21 10:00"))


def found(desk: Desk, promise: int) -> Promise:
    return desk.one(Promise, id=promise)
