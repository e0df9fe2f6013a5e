"""Questions to the knowledge base. What has expired, is retired or was not approved is never suggested nor public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actors import Actor
from models.errors import NotFound
from models.queries.orders import history_of
from models.tables.knowledge import KnowledgeEntry, KnowledgeVersion
from models.tables.orders import Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import KnowledgeState, Role

PAGE = 50
SOON_DAYS = 30
SHOWN = ("waiting", "live", "soon", "expired", "retired", "refused")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the version to show: the waiting one, the live one, or the last."""

    entry: KnowledgeEntry
    said: KnowledgeVersion


@dataclass(frozen=True, slots=True)
class EntryWhole:
    entry: KnowledgeEntry
    versions: list[KnowledgeVersion]
    history: list[History]

    def version(self, number: int | None) -> KnowledgeVersion | None:
        return next((v for v in self.versions if v.version == number), None)

    @property
    def live(self) -> KnowledgeVersion | None:
        return self.version(self.entry.live)

    @property
    def latest(self) -> KnowledgeVersion:
        return self.versions[0]

    @property
    def waiting(self) -> KnowledgeVersion | None:
        return self.latest if self.latest.state == KnowledgeState.PROPOSED.value else None


def in_force(today: date) -> list[Any]:
    """The live version of an entry that is not retired, on its last day too (有效期至: the day counts).

    What came from an order that was sealed since is as if it were not there (检举控告工作规则 第四十七条).
    """
    sealed = (
        select(Reply.id)
        .join(WorkOrder, col(WorkOrder.id) == col(Reply.order_id))
        .where(col(WorkOrder.sealed).is_(True))
    )
    return [
        col(KnowledgeEntry.reply_id).is_(None) | col(KnowledgeEntry.reply_id).not_in(sealed),
        col(KnowledgeVersion.entry_id) == col(KnowledgeEntry.id), col(KnowledgeVersion.version) == KnowledgeEntry.live,
        col(KnowledgeVersion.state) == KnowledgeState.APPROVED.value, col(KnowledgeEntry.retired_at).is_(None),
        col(KnowledgeVersion.valid_until) >= today,
    ]  # fmt: skip


def stamp(session: Session) -> tuple[int, int, int]:
    """Changes whenever an approved version appears or an entry is retired: what an index is kept by."""
    made = session.exec(
        select(func.count(), func.coalesce(func.sum(KnowledgeEntry.live), 0))
        .select_from(KnowledgeEntry).where(col(KnowledgeEntry.live).is_not(None))
    ).one()  # fmt: skip
    gone = session.exec(
        select(func.count()).select_from(KnowledgeEntry).where(col(KnowledgeEntry.retired_at).is_not(None))
    ).one()
    return int(made[0]), int(made[1] or 0), gone


def signatures(session: Session, today: date, *, public: bool) -> dict[int, bytes]:
    """Version id → signature of everything in force; of the public ones alone for the public."""
    statement = select(KnowledgeVersion.id, KnowledgeVersion.signature).where(*in_force(today))
    if public:
        statement = statement.where(col(KnowledgeVersion.public).is_(True))
    return {i: packed for i, packed in session.exec(statement.order_by(col(KnowledgeVersion.id))).all() if i}


def versions_by_id(session: Session, ids: Sequence[int], today: date, *, public: bool) -> dict[int, KnowledgeVersion]:
    """Those of `ids` that are in force at this moment: an index may be a moment old."""
    statement = select(KnowledgeVersion).where(*in_force(today), col(KnowledgeVersion.id).in_(ids))
    if public:
        statement = statement.where(col(KnowledgeVersion.public).is_(True))
    return {row.id: row for row in session.exec(statement).all() if row.id}


def newest_public(session: Session, today: date, domain: str | None, most: int = PAGE) -> list[KnowledgeVersion]:
    statement = select(KnowledgeVersion).where(*in_force(today), col(KnowledgeVersion.public).is_(True))
    if domain:
        statement = statement.where(KnowledgeVersion.domain == domain)
    return list(session.exec(statement.order_by(col(KnowledgeVersion.decided_at).desc()).limit(most)).all())


def public_domains(session: Session, today: date) -> dict[str, int]:
    statement = (
        select(KnowledgeVersion.domain, func.count())
        .where(*in_force(today), col(KnowledgeVersion.public).is_(True))
        .group_by(KnowledgeVersion.domain)
    )
    return {domain: int(count) for domain, count in session.exec(statement).all()}


