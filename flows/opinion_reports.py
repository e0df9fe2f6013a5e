"""The analysis report: drafted from the records of the moment, printed as a Word document."""

from datetime import datetime

from flows.house import House
from models.actions import opinion_reports
from models.actions.opinion_reports import Analysis
from models.actors import Actor
from models.database import reading, writing
from models.opinion_words import OpinionGrade, OpinionPart, OpinionPriority, Truth
from models.queries.opinion import CaseWhole, find_report, whole_case
from models.queries.people import names
from models.tables.opinion import OpinionCase, OpinionReport
from models.vocabulary import Channel, Stage
from responders.opinion.analysis import Facts, Item, draft, figures
from responders.opinion.docx import Paper, docx_bytes

SECTIONS = (("性质", "nature"), ("走势", "trend"), ("可能的风险", "risks"), ("预控处置意见", "advice"))


def draft_report(house: House, case_id: int, actor: Actor, now: datetime) -> OpinionReport:
    """生成初稿 of what is on record now; its figures stay with it."""
    with reading(house.engine) as session:
        facts = _facts(house, whole_case(session, actor, case_id))
    counted = figures(facts, now, house.settings.zone)
    text = draft(facts, counted, house.settings.zone)
    with writing(house.engine) as session:
        return opinion_reports.write_report(session, case_id, Analysis(**text), counted, actor, now)


def report_docx(house: House, report_id: int, actor: Actor) -> tuple[str, bytes]:
    """File name and bytes."""
    with reading(house.engine) as session:
        report, case = find_report(session, actor, report_id)
        people = names(session)
    zone = house.settings.zone
    written = report.written_at.astimezone(zone)
    paper = Paper(
        number=case.number, serial=report.serial, title=case.title,
        publisher=house.profile.unit(house.profile.opinion_coordinator).name,
        date=f"{written.year}年{written.month}月{written.day}日",
        facts=case_facts(house, case),
        sections=[(heading, getattr(report, field)) for heading, field in SECTIONS],
        days=[(day, count) for day, count in report.figures["days"]],
        sources=[(name, count) for name, count in report.figures["sources"]],
        writer=people.get(report.written_by, report.written_by),
        confirmed=people.get(report.confirmed_by, report.confirmed_by) if report.confirmed_by else "",
        sent_to=report.sent_to or "", made_at=report.written_at, demonstration=house.profile.demonstration,
    )  # fmt: skip
    return f"舆情分析报告-{case.number}-{report.serial}.docx", docx_bytes(paper)


def case_facts(house: House, case: OpinionCase) -> list[tuple[str, str]]:
    """The table at a report's head."""
    zone = house.settings.zone
    return [
        ("舆情名称", case.title),
        ("等级", OpinionGrade(case.grade).label if case.grade else "待研判"),
        ("重点类别", "、".join(OpinionPriority(p).label for p in case.priorities) or "—"),
        ("首发时间", f"{case.first_posted_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        ("发现时间", f"{case.found_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        ("回应主体", house.profile.unit(case.lead_unit).name),
        ("真伪", Truth(case.truth).label),
    ]


def _facts(house: House, whole: CaseWhole) -> Facts:
    case, profile = whole.case, house.profile
    due = {clock.stage: clock.due_at for clock, _ in whole.clocks if clock.stopped_at is None}
    region = profile.regions_by_code.get(case.region or "")
    return Facts(
        title=case.title,
        domain=profile.domain_labels[case.domain],
        place=region.name if region else "",
        lead=profile.unit(case.lead_unit).name,
        joint=[profile.unit(u.unit).name for u in whole.units if u.confirmed and u.part == OpinionPart.JOINT],
        grade=OpinionGrade(case.grade) if case.grade else None,
        priorities=[OpinionPriority(p) for p in case.priorities],
        truth=Truth(case.truth),
        first_posted_at=case.first_posted_at,
        found_at=case.found_at,
        releases=sum(line.released_at is not None for line, _ in whole.lines),
        response_due=due.get(Stage.OPINION_FIRST.value),
        conference_due=due.get(Stage.OPINION_CONFERENCE.value),
        report_to=profile.unit(case.report_to).name if case.report_to in profile.units_by_code else case.report_to,
        several_counties=case.liaison is not None,
        reported=case.reported_at is not None,
        items=[
            Item(m.received_at, Channel(m.channel).label, m.source_name or "", (m.likes or 0) + (m.dislikes or 0))
            for m, _ in whole.items
        ],
    )
