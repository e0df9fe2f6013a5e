"""公开情况 (C 二(三)7): when and where a promise was made public, and what citizens may read of it.

Promises become public only when approved: one person proposes the wording, another approves it.
"""

from datetime import date, datetime, time

from sqlmodel import Session

from models.actions.promise_step import locked, must_stand, needed
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.promise_words import PromiseState
from models.reckoning import Reckoner
from models.tables.ledger import Promise
from models.tables.orders import WorkOrder
from models.vocabulary import Role

_PUBLIC = frozenset(
    {PromiseState.RUNNING, PromiseState.TO_VERIFY, PromiseState.CHANGED, PromiseState.KEPT, PromiseState.PARTLY,
     PromiseState.FAILED}
)  # fmt: skip


def record_publication(
    session: Session, reckoner: Reckoner, promise_id: int, day: date, where: str, url: str, actor: Actor, now: datetime
) -> Promise:
    """登记公开情况: the day, the place (新闻发布会、政府网站…) and the link."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    if day > now.astimezone(reckoner.zone).date():
        raise BadInput(f"公开日期 {day} 还没有到，请核对。")
    promise.published_at = datetime.combine(day, time(12), reckoner.zone)
    promise.published_where, promise.published_url = needed(where, "须写明在哪里公开。")[:200], link_of(url)
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise_id), "record_publication", actor, now, detail={"day": str(day)})
    return promise


def propose_public(
    session: Session, promise_id: int, text: str, actor: Actor, now: datetime, *, hidden: bool
) -> Promise:
    """拟公开: the wording for citizens. `hidden`: the scan found personal data in it, and it is refused."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, _PUBLIC)
    order = session.get(WorkOrder, promise.order_id) if promise.order_id else None
    if order is not None and order.sealed:
        raise NotAllowed("密封件的承诺不得公开。")
    if hidden:
        raise BadInput("公开表述里有个人信息（姓名、电话、证件号、住址等），请删去后再提交。")
    promise.public_text = needed(text, "须写明公开表述。")
    promise.public_by, promise.public_ok_by, promise.public_ok_at = actor.login, None, None
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise_id), "propose_public", actor, now)
    return promise


def approve_public(
    session: Session, promise_id: int, version: int, grant: bool, actor: Actor, now: datetime
) -> Promise:
    """同意公开, by a supervisor who did not propose it and has read this very wording; refusing takes it back."""
    actor.must_be(Role.SUPERVISOR)
    promise = locked(session, promise_id)
    if promise.public_text is None or promise.version != version:
        raise Conflict("公开表述已被改动或撤回，请刷新后重新审批。")
    if grant:
        must_stand(session, promise, _PUBLIC)
        actor.must_differ(promise.public_by, "公开的拟定与审批")
        promise.public_ok_by, promise.public_ok_at = actor.login, now
    else:
        promise.public_text = promise.public_by = promise.public_ok_by = promise.public_ok_at = None
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise_id), "approve_public" if grant else "withdraw_public", actor, now)
    return promise


def link_of(url: str) -> str | None:
    url = url.strip()
    if url and not url.startswith(("http://", "https://")):
        raise BadInput("公开链接应以 http:// 或 https:// 开头。")
    return url or None
