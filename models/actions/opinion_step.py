"""One step of an opinion case: guard, status, history row, outbox row. Every action on a case goes through here."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models import identity
from models.actions.notice_rows import DUTY, Telling, targets_of, tell, telling_rows, write_rows
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.opinion_words import OpinionStatus
from models.profile import Profile
from models.tables.opinion import OpinionCase
from models.tables.record import Outbox
from models.vocabulary import Role

S = OpinionStatus
OFFICERS = (Role.OPINION, Role.OPINION_LEADER)
_OPEN = frozenset({S.FOUND, S.HANDLING})
_HANDLED = frozenset({S.HANDLING})

# Action → from which states, and where it leads (None: it stays).
MOVES: dict[str, tuple[frozenset[OpinionStatus], OpinionStatus | None]] = {
    "add_items": (_OPEN, None),
    "correct": (_OPEN, None),
    "grade": (_OPEN, S.HANDLING),
    "dismiss": (frozenset({S.FOUND}), S.DISMISSED),
    "confirm_unit": (_OPEN, None),
    "propose_unit": (_OPEN, None),
    "doubt": (_OPEN, None),
    "bear_out": (_OPEN, None),
    "record_finding": (_OPEN, None),
    "check_finding": (_OPEN, None),
    "report_up": (_OPEN, None),
    "hold_conference": (_HANDLED, None),
    "draft_line": (_HANDLED, None),
    "consult_line": (_HANDLED, None),
    "say": (_HANDLED, None),
    "submit_line": (_HANDLED, None),
    "send_back_line": (_HANDLED, None),
    "sign_line": (_HANDLED, None),
    "release": (_HANDLED, None),
    "write_report": (frozenset({*_OPEN, S.CLOSED}), None),
    "confirm_report": (frozenset({*_OPEN, S.CLOSED}), None),
    "send_report": (frozenset({*_OPEN, S.CLOSED}), None),
    "close": (_HANDLED, S.CLOSED),
    "reopen": (frozenset({S.CLOSED, S.EVALUATED}), S.HANDLING),
    "evaluate": (frozenset({S.CLOSED}), S.EVALUATED),
}


def held(session: Session, case_id: int) -> OpinionCase:
    """The case, held until the transaction ends and read afresh."""
    statement = select(OpinionCase).where(OpinionCase.id == case_id).with_for_update()
    found = session.exec(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"没有找到舆情（编号 {case_id}）。")
    return found


def step(
    session: Session,
    case: OpinionCase,
    action: str,
    actor: Actor,
    now: datetime,
    **detail: Any,  # noqa: ANN401
) -> None:
    """Make one step. `detail` holds codes and numbers, never what the public or an officer wrote."""
    starts, leads_to = MOVES[action]
    was = OpinionStatus(case.status)
    if was not in starts:
        raise Conflict(f"舆情 {case.number} 现为“{was.label}”，不能这样处理。可能已有人办理，请刷新查看。")
    case.status = (leads_to or was).value
    record(session, case, action, actor, now, was.value, **detail)


def record(
    session: Session,
    case: OpinionCase,
    action: str,
    actor: Actor,
    now: datetime,
    was: str | None = None,
    **detail: Any,  # noqa: ANN401
) -> None:
    """The history row and the event of a step."""
    case.version += 1
    session.add(case)
    note(session, "opinion", str(case.id), action, actor, now, was, case.status, detail)
    session.add(
        Outbox(
            event_id=identity.event_id(f"opinion:{case.id}", action, 1, f"v{case.version}"),
            type=f"opinion.{action}", created_at=now,
            payload={"number": case.number, "status": case.status, "grade": case.grade, "unit": case.lead_unit},
        )
    )  # fmt: skip


def tell_unit(session: Session, profile: Profile, case: OpinionCase, kind: str, unit: str, now: datetime) -> None:
    """Number, domain and a link: what it is about stands in the console alone."""
    tell(session, profile, _telling(case, kind, unit), now)


def ring_duty(session: Session, profile: Profile, case: OpinionCase, now: datetime) -> None:
    """A major matter rings the duty roster as it is graded: five hours are short."""
    telling = _telling(case, "opinion_major", DUTY, targets_of(profile, DUTY))
    write_rows(session, telling_rows(telling, now))


def _telling(case: OpinionCase, kind: str, unit: str, targets: tuple[str, ...] = ()) -> Telling:
    facts = {"number": None, "case": case.number, "ref": f"opinion:{case.id}", "domain": case.domain}
    return Telling(
        kind=kind, unit=unit, subject=f"opinion:{case.id}", order_id=case.order_id, cycle=1,
        trigger=f"v{case.version}", facts=facts, targets=targets,
    )  # fmt: skip


def needed(text: str, message: str) -> str:
    """The text without its margins; BadInput with this message where nothing is left."""
    if not text.strip():
        raise BadInput(message)
    return text.strip()
