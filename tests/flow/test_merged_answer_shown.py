"""并单: one answer to every complainant, and nobody reads another's name or number in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, Desk, at, open_desk

from flows.answers import shown_answer
from models.actions.handling import acknowledge
from models.actions.merging import merge
from models.actions.replying import approve_reply, sign_off, write_reply
from models.actors import Actor
from models.database import reading
from models.tables.messages import Message
from models.vocabulary import Outcome, Role

NOW = at("2026-03-03T09:00")
REVIEWER = Actor("hu", Role.MODERATOR)
REPLY = "欧阳宝珠女士您好：经核查，路灯已于3月2日修复，维修人员已电话联系您（19900001234）。咨询电话：0300-8230000。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def test_a_merged_complainant_reads_the_answer_without_the_firsts_name_and_number(desk: Desk) -> None:
    main = desk.take(at("2026-03-02T10:00"), phone="19900001234", sender_name="欧阳宝珠")
    other = desk.take(at("2026-03-02T11:00"), phone="19900005678", sender_name="司马青山")
    with desk.writing() as session:
        merge(session, desk.house.profile, other.id or 0, main.id or 0, MODERATOR, NOW)
        acknowledge(session, main.id or 0, CLERK, NOW)
        write_reply(session, main.id or 0, REPLY, Outcome.RESOLVED, CLERK, NOW)
        sign_off(session, desk.house.reckoner, main.id or 0, [], HEAD, NOW)
        approve_reply(session, main.id or 0, REVIEWER, NOW)
    codes = {message.phone: message.query_code or "" for message in desk.all(Message)}
    with reading(desk.house.engine) as session:
        own = shown_answer(session, codes["19900001234"], "1234")
        others = shown_answer(session, codes["19900005678"], "5678")
    assert own.reply == REPLY
    assert others.reply is not None
    assert "欧阳" not in others.reply
    assert "19900001234" not in others.reply
    assert "路灯已于3月2日修复" in others.reply
    assert "0300-8230000" in others.reply
