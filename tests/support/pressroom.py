"""Answered messages, and the people who make an edition of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from support.desk import Desk, at, open_desk

from flows.editions import compile_edition, publish_edition, review_edition
from models.actors import Actor
from models.tables.editions import Edition, EditionItem
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import OrderStatus, Outcome, ReviewStep, Role

WEEK, LATER_WEEK = "2026-W09", "2026-W10"
ANSWERED = at("2026-02-25 15:00")
NOW = at("2026-03-09 10:00")
EDITOR = Actor("bian", Role.EDITOR)
SECRECY, FIRST, SECOND, FINAL = (Actor(name, Role.EDITOR) for name in ("mi", "chu", "fu", "zhong"))
STEPS = (
    (ReviewStep.SECRECY, SECRECY), (ReviewStep.FIRST, FIRST), (ReviewStep.SECOND, SECOND), (ReviewStep.FINAL, FINAL),
)  # fmt: skip
FILES = {"edition.html", "edition.json", "edition.csv", "edition.docx", "feed.xml"}
TEXT = "学府路东段的路灯坏了三周，夜里看不清路。请问什么时候能修好？"
ANSWER = "马先生您好！经现场核查，学府路东段12盏路灯线路老化，已全部更换，现已恢复照明。联系电话：0300-8121019。"


def answered(
    desk: Desk,
    *,
    answer: str = ANSWER,
    when: datetime = ANSWERED,
    order: dict[str, Any] | None = None,
    **said: Any,  # noqa: ANN401
) -> WorkOrder:
    """A message with consent, and the answer that was sent; `order` changes the order's own fields."""
    usual: dict[str, Any] = {
        "title": "学府路路灯不亮", "text": TEXT, "sender_name": "马长河", "phone": "19900004321", "may_publish": True,
        "answered_on_the_spot": None,
    }  # fmt: skip
    taken = desk.take(at("2026-02-24 09:00"), **{k: v for k, v in (usual | said).items() if v is not None})
    with desk.writing() as session:
        row = session.get_one(WorkOrder, taken.id)
        row.status, row.replied_at, row.outcome = OrderStatus.REPLIED.value, when, Outcome.RESOLVED.value
        for name, value in (order or {}).items():
            setattr(row, name, value)
        session.add(Reply(order_id=row.id or 0, unit="housing_bureau", text=answer, outcome=Outcome.RESOLVED.value,
                          writer="wu", written_at=when, sent_at=when))  # fmt: skip
    return desk.one(WorkOrder, id=taken.id)


@contextmanager
def open_pressroom(folder: Path) -> Iterator[Desk]:
    """With one answered message, for an edition of WEEK."""
    with open_desk(folder) as desk:
        answered(desk)
        yield desk


def compiled(desk: Desk, week: str = WEEK) -> list[EditionItem]:
    return compile_edition(desk.house, week, EDITOR, NOW).items


def judged(
    desk: Desk, step: ReviewStep, reviewer: Actor, week: str = WEEK, *, approved: bool = True, note: str | None = None
) -> None:
    review_edition(desk.house, week, step, approved=approved, note=note, actor=reviewer, now=NOW)


def reviewed(desk: Desk, week: str = WEEK) -> None:
    for step, reviewer in STEPS:
        judged(desk, step, reviewer, week)


def release(desk: Desk, out: Path, week: str = WEEK, now: datetime = NOW) -> dict[str, Any]:
    return publish_edition(desk.house, week, out, EDITOR, now, approve=True)


def published(desk: Desk, out: Path, week: str = WEEK) -> dict[str, Any]:
    compiled(desk, week)
    reviewed(desk, week)
    return release(desk, out, week)


def edition(desk: Desk, week: str = WEEK) -> Edition:
    return desk.one(Edition, week=week)
