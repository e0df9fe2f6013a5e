"""督办文书 as each side sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.actors import Actor
from models.errors import NotFound
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import InstructionStatus, Role

_PAGE = 100


@dataclass(frozen=True, slots=True)
class InstructionLine:
    row: Instruction
    order_number: str | None


def list_instructions(
    session: Session, actor: Actor, status: str | None = None, kind: str | None = None
) -> list[InstructionLine]:
    """Newest first; a unit sees what was issued to it and nothing else."""
    statement = (
        select(Instruction, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.id) == col(Instruction.order_id), isouter=True)
        .where(*_visible(actor))
        .order_by(col(Instruction.id).desc())
        .limit(_PAGE)
    )
    if status is not None:
        statement = statement.where(Instruction.status == status)
    if kind is not None:
        statement = statement.where(Instruction.kind == kind)
    return [InstructionLine(row, number) for row, number in session.exec(statement).all()]


def find_instruction(session: Session, actor: Actor, instruction_id: int) -> InstructionLine:
    statement = (
        select(Instruction, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.id) == col(Instruction.order_id), isouter=True)
        .where(Instruction.id == instruction_id, *_visible(actor))
    )
    found = session.exec(statement).first()
    if found is None:
        raise NotFound(f"没有找到督办文书（编号 {instruction_id}）。")
    return InstructionLine(*found)


def signed_between(
    session: Session, actor: Actor, since: datetime, until: datetime, *, most: int
) -> list[InstructionLine]:
    """Those signed in [since, until), in the order of their signing, at most `most` and one more."""
    statement = (
        select(Instruction, WorkOrder.number)
        .join(WorkOrder, col(WorkOrder.id) == col(Instruction.order_id), isouter=True)
        .where(*_visible(actor), col(Instruction.signed_at) >= since, col(Instruction.signed_at) < until)
        .order_by(col(Instruction.signed_at), col(Instruction.id))
        .limit(most + 1)
    )
    return [InstructionLine(row, number) for row, number in session.exec(statement).all()]


def _visible(actor: Actor) -> list[Any]:
    unsealed = col(WorkOrder.sealed).is_not(True)
    if actor.role is not Role.UNIT:
        return [unsealed]
    issued = [InstructionStatus.ISSUED.value, InstructionStatus.ANSWERED.value, InstructionStatus.CLOSED.value]
    return [unsealed, col(Instruction.unit) == actor.unit, col(Instruction.status).in_(issued)]