def list_entries(
    session: Session, actor: Actor, shown: str, today: date, *, unit: str | None = None, before: int | None = None,
    most: int = PAGE,
) -> list[Line]:  # fmt: skip
    """`shown`: one of SHOWN, or everything. A unit sees its own."""
    statement = (
        select(KnowledgeEntry, KnowledgeVersion)
        .where(col(KnowledgeVersion.entry_id) == col(KnowledgeEntry.id), *_shown(shown, today), *_own(actor))
        .order_by(col(KnowledgeEntry.id).desc())
        .limit(most)
    )
    if unit:
        statement = statement.where(KnowledgeEntry.unit == unit)
    if before is not None:
        statement = statement.where(col(KnowledgeEntry.id) < before)
    return [Line(entry, said) for entry, said in session.exec(statement).all()]


def questions(session: Session, entries: Sequence[int]) -> dict[int, str]:
    """Entry → what its latest version asks."""
    statement = select(KnowledgeEntry.id, KnowledgeVersion.question).where(
        col(KnowledgeEntry.id).in_(entries), col(KnowledgeVersion.entry_id) == col(KnowledgeEntry.id),
        col(KnowledgeVersion.version) == KnowledgeEntry.latest,
    )  # fmt: skip
    return {number: question for number, question in session.exec(statement).all() if number}


def counts(session: Session, actor: Actor, today: date) -> dict[str, int]:
    """How many entries stand in each of SHOWN."""
    found = {}
    for shown in SHOWN:
        statement = (
            select(func.count()).select_from(KnowledgeEntry).join(
                KnowledgeVersion, col(KnowledgeVersion.entry_id) == col(KnowledgeEntry.id)
            ).where(*_shown(shown, today), *_own(actor))
        )  # fmt: skip
        found[shown] = session.exec(statement).one()
    return found


def whole_entry(session: Session, actor: Actor, entry_id: int) -> EntryWhole:
    """An entry with all its versions, the newest first. NotFound for another unit's."""
    entry = session.exec(select(KnowledgeEntry).where(KnowledgeEntry.id == entry_id, *_own(actor))).first()
    if entry is None:
        raise NotFound("没有找到该问答条目，或不属于本单位。")
    versions = session.exec(
        select(KnowledgeVersion).where(KnowledgeVersion.entry_id == entry_id)
        .order_by(col(KnowledgeVersion.version).desc())
    ).all()  # fmt: skip
    return EntryWhole(entry, list(versions), history_of(session, "knowledge", str(entry_id)))


def of_reply(session: Session, reply_id: int | None) -> KnowledgeEntry | None:
    return session.exec(select(KnowledgeEntry).where(KnowledgeEntry.reply_id == reply_id)).first() if reply_id else None


def expiring(session: Session, today: date) -> list[KnowledgeVersion]:
    """In force, and for the last time within 30 days."""
    statement = select(KnowledgeVersion).where(
        *in_force(today), col(KnowledgeVersion.valid_until) <= today + timedelta(days=SOON_DAYS)
    )
    return list(session.exec(statement.order_by(col(KnowledgeVersion.id))).all())


def _shown(shown: str, today: date) -> list[Any]:
    latest = col(KnowledgeVersion.version) == KnowledgeEntry.latest
    live = col(KnowledgeVersion.version) == KnowledgeEntry.live
    standing = [live, col(KnowledgeEntry.retired_at).is_(None)]
    soon = today + timedelta(days=SOON_DAYS)
    return {
        "waiting": [latest, col(KnowledgeVersion.state) == KnowledgeState.PROPOSED.value],
        "live": [*standing, col(KnowledgeVersion.valid_until) >= today],
        "soon": [*standing, col(KnowledgeVersion.valid_until) >= today, col(KnowledgeVersion.valid_until) <= soon],
        "expired": [*standing, col(KnowledgeVersion.valid_until) < today],
        "retired": [live, col(KnowledgeEntry.retired_at).is_not(None)],
        "refused": [latest, col(KnowledgeVersion.state) == KnowledgeState.REFUSED.value],
    }.get(shown, [latest])


def _own(actor: Actor) -> list[Any]:
    return [col(KnowledgeEntry.unit) == actor.unit] if actor.role is Role.UNIT else []


def public_version(session: Session, entry_id: int, today: date) -> KnowledgeVersion | None:
    statement = select(KnowledgeVersion).where(
        *in_force(today), col(KnowledgeVersion.public).is_(True), KnowledgeEntry.id == entry_id
    )
    return session.exec(statement).first()
