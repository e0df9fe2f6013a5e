"""A picture that came by mail reaches a unit without what the camera noted, as one from the form does."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from support.camera import jpeg
from support.desk import Desk, open_desk
from support.web import enrol, serving, visiting

from flows.collecting import collect
from flows.worker import work
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        enrol(opened.house)
        yield opened


def mailed(desk: Desk, folder: Path, content: bytes) -> Message:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "马长河 <ma@wangxi.example>", "学府路路灯不亮"
    letter["Message-ID"] = "<1@wangxi.example>"
    letter.set_content("学府路东段的路灯坏了三周，夜里看不清路，照片见附件。")
    letter.add_attachment(content, maintype="image", subtype="jpeg", filename="路灯.jpg")
    file = folder / "letter.eml"
    file.write_bytes(letter.as_bytes())
    queue = desk.house.queue("test")
    collect(desk.house, queue, Channel.MAILBOX, [str(file)], desk.house.now())
    work(desk.house, queue, drain=True)
    queue.close()
    return desk.one(Message)


@pytest.mark.parametrize("cut", [0, 24])
def test_a_mailed_picture_is_kept_and_downloaded_without_its_place(desk: Desk, tmp_path: Path, cut: int) -> None:
    """One that breaks off is no reason to lose the mail: it ends there, and the mail's own bytes are kept apart."""
    message = mailed(desk, tmp_path, jpeg()[: len(jpeg()) - cut])
    [kept] = message.attachments
    content = desk.house.blobs.get(kept["blob"])
    assert (b"GPS" in content, b"home" in content, len(content)) == (False, False, kept["size"])
    number = desk.one(WorkOrder, id=message.order_id).number
    with serving(desk.house) as address, visiting(address, "shen") as person:
        answer = person.get(f"/console/orders/{number}/files/{message.id}/0")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-disposition"].startswith("attachment")
