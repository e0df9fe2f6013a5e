"""Intake: the bytes to the blob store, the row to the record, in one transaction, before any queue is asked.

Collecting, posting and hooks therefore survive a broker that is away; a relay carries the rows on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, select

from models import identity
from models.blobs import BlobStore, digest
from models.bulk import insert_new, insertion
from models.database import writing
from models.inbound import Accepted, Quarantined, SourceItem
from models.payload import MESSAGE, REVISION, content_digest, encode
from models.tables.intake import Intake, IntakeRevision, Quarantine
from models.tables.messages import Message

BATCH = 256
PORTION = 16_000_000  # raw bytes: a folder of large mails must not fill the memory


@dataclass(slots=True)
class IntakeCounts:
    """What a source gave. `duplicates` were known before; a changed content under a known key is `revised`."""

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    revised: int = 0

    def add(self, other: "IntakeCounts") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def take_in(
    engine: Engine, blobs: BlobStore, items: Iterable[SourceItem], secret: bytes, now: datetime
) -> IntakeCounts:
    """Take every item in, in batches; each batch is durable before the next is read."""
    total = IntakeCounts()
    batch: list[SourceItem] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.raw)
        if len(batch) == BATCH or size > PORTION:
            total.add(take_in_batch(engine, blobs, batch, secret, now, total.read))
            batch, size = [], 0
    if batch:
        total.add(take_in_batch(engine, blobs, batch, secret, now, total.read))
    return total


def take_in_batch(
    engine: Engine, blobs: BlobStore, items: Sequence[SourceItem], secret: bytes, now: datetime, before: int = 0
) -> IntakeCounts:
    """`before`: how many items of the same source came earlier. A microsecond apart, so that the relay keeps order."""
    rows = [
        intake_row(item, blobs, secret, now + timedelta(microseconds=place))
        for place, item in enumerate(items, before)
        if isinstance(item, Accepted)
    ]
    broken = [_quarantine_row(item, blobs, now) for item in items if isinstance(item, Quarantined)]
    with writing(engine) as session:
        fresh, known = _part(session, rows)
        insert_new(session, Intake, [without_message(row) for row in fresh])
        revisions = [r for r in (_revision_row(row, blobs) for row in known) if r]
        _count_anew(session, known)
        kept = _quarantine(session, broken)
        insert_new(session, IntakeRevision, revisions)
    duplicates = len(known) + len(broken) - kept
    return IntakeCounts(len(items), len(fresh), duplicates, kept, len(revisions))


def _part(session: Session, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows never seen, and rows seen before (with the digest that was kept first as `_first`)."""
    ids = [row["id"] for row in rows]
    digests = dict(session.exec(select(Intake.id, Intake.digest).where(col(Intake.id).in_(ids))).all())
    fresh, known = [], []
    for row in rows:
        first = digests.setdefault(row["id"], "")
        if first:
            known.append({**row, "_first": first})
        else:
            digests[row["id"]] = row["digest"]
            fresh.append(row)
    return fresh, known


def _count_anew(session: Session, known: Sequence[dict[str, Any]]) -> None:
    """A post read again has been seen by more people: its heat (互动) grows with them, though its words are the same.

    The greater count stays, whichever file comes later. Before a worker has registered the post there is no row.
    """
    for row in sorted(known, key=lambda row: str(row["id"])):  # in one order, so that two collectors never block
        for name in ("likes", "dislikes"):
            count = getattr(row["_message"], name)
            if count:
                counted = getattr(Message, name)
                session.execute(
                    update(Message)
                    .where(col(Message.id) == row["id"], func.coalesce(counted, 0) < count)
                    .values({name: count})
                )


def intake_row(item: Accepted, blobs: BlobStore, secret: bytes, now: datetime) -> dict[str, Any]:
    """The row of one item, its bytes stored; `_message` is for the caller and stands in no table."""
    message = item.message
    intake = identity.inbox_id(message.channel, message.external_id)
    raw = blobs.put(item.raw)
    return {
        "id": intake,
        "channel": message.channel.value,
        "external_id": message.external_id[:400],
        "digest": content_digest(message),
        "raw_blob": raw,
        "queue_key": identity.keyed_hash(secret, message.sender or message.external_id),
        "payload": encode(MESSAGE, intake, intake, message, raw, blobs),
        "taken_in_at": now,
        "relayed_at": None,
        "source_where": item.where,
        "query_code": identity.query_code(secret, intake),
        "_message": message,
    }


def without_message(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _revision_row(row: dict[str, Any], blobs: BlobStore) -> dict[str, Any] | None:
    if row["_first"] == row["digest"]:
        return None
    revision = identity.revision_id(row["id"], row["digest"])
    return {
        "id": revision, "intake_id": row["id"], "digest": row["digest"], "raw_blob": row["raw_blob"],
        "queue_key": row["queue_key"], "taken_in_at": row["taken_in_at"], "relayed_at": None,
        "payload": encode(REVISION, row["id"], revision, row["_message"], row["raw_blob"], blobs),
    }  # fmt: skip


def _quarantine_row(item: Quarantined, blobs: BlobStore, now: datetime) -> dict[str, Any]:
    return {
        "channel": item.channel.value,
        "source_where": item.where,
        "where_digest": digest(item.where.encode("utf-8", errors="surrogatepass")),
        "digest": digest(item.raw),
        "raw_blob": blobs.put(item.raw),
        "reason": item.reason,
        "created_at": now,
    }


def _quarantine(session: Session, rows: list[dict[str, Any]]) -> int:
    """How many were not yet in quarantine."""
    connection = session.connection()
    fresh = insertion(connection.dialect, Quarantine).on_conflict_do_nothing()
    return sum(connection.execute(fresh.values(**row)).rowcount for row in rows)
