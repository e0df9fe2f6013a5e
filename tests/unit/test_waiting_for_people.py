"""总览 names what waits for the person who looks, and nothing that they may not decide."""

from datetime import timedelta
from pathlib import Path

from support.desk import open_desk
from support.web import enrol

from models.actions import role_changes
from models.actions.intake import take_in_batch
from models.actors import Actor
from models.database import reading
from models.inbound import Quarantined
from models.queries.status import waiting_counts
from models.tables.contacts import ContactRequest
from models.vocabulary import Channel, Role

GUAN, JI, DU, SHEN = (
    Actor("guan", Role.OPERATOR), Actor("ji", Role.AUDITOR), Actor("du", Role.SUPERVISOR), Actor("shen", Role.MODERATOR)
)  # fmt: skip


def test_what_waits_is_counted_for_who_may_decide_it(tmp_path: Path, database_url: str) -> None:
    with open_desk(tmp_path, database_url=database_url) as desk:
        house, now = desk.house, desk.house.now()
        enrol(house)
        with reading(house.engine) as session:
            assert waiting_counts(session, GUAN, now) == {}
        broken = Quarantined(Channel.HOTLINE, b"\x00", "来电.csv 第 3 行", "缺少诉求内容。")
        take_in_batch(house.engine, house.blobs, [broken], house.secret, now)
        with desk.writing() as session:
            role_changes.propose(session, "hu", Role.SUPERVISOR, None, "轮岗", GUAN, now)
            for hours in (-1, 24):  # the first has run out undecided
                due = now + timedelta(hours=hours)
                session.add(ContactRequest(why="走访", asked_by="du", asked_at=now, decide_by=due))
        with reading(house.engine) as session:
            found = {a.login: waiting_counts(session, a, now) for a in (GUAN, JI, DU, SHEN)}
    quarantined = {"/console/quarantine": 1}
    assert found["guan"] == quarantined, "nobody confirms what they proposed"
    assert found["ji"] == quarantined | {"/console/roles": 1, "/console/contacts": 1}
    assert found["du"] == quarantined | {"/console/roles": 1}, "nor grants what they asked for"
    assert found["shen"] == quarantined | {"/console/roles": 1}
