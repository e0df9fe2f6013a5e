"""What is decided is what the page showed, also of things without a version: their last step on record stands for it.

Orders and editions have versions of their own (models/actions/step.py, models/actions/editions.py).
"""

from collections.abc import Collection

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.actors import SYSTEM, Actor
from models.errors import Conflict
from models.tables.people import User
from models.tables.record import History


def last_step(session: Session, subject: str, subject_id: object, actions: Collection[str] = ()) -> int:
    """For a page to carry as `seen`; 0 before any. `actions`: the steps that matter, none for all.

    What the system does by itself (a reminder, an item that joins) changes nothing that a person decides on.
    """
    found = session.exec(_steps(subject, subject_id, actions)).first()
    return (found.id or 0) if found else 0


def must_be_as_shown(
    session: Session, subject: str, subject_id: object, seen: int | None, actor: Actor, actions: Collection[str] = ()
) -> None:
    """Conflict where a person made a step since; `seen` None where no page showed it. Ask under the subject's lock."""
    last = session.exec(_steps(subject, subject_id, actions)).first() if seen is not None else None
    if last is None or last.id == seen:
        return
    if last.actor == actor.login:
        raise Conflict("您已经办理，没有重复办理；确需再办的，请看过现在的情况再提交。")
    by = session.exec(select(User.name).where(User.login == last.actor)).first()
    raise Conflict(f"在您打开页面后已有人处理{f'（{by}）' if by else ''}，这次没有办理；请看过现在的情况再办。")


def _steps(subject: str, subject_id: object, actions: Collection[str]) -> SelectOfScalar[History]:
    steps = select(History).where(
        History.subject == subject, History.subject_id == str(subject_id), History.actor != SYSTEM.login
    )
    if actions:
        steps = steps.where(col(History.action).in_(list(actions)))
    return steps.order_by(col(History.id).desc())
