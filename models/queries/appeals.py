"""剔除 and 申诉, those that wait first."""

from sqlmodel import Session, col, select

from models.tables.orders import WorkOrder
from models.tables.supervision import Appeal

_PAGE = 100


def list_appeals(session: Session) -> list[tuple[Appeal, WorkOrder]]:
    statement = (
        select(Appeal, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(Appeal.order_id))
        .where(col(WorkOrder.sealed).is_(False))
        .order_by(col(Appeal.granted).is_not(None), col(Appeal.id).desc())
        .limit(_PAGE)
    )
    return [(appeal, order) for appeal, order in session.exec(statement).all()]
