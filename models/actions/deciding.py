"""What a unit asks for is decided by somebody else: 退单, 延期, 暂停, 挂账, 剔除."""

from datetime import datetime
from typing import Protocol

from models.actors import Actor
from models.errors import BadInput


class Asked(Protocol):
    """A request that waits: by whom, and what became of it."""

    asked_by: str
    granted: bool | None
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


def decide(asked: Asked, what: str, actor: Actor, now: datetime, *, granted: bool, note: str | None) -> None:
    """Four eyes, and no refusal without its reason; the verdict stands with the request."""
    actor.must_differ(asked.asked_by, f"{what}的申请与审核")
    if not granted and not (note or "").strip():
        raise BadInput(f"驳回{what}须写明理由。")
    asked.granted, asked.decided_by, asked.decided_at = granted, actor.login, now
    asked.note = (note or "").strip() or None
