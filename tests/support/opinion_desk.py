"""The opinion room as its people use it: feed items, a case, its grading, a line brought to signature."""

from sqlmodel import select
from support.desk import at
from support.loop_desk import LoopDesk
from support.web import Visitor, clicked

from models.actions.opinion_cases import Found, open_case
from models.actors import Actor
from models.database import writing
from models.tables.clocks import Clock
from models.tables.messages import Message
from models.tables.opinion import OpinionCase
from models.vocabulary import Channel, Role

POSTED, HEARD = at("2026-02-24T09:00"), at("2026-02-24T10:00")
BUS = "10路公交车改线以后不再经过文峰路，网传下月全线停运，上班要多走两公里，希望恢复公交站点。"
POINTS = {
    "facts": "经核查，10路公交车因文峰路燃气施工临时绕行，线路没有停运。",
    "measures": "依据公交线路管理办法，市交通运输局已安排接驳车往返文峰路。",
    "result": "我局将于3月10日前恢复原线路和站点。",
}
WEB = {"outlet": "望溪发布（虚构）", "url": "https://news.wangxi.example/1"}
OFFICER, SUPERVISOR = Actor("yu", Role.OPINION), Actor("du", Role.SUPERVISOR)


def told(desk: LoopDesk, channel: Channel = Channel.OPINION, **posts: dict[str, object]) -> None:
    usual = {"time": "2026-02-24T09:00:00", "title": "10路公交", "text": BUS, "author": "发帖人小雨"}
    rows = [usual | {"id": name} | post for name, post in posts.items()]
    desk.collect(channel, desk.lines(f"{channel}.jsonl", rows))
    desk.work()


def opened(desk: LoopDesk) -> OpinionCase:
    """A case over everything that the feed has."""
    with writing(desk.house.engine) as session:
        items = list(session.exec(select(Message.id)))
        case = open_case(session, desk.house.reckoner, Found(title="10路公交改线", items=items, why=["人工"]), OFFICER,
                         desk.now)  # fmt: skip
        return case.model_copy()


def graded(person: Visitor, grade: str, *priorities: str) -> None:
    clicked(person, "/console/opinion/1/grade", grade=grade, lead="transport_bureau", priorities=list(priorities))


def to_signature(officer: Visitor, unit: Visitor, line: int, **points: str) -> None:
    clicked(officer, "/console/opinion/1/lines", **(POINTS | points))
    clicked(officer, f"/console/opinion/1/lines/{line}/consult", units=["transport_bureau"])
    clicked(unit, f"/unit/opinion/1/lines/{line}/say", agrees="true", text="情况属实。")
    clicked(officer, f"/console/opinion/1/lines/{line}/submit")


def running(desk: LoopDesk) -> dict[str, Clock]:
    return {c.stage: c for c in desk.all(Clock, subject="opinion") if c.stopped_at is None}
