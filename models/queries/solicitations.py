"""Consultations of the public: what is running, what came of those that are over."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.actions.solicitations import opinions_of
from models.actors import Actor
from models.errors import NotFound
from models.tables.knowledge import Solicitation, SolicitedOpinion
from models.vocabulary import Adoption, Role


@dataclass(frozen=True, slots=True)
class Result:
    """采纳率 and the like are left to the reader: opinions and people are counted, each by what became of them."""

    row: Solicitation
    opinions: list[SolicitedOpinion]

    @property
    def people(self) -> int:
        return sum(o.heard for o in self.opinions)

    @property
    def counts(self) -> Counter[str]:
        """Adoption → how many opinions; an undecided one counts under an empty code."""
        return Counter(o.adoption or "" for o in self.opinions)

    def of(self, adoption: str) -> list[SolicitedOpinion]:
        return [o for o in self.opinions if o.adoption == adoption]

    @property
    def explained(self) -> list[SolicitedOpinion]:
        """不采纳 and 部分采纳, each with its reason."""
        return [*self.of(Adoption.REJECTED.value), *self.of(Adoption.PARTLY.value)]


def all_solicitations(session: Session, actor: Actor) -> list[Result]:
    statement = select(Solicitation).where(*_own(actor)).order_by(col(Solicitation.id).desc())
    return [Result(row, opinions_of(session, row.id or 0)) for row in session.exec(statement).all()]


def one_solicitation(session: Session, actor: Actor, solicitation_id: int) -> Result:
    row = session.exec(select(Solicitation).where(Solicitation.id == solicitation_id, *_own(actor))).first()
    if row is None:
        raise NotFound("没有找到该次征集，或不属于本单位。")
    return Result(row, opinions_of(session, solicitation_id))


def public_solicitations(session: Session, today: date) -> tuple[list[Solicitation], list[Result]]:
    """Those that run today, and the published results, the newest first."""
    running = session.exec(
        select(Solicitation)
        .where(col(Solicitation.opens_on) <= today, col(Solicitation.closes_on) >= today)
        .order_by(col(Solicitation.closes_on))
    ).all()
    published = session.exec(
        select(Solicitation).where(col(Solicitation.published_at).is_not(None))
        .order_by(col(Solicitation.published_at).desc())
    ).all()  # fmt: skip
    return list(running), [Result(row, opinions_of(session, row.id or 0)) for row in published]


def published_result(session: Session, solicitation_id: int) -> Result:
    row = session.get(Solicitation, solicitation_id)
    if row is None or row.published_at is None:
        raise NotFound("没有这次征集，或结果还没有公开。")
    return Result(row, opinions_of(session, solicitation_id))


def _own(actor: Actor) -> list[Any]:
    return [col(Solicitation.unit) == actor.unit] if actor.role is Role.UNIT else []
