"""The knowledge base as its people use it: entries, what is found, and five matters with their answers."""

from dataclasses import replace
from datetime import date, datetime

from support.desk import MODERATOR, REVIEWER, Desk, at

from flows import knowledge
from flows.knowledge import Written
from models.database import reading
from models.tables.knowledge import KnowledgeEntry

NOW = at("2026-03-10 10:00")
TODAY = NOW.date()
LIFT = Written(
    question="电梯坏了，可以用住宅专项维修资金修吗？",
    answer="可以。电梯发生故障、危及人身安全的，业委会或物业企业可申请应急使用维修资金。",
    unit="housing_bureau", domain="housing", policy="《望溪市住宅专项维修资金管理办法》（虚构）第二十条",
    valid_until=date(2027, 12, 31), public=True,
)  # fmt: skip
SCHOOL = replace(
    LIFT, question="孩子上小学怎么报名？", answer="监护人在报名系统登记，按划片入学。", unit="education_bureau",
    domain="education", policy="《望溪市义务教育招生办法》（虚构）",
)  # fmt: skip
ASKED = ("电梯停运", "学府花园3栋的电梯坏了一个月，维修资金能不能拿出来修？")


def approved(desk: Desk, written: Written = LIFT, now: datetime = NOW) -> KnowledgeEntry:
    entry = knowledge.propose(desk.house, written, MODERATOR, now)
    return knowledge.approve(desk.house, entry.id or 0, entry.latest, REVIEWER, now)


def suggested(desk: Desk, today: date = TODAY, asked: tuple[str, str] = ASKED) -> list[knowledge.Suggestion]:
    with reading(desk.house.engine) as session:
        return knowledge.suggested_for(desk.house, session, *asked, today)


def found(desk: Desk, typed: str, *, public: bool = True) -> list[str]:
    with reading(desk.house.engine) as session:
        return [s.question for s in knowledge.searched(desk.house, session, typed, NOW.date(), public=public)]


MATTERS = [
    ("路灯晚上不亮", "照明管护中心已派人更换损坏光源。"),
    ("井盖丢了很危险", "排水管理站已补装并加固。"),
    ("楼上漏水没人管", "物业企业已联系住户检修管道。"),
    ("公交车等太久", "客运公司已增加班次缩短间隔。"),
    ("工资拖着不发", "劳动监察大队已责令用人企业支付报酬。"),
]
