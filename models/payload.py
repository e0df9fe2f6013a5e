"""The queue record: one message as JSON. At most 256 kB travel; beyond that a reference to the blob store."""

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from models.blobs import BlobStore, digest
from models.inbound import InboundAttachment, InboundMessage
from models.pictures import without_notes
from models.vocabulary import Channel, MachineMail

MOST_BYTES = 256 * 1024
MESSAGE, REVISION = "message", "revision"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the worker takes from the queue. `attachments` are names, types, sizes and blob keys."""

    kind: str
    intake_id: uuid.UUID
    record_id: uuid.UUID
    message: InboundMessage
    attachments: list[dict[str, Any]]
    raw_blob: str | None


def encode(
    kind: str, intake_id: uuid.UUID, record_id: uuid.UUID, message: InboundMessage, raw_blob: str | None,
    blobs: BlobStore,
) -> str:  # fmt: skip
    """JSON text for the queue; attachments' bytes go to the blob store, pictures without what a camera notes."""
    fields = asdict(message)
    fields["received_at"] = message.received_at.isoformat()
    fields["attachments"] = [_kept(attachment, blobs) for attachment in message.attachments]
    head = {"v": 1, "kind": kind, "intake": str(intake_id), "record": str(record_id), "raw": raw_blob}
    whole = json.dumps({**head, "message": fields}, ensure_ascii=False, separators=(",", ":"))
    content = whole.encode("utf-8", errors="surrogatepass")
    if len(content) <= MOST_BYTES:
        return whole
    return json.dumps({**head, "blob": blobs.put(content)}, separators=(",", ":"))


def _kept(attachment: InboundAttachment, blobs: BlobStore) -> dict[str, Any]:
    """Whatever channel it came by: the source's own bytes are kept apart, and leave the record with it."""
    content = without_notes(attachment.content, as_far_as_read=True)
    return {
        "name": attachment.name, "content_type": attachment.content_type, "size": len(content),
        "blob": blobs.put(content),
    }  # fmt: skip


def decode(value: bytes, blobs: BlobStore) -> Envelope:
    """The envelope of a record; raises ValueError or NotFound on one that is damaged."""
    record = json.loads(value)
    if "blob" in record:
        record = json.loads(blobs.get(record["blob"]))
    fields = dict(record["message"])
    attachments = fields.pop("attachments")
    fields["received_at"] = datetime.fromisoformat(fields["received_at"])
    fields["channel"] = Channel(fields["channel"])
    fields["machine"] = MachineMail(fields["machine"]) if fields["machine"] else None
    return Envelope(
        kind=record["kind"],
        intake_id=uuid.UUID(record["intake"]),
        record_id=uuid.UUID(record["record"]),
        message=InboundMessage(**fields),
        attachments=attachments,
        raw_blob=record["raw"],
    )


def content_digest(message: InboundMessage) -> str:
    """Changes when what the citizen (or the call centre) said changes; likes and the time of reading don't count."""
    fields = asdict(message)
    for volatile in ("received_at", "attachments", "likes", "dislikes"):
        fields.pop(volatile)
    names = [(a.name, digest(a.content)) for a in message.attachments]
    text = json.dumps([fields, names], ensure_ascii=False, sort_keys=True, default=str)
    return digest(text.encode("utf-8", errors="surrogatepass"))
