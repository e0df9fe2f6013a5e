"""补录: what no reader understood becomes a message by a person's hand, once; the item is done with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, open_desk
from support.web import enrol, serving, visiting

from models.tables.intake import Intake, Quarantine
from models.vocabulary import Channel


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as found:
        enrol(found.house)
        blob = found.house.blobs.put(b"\xff\xfe no letter")
        lies = {"source_where": "inbox/3.eml", "where_digest": "a" * 64, "digest": "b" * 64, "raw_blob": blob}
        with found.writing() as session:
            now = found.house.now()
            session.add(Quarantine(id=1, channel=Channel.MAILBOX, reason="无法识别编码", created_at=now, **lies))
        yield found


def test_a_moderator_types_a_quarantined_item_in_once(desk: Desk) -> None:
    with serving(desk.house) as address, visiting(address, "shen") as visitor:
        assert "<h2>补录为来件</h2>" in visitor.get("/console/quarantine/1").text
        said = visitor.post("/console/quarantine/1/register", text="楼道灯坏了三周没人修。", phone="199-0000-1234")
        assert "已补录，查询码" in said.text
        assert visitor.post("/console/quarantine/1/register", text="楼道灯坏了。").status_code == 409
    intake = desk.one(Intake)
    assert (intake.channel, intake.external_id) == (Channel.MAILBOX, "quarantine-" + "b" * 64)
    item = desk.one(Quarantine)
    assert (item.resolved_by, item.resolution) == ("shen", "已由人工补录为来件。")


def test_an_operator_keeps_the_house_and_writes_for_no_citizen(desk: Desk) -> None:
    with serving(desk.house) as address, visiting(address, "guan") as visitor:
        assert "<h2>补录为来件</h2>" not in visitor.get("/console/quarantine/1").text
        assert visitor.post("/console/quarantine/1/register", text="楼道灯坏了。").status_code == 403
    assert desk.all(Intake) == []
