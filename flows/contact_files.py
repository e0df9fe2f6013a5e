"""导出联系方式 as a file: who may be called or written to, of which order, and nothing of what they wrote."""

from collections.abc import Sequence
from datetime import datetime

from flows.export_tables import Teller
from flows.exporting import file_of
from flows.house import House
from models.actions.contacts import take
from models.actors import Actor
from models.database import writing
from models.queries.contacts import ContactLine
from models.vocabulary import DEMONSTRATION

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
COLUMNS = ("工单编号", "收到时间", "领域", "主办单位", "姓名", "电话", "邮箱")


def take_file(house: House, request: int, kind: str, actor: Actor, now: datetime) -> bytes:
    """The granted contacts, once. Where the file can't be made, nothing was taken."""
    with writing(house.engine) as session:
        return file_of(kind, *_table(house, take(session, request, actor, now)))


def _table(house: House, lines: Sequence[ContactLine]) -> tuple[list[str], list[dict[str, str]]]:
    teller = Teller(house)
    marks = {"说明": DEMONSTRATION} if house.profile.demonstration else {}
    rows = [_row(house, teller, line) | marks for line in lines]
    return [*COLUMNS, *marks], rows


def _row(house: House, teller: Teller, line: ContactLine) -> dict[str, str]:
    order, message = line.order, line.message
    domain = house.profile.domain_labels.get(order.domain, order.domain)
    cells = (order.number, teller.day(order.received_at), domain, teller.unit(order.lead_unit), message.sender_name,
             message.phone, message.email)  # fmt: skip
    return {column: said or "" for column, said in zip(COLUMNS, cells, strict=True)}
