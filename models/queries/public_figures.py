"""The months whose unit figures were put forward for the public."""

from sqlmodel import Session, col, select

from models.tables.public_figures import PublicFigures


def public_months(session: Session, most: int) -> list[PublicFigures]:
    """What everybody may read, the latest month first: approved and not withdrawn."""
    shown = select(PublicFigures).where(
        col(PublicFigures.approved_at).is_not(None), col(PublicFigures.withdrawn_at).is_(None)
    )
    return list(session.exec(shown.order_by(col(PublicFigures.month).desc()).limit(most)).all())


def known_months(session: Session, most: int) -> list[PublicFigures]:
    """Whatever became of them, the latest month first."""
    return list(session.exec(select(PublicFigures).order_by(col(PublicFigures.month).desc()).limit(most)).all())
