"""补录: a quarantined item that no reader understood, typed in by a person from its bytes."""

from datetime import datetime

from flows.house import House
from flows.submitting import submit
from models.actions.quarantine import resolve
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput, Conflict
from models.inbound import InboundMessage
from models.queries.quarantine import find_quarantined
from models.vocabulary import Channel, Role


def register_quarantined(
    house: House, item: int, *, title: str, text: str, name: str, phone: str | None, actor: Actor, now: datetime
) -> str:  # fmt: skip
    """The query code of the message, which came when its bytes came. The item's digest is its key: once, ever."""
    actor.must_be(Role.MODERATOR)
    if not text.strip():
        raise BadInput("反映事项不能为空。")
    with reading(house.engine) as session:
        found = find_quarantined(session, item)
    if found.resolved_at is not None:
        raise Conflict("这件已经处理过了，请刷新查看。")
    message = InboundMessage(
        channel=Channel(found.channel), external_id=f"quarantine-{found.digest}", received_at=found.created_at,
        title=title.strip() or None, text=text.strip(), sender_name=name.strip() or None, phone=phone,
    )  # fmt: skip
    code = submit(house, message, house.blobs.get(found.raw_blob), found.source_where, now)
    with writing(house.engine) as session:
        resolve(session, item, "已由人工补录为来件。", actor, now)
    return code
