"""问答库 (C 二(二)7): a unit proposes, somebody else approves for the centre; every version is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from models import identity
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.tables.knowledge import KnowledgeEntry, KnowledgeVersion
from models.tables.people import User
from models.tables.record import Outbox
from models.vocabulary import KnowledgeState, Role

CENTRE = (Role.MODERATOR, Role.SUPERVISOR)
MOST_QUESTION, MOST_ANSWER, MOST_POLICY = 500, 20_000, 1000
Scan = Callable[[str, str], Sequence[str]]
"""(question, answer) → what personal data still stands in them, in words; empty where there is none."""


class StillPersonal(BadInput):
    """文中仍含个人信息。"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants an entry to say. `signature` is made of question and answer by the classifiers."""

    question: str
    answer: str
    unit: str
    domain: str
    policy: str
    valid_until: date
    public: bool
    signature: bytes


def propose_entry(
    session: Session, draft: Draft, scan: Scan, actor: Actor, now: datetime, *, today: date,
    reply_id: int | None = None,
) -> KnowledgeEntry:  # fmt: skip
    """拟定: a new entry waits for somebody else's review. From a reply at most one."""
    _checked(draft, scan, actor, today)
    if reply_id is not None and session.exec(select(KnowledgeEntry).where(KnowledgeEntry.reply_id == reply_id)).first():
        raise Conflict("这份答复已收入问答库，请在原条目上修改。")
    entry = KnowledgeEntry(unit=draft.unit, reply_id=reply_id)
    session.add(entry)
    session.flush()
    _write(session, entry, draft, actor, now)
    return entry


def must_be_new(session: Session, draft: Draft, actor: Actor) -> None:
    """A double click and a browser's way back send the same form again: one entry is enough."""
    # Of one person's requests the second waits for the first: without this lock PostgreSQL shows neither the other.
    session.exec(select(User.id).where(User.login == actor.login).with_for_update()).first()
    same = select(KnowledgeVersion.entry_id).where(
        KnowledgeVersion.state == KnowledgeState.PROPOSED.value, KnowledgeVersion.written_by == actor.login,
        KnowledgeVersion.unit == draft.unit, KnowledgeVersion.question == draft.question.strip(),
        KnowledgeVersion.answer == draft.answer.strip(),
    )  # fmt: skip
    if session.exec(same).first() is not None:
        raise Conflict("同样的问答条目您已拟定，正在等待审核，没有重复登记。")


def amend_entry(
    session: Session, entry_id: int, draft: Draft, scan: Scan, actor: Actor, now: datetime, *, today: date
) -> KnowledgeEntry:
    """修改: the next version, which replaces a waiting one; the approved one stands until this one is approved."""
    entry = locked_entry(session, entry_id, actor)
    _checked(draft, scan, actor, today)
    waiting = version_of(session, entry, entry.latest)
    if waiting.state == KnowledgeState.PROPOSED.value:
        waiting.state, waiting.note = KnowledgeState.REFUSED.value, "被新的修改稿取代"
        session.add(waiting)
    entry.latest += 1
    _write(session, entry, draft, actor, now)
    return entry


def approve_entry(
    session: Session, entry_id: int, version: int, scan: Scan, actor: Actor, now: datetime, *, today: date
) -> KnowledgeEntry:
    """审核通过, by another person than its writer; personal data is looked for once more and stops it."""
    entry, waiting = _to_decide(session, entry_id, version, actor)
    _must_be_clean(scan, waiting.question, waiting.answer)
    if waiting.valid_until < today:
        raise BadInput(f"有效期至 {waiting.valid_until}，已经过期，请退回修改。")
    entry.live, entry.unit = version, waiting.unit
    entry.retired_at = entry.retired_by = entry.retired_why = None
    _decide(session, entry, waiting, KnowledgeState.APPROVED, "", actor, now)
    _announce(session, entry, waiting, "approved", now)
    return entry


def refuse_entry(
    session: Session, entry_id: int, version: int, why: str, actor: Actor, now: datetime
) -> KnowledgeEntry:
    """退回: with a reason; what was approved before stays as it is."""
    entry, waiting = _to_decide(session, entry_id, version, actor)
    if not why.strip():
        raise BadInput("退回须写明理由。")
    _decide(session, entry, waiting, KnowledgeState.REFUSED, why.strip(), actor, now)
    return entry


def retire_entry(session: Session, entry_id: int, why: str, actor: Actor, now: datetime) -> KnowledgeEntry:
    """停用: from now on it is neither suggested nor public; a new version brings it back."""
    entry = locked_entry(session, entry_id, actor)
    if entry.live is None or entry.retired_at is not None:
        raise Conflict("该条目没有在用的版本，不必停用。")
    if not why.strip():
        raise BadInput("停用须写明理由。")
    entry.retired_at, entry.retired_by, entry.retired_why = now, actor.login, why.strip()
    session.add(entry)
    note(session, "knowledge", str(entry.id), "retire", actor, now, detail={"version": entry.live})
    _announce(session, entry, version_of(session, entry, entry.live), "retired", now)
    return entry


