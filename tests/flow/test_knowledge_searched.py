"""What the knowledge base finds and suggests, inside and for the public, and what it learns from answered messages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from support.desk import Desk, open_desk
from support.knowledge_desk import LIFT, MATTERS, NOW, TODAY, approved, found, suggested

from classifiers.knowledge import signature
from models.database import reading
from models.tables.knowledge import KnowledgeEntry, KnowledgeVersion
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import KnowledgeState, Outcome, Procedure


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=NOW) as opened:
        yield opened


def test_the_same_answer_is_suggested_once_however_it_is_spaced(desk: Desk) -> None:
    question = "维修资金能不能修电梯，应急使用怎么申请？"
    approved(desk)
    approved(desk, replace(LIFT, question=question, answer=f" {LIFT.answer[:3]}\n{LIFT.answer[3:]}"))
    approved(desk, replace(LIFT, question="小区电梯坏了找谁？", answer="电梯停运的，先找物业企业报修。"))
    answers = [one.said.answer for one in suggested(desk)]
    assert len(answers) == 2
    assert set(found(desk, "电梯")) >= {LIFT.question, question}  # who searches sees each question


def test_words_that_only_ask_find_nothing_beside_one_that_says_what_about(desk: Desk) -> None:
    question = "电梯坏了怎么申请维修资金？"
    approved(desk, replace(LIFT, question=question))
    assert found(desk, "公积金怎么提取") == []
    assert found(desk, "电梯怎么修") == [question]
    assert found(desk, "怎么") == [question]


def kept(desk: Desk, answers: list[str]) -> None:
    """Entries in force, a question of two words to each answer, all of them public."""
    until = TODAY + timedelta(days=300)
    with desk.writing() as session:
        for answer in answers:
            entry = KnowledgeEntry(unit="housing_bureau", live=1)
            session.add(entry)
            session.flush()
            session.add(KnowledgeVersion(
                entry_id=entry.id or 0, version=1, question="办理情况", answer=answer, unit="housing_bureau",
                domain="housing", policy="", valid_until=until, public=True, signature=signature("办理情况", answer),
                state=KnowledgeState.APPROVED.value, written_by="shen", written_at=NOW,
            ))  # fmt: skip


def on_record(desk: Desk, pairs: list[tuple[str, str]], when: datetime, **order: Any) -> None:  # noqa: ANN401
    """Answered messages as the record holds them; `order` changes fields of their orders."""
    with desk.writing() as session:
        for n, (text, answer) in enumerate(pairs):
            usual = {"domain": "housing", "kind": "complaint", "procedure": Procedure.ORDINARY.value}
            row = WorkOrder(number=f"R{n}", channel="board", received_at=when, **(usual | order))
            session.add(row)
            session.flush()
            session.add(Message(
                id=uuid4(), order_id=row.id, channel="board", external_id=f"r{n}", query_code=f"r{n}",
                received_at=when, registered_at=when, text=text,
            ))  # fmt: skip
            session.add(Reply(
                order_id=row.id or 0, unit="housing_bureau", text=answer, outcome=Outcome.RESOLVED.value, writer="wu",
                written_at=when, sent_at=when,
            ))  # fmt: skip


@pytest.mark.parametrize(
    ("when", "order", "learns"),
    [
        (NOW - timedelta(days=9), {}, True),
        (NOW - timedelta(days=9), {"sealed": True}, False),
        (NOW - timedelta(days=9), {"procedure": Procedure.ACCUSATION.value}, False),
        (NOW, {}, False),  # learned is what was there when the day began
    ],
)
def test_the_office_finds_by_what_its_answered_messages_teach_and_the_public_by_entries_alone(
    desk: Desk, when: datetime, order: dict[str, Any], learns: bool
) -> None:
    answers = [f"关于情况的第{n}项：{MATTERS[n % 5][1]}" for n in range(60)]
    kept(desk, answers)
    on_record(desk, [(f"情况：{MATTERS[n % 5][0]}", f"{MATTERS[n % 5][1]}本次为第{n}次。") for n in range(320)],
              when, **order)  # fmt: skip

    def first(public: bool) -> list[bool]:
        """For each matter whether the likeliest entry answers it."""
        with reading(desk.house.engine) as session:
            search = desk.house.knowledge.best
            told = [search(session, "", f"情况：{asked}", TODAY, 1, public=public) for asked, _ in MATTERS]
        return [said.answer.endswith(answer) for [said], (_, answer) in zip(told, MATTERS, strict=True)]

    assert all(first(public=False)) is learns
    assert not all(first(public=True))


def test_what_is_not_public_is_found_inside_only(desk: Desk) -> None:
    approved(desk, replace(LIFT, public=False))
    assert found(desk, "电梯") == []
    assert found(desk, "电梯", public=False) == [LIFT.question]
