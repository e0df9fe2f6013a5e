"""What the fictitious place answers to usual questions, what it asked its public, and its service hall's count."""

import json
from datetime import date, datetime, timedelta

from flows.demo.people import MODERATOR, REVIEWER, signer, writer
from flows.demo.samples import DATA
from flows.house import House
from flows.knowledge import Written, approve, propose
from flows.solicitations import publish
from models.actions import solicitations as acts
from models.actions.hall_counts import enter_hall_count
from models.database import writing
from models.vocabulary import Adoption

_HALL = (("housing_bureau", 1860), ("civil_bureau", 742))
_PARKING = "为缓解学府路周边停车难，拟在道路东侧设置限时停车位 60 个，白天收费、夜间免费，公开征求意见。"
_OVERALL = "通过网站、社区公告栏和现场座谈征集，共收到 3 类意见，已逐条研究，采纳情况如下。"
_OPINIONS = (
    ("夜间免费时段提前到 19 时。", 21, Adoption.ADOPTED, "已改为 19 时至次日 7 时免费。"),
    ("学校门口 50 米内不设车位。", 14, Adoption.PARTLY, "校门两侧 30 米不设，其余路段上下学时段限停。"),
    (
        "学府路改为单行线。",
        5,
        Adoption.REJECTED,
        "周边路网不足以分流，改单行将使公交绕行 1.2 公里，列入明年交通组织论证。",
    ),
)


def stock(house: House, now: datetime) -> None:
    """Every entry is proposed by its unit and approved by the centre, as in an office."""
    today = now.astimezone(house.settings.zone).date()
    for line in (DATA / "knowledge.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        until = today + timedelta(days=row.pop("days"))
        entry = propose(house, Written(**row, valid_until=until), writer(row["unit"]), now)
        approve(house, entry.id or 0, entry.latest, REVIEWER, now)
    _ask(house, today, now)
    with writing(house.engine) as session:
        for unit, handled in _HALL:
            enter_hall_count(session, today.year, today.month, unit, handled, MODERATOR, now)


def _ask(house: House, today: date, now: datetime) -> None:
    clerk = writer("transport_bureau")
    with writing(house.engine) as session:
        row = acts.open_solicitation(
            session, "学府路限时停车方案（征求意见稿）", "transport_bureau", _PARKING, today - timedelta(days=31),
            today - timedelta(days=1), clerk, now,
        )  # fmt: skip
        number = row.id or 0
        for opinion, heard, adoption, reason in _OPINIONS:
            said = acts.add_opinion(session, number, opinion, heard, clerk, now)
            session.flush()
            acts.decide_opinion(session, number, said.id or 0, adoption, reason, clerk, now)
        acts.sum_up(session, number, _OVERALL, signer("transport_bureau"), now)
    publish(house, number, REVIEWER, now)