def locked_entry(session: Session, entry_id: int, actor: Actor) -> KnowledgeEntry:
    """The entry, held until the transaction ends; a unit writes its own only."""
    actor.must_be(*CENTRE, Role.UNIT)
    found = session.exec(
        select(KnowledgeEntry).where(KnowledgeEntry.id == entry_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if found is None or (actor.role is Role.UNIT and found.unit != actor.unit):
        raise NotFound("没有找到该问答条目，或不属于本单位。")
    return found


def version_of(session: Session, entry: KnowledgeEntry, version: int) -> KnowledgeVersion:
    found = session.exec(
        select(KnowledgeVersion).where(KnowledgeVersion.entry_id == entry.id, KnowledgeVersion.version == version)
    ).first()
    if found is None:
        raise NotFound(f"问答条目 {entry.id} 没有第 {version} 版。")
    return found


def _to_decide(session: Session, entry_id: int, version: int, actor: Actor) -> tuple[KnowledgeEntry, KnowledgeVersion]:
    actor.must_be(*CENTRE)
    entry = locked_entry(session, entry_id, actor)
    waiting = version_of(session, entry, version)
    if version != entry.latest or waiting.state != KnowledgeState.PROPOSED.value:
        raise Conflict("这一版不在待审核状态，可能已有人处理或已有更新的修改稿，请刷新查看。")
    actor.must_differ(waiting.written_by, "问答条目的拟定与审核")
    return entry, waiting


def _decide(
    session: Session, entry: KnowledgeEntry, waiting: KnowledgeVersion, state: KnowledgeState, why: str,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    was, waiting.state = waiting.state, state.value
    waiting.decided_by, waiting.decided_at, waiting.note = actor.login, now, why or None
    session.add_all([entry, waiting])
    action = "approve_knowledge" if state is KnowledgeState.APPROVED else "refuse_knowledge"
    note(session, "knowledge", str(entry.id), action, actor, now, was, state.value, {"version": waiting.version})


def _write(session: Session, entry: KnowledgeEntry, draft: Draft, actor: Actor, now: datetime) -> None:
    row = KnowledgeVersion(
        entry_id=entry.id or 0, version=entry.latest, question=draft.question.strip(), answer=draft.answer.strip(),
        unit=draft.unit, domain=draft.domain, policy=draft.policy.strip(), valid_until=draft.valid_until,
        public=draft.public, signature=draft.signature, written_by=actor.login, written_at=now,
    )  # fmt: skip
    session.add_all([entry, row])
    note(session, "knowledge", str(entry.id), "propose", actor, now, to_status=row.state,
         detail={"version": row.version})  # fmt: skip


def _checked(draft: Draft, scan: Scan, actor: Actor, today: date) -> None:
    actor.must_be(*CENTRE, Role.UNIT)
    if actor.role is Role.UNIT and draft.unit != actor.unit:
        raise BadInput("承办单位只能拟定本单位的问答条目。")
    for name, text, most in (
        ("问题", draft.question, MOST_QUESTION), ("答复", draft.answer, MOST_ANSWER),
        ("政策依据", draft.policy, MOST_POLICY),
    ):  # fmt: skip
        if not text.strip():
            raise BadInput(f"“{name}”不能空。")
        if len(text) > most:
            raise BadInput(f"“{name}”过长（{len(text)} 字），最多 {most} 字。")
    if draft.valid_until < today:
        raise BadInput(f"“有效期至”为 {draft.valid_until}，已经过去，请核对。")
    _must_be_clean(scan, draft.question, draft.answer)


def _must_be_clean(scan: Scan, question: str, answer: str) -> None:
    """Fails closed: nobody may wave it through (先审查后公开)."""
    if found := list(scan(question, answer)):
        raise StillPersonal(f"文中仍含个人信息（{'、'.join(dict.fromkeys(found))}），请隐去后再提交。")


def _announce(session: Session, entry: KnowledgeEntry, said: KnowledgeVersion, type_: str, now: datetime) -> None:
    payload = {"entry": entry.id, "version": said.version, "unit": said.unit, "domain": said.domain}
    trigger = f"v{said.version}:{now.isoformat()}"
    session.add(Outbox(
        event_id=identity.event_id(f"knowledge:{entry.id}", type_, said.version, trigger), type=f"knowledge.{type_}",
        payload=payload, created_at=now,
    ))  # fmt: skip
