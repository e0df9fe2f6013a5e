"""口径 and its releases, the analysis reports: the steps, the report's page and its Word document."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from markupsafe import Markup

from console.web.context import Line, Seen, Text, actor_of, back, house_of, must_be, pages
from console.web.downloads import download, kept_as
from console.web.menu import allowed
from console.web.pages.opinion import ROOM, act, by_officer, local
from flows import opinion_lines as composed
from flows.opinion_reports import SECTIONS, case_facts, draft_report, report_docx
from flows.paper_matters import print_line
from models.actions import opinion_lines, opinion_reports
from models.actions.as_seen import last_step
from models.actions.opinion_lines import Outlet, Points
from models.actions.opinion_reports import WRITTEN, Analysis
from models.asked import moment_asked
from models.database import reading
from models.queries.opinion import find_report
from models.queries.people import names
from responders.opinion.charts import svg

router = APIRouter()
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.post(ROOM + "/{case}/lines")
def draft(request: Request, case: int, facts: Text, measures: Text, result: Text) -> Response:
    return act(request, case, "口径已拟稿，请发起会商。", lambda session, actor, now: opinion_lines.draft_line(
        session, case, Points(facts, measures, result), actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/lines/{line}/revise")
def revise(
    request: Request, case: int, line: int, facts: Text, measures: Text, result: Text, seen: Seen = None
) -> Response:
    return act(request, case, "口径已修改，请重新会商。", lambda session, actor, now: opinion_lines.revise_line(
        session, line, Points(facts, measures, result), actor, now, seen=seen))  # fmt: skip


@router.post(ROOM + "/{case}/lines/{line}/consult")
def consult(
    request: Request, case: int, line: int, units: Annotated[list[str] | None, Form(max_length=60)] = None
) -> Response:
    reckoner = house_of(request).reckoner
    return act(request, case, "已请各单位会商。", lambda session, actor, now: opinion_lines.consult(
        session, reckoner, line, units or [], actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/lines/{line}/submit")
def submit(request: Request, case: int, line: int, unheard: Line = "", seen: Seen = None) -> Response:
    actor, house = actor_of(request, *allowed(ROOM)), house_of(request)
    composed.submit(house, line, actor, house.now(), unheard=unheard, seen=seen)
    return back(f"{ROOM}/{case}", "已送签，须由分管领导签发。")


@router.post(ROOM + "/{case}/lines/{line}/sign")
def sign(request: Request, case: int, line: int, seen: Seen = None) -> Response:
    return act(request, case, "已签发，可以发布。", lambda session, actor, now: opinion_lines.sign_line(
        session, line, actor, now, seen=seen))  # fmt: skip


@router.post(ROOM + "/{case}/lines/{line}/send-back")
def send_back(request: Request, case: int, line: int, why: Line, seen: Seen = None) -> Response:
    return act(request, case, "已退回修改。", lambda session, actor, now: opinion_lines.send_back_line(
        session, line, why, actor, now, seen=seen))  # fmt: skip


@router.post(ROOM + "/{case}/lines/{line}/release")
def release(
    request: Request, case: int, line: int, outlet: Line, url: Line,
    next_due: Annotated[str, Form(max_length=30)] = "", last: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    actor, house = actor_of(request, *allowed(ROOM)), house_of(request)
    asked = moment_asked(next_due, "next_due", "下次发布时间")
    due = local(request, asked) if asked else None
    composed.release(house, line, Outlet(outlet, url, due, last=last), actor, house.now())
    return back(f"{ROOM}/{case}", "已登记发布；其中的承诺已列入台账，待确认。")


@router.get(ROOM + "/{case}/lines/{line}/paper.docx")
def paper(request: Request, case: int, line: int) -> Response:
    actor, house = actor_of(request, *allowed(ROOM)), house_of(request)
    printed = print_line(house, actor, case, line, house.now())
    return download(printed.content, printed.name)


@router.post(ROOM + "/{case}/reports")
def write(request: Request, case: int) -> Response:
    actor, house = actor_of(request, *allowed(ROOM)), house_of(request)
    report = draft_report(house, case, actor, house.now())
    return back(f"{ROOM}/reports/{report.id}", "已按记录生成初稿，请核改后送审定。")


@router.get(ROOM + "/reports/{report}")
def report_page(request: Request, report: int) -> Response:
    person, house = must_be(request, *allowed(ROOM)), house_of(request)
    with reading(house.engine) as session:
        row, case = find_report(session, person.actor, report)
        days = [(day, count) for day, count in row.figures["days"]]
        values = {
            "report": row, "case": case, "names": names(session), "facts": case_facts(house, case),
            "step": last_step(session, "opinion", case.id, WRITTEN),
            "sections": [(heading, field, getattr(row, field)) for heading, field in SECTIONS],
            "chart": Markup(svg(days, "每日相关来件数")),  # noqa: S704  (digits and our own words alone)
        }  # fmt: skip
        return pages(request).show(request, "opinion_report.html", values)


@router.get(ROOM + "/reports/{report}/docx")
def report_word(request: Request, report: int) -> Response:
    actor, house = actor_of(request, *allowed(ROOM)), house_of(request)
    name, data = report_docx(house, report, actor)
    return Response(data, media_type=_DOCX, headers=kept_as(name))


@router.post(ROOM + "/reports/{report}/edit")
def edit(
    request: Request, report: int, nature: Text, trend: Text, risks: Text, advice: Text, seen: Seen = None
) -> Response:
    analysis = Analysis(nature, trend, risks, advice)
    by_officer(request, lambda session, actor, now: opinion_reports.edit_report(
        session, report, analysis, actor, now, seen=seen))  # fmt: skip
    return _shown(report, "已保存。")


@router.post(ROOM + "/reports/{report}/confirm")
def confirm(request: Request, report: int, seen: Seen = None) -> Response:
    by_officer(request, lambda session, actor, now: opinion_reports.confirm_report(
        session, report, actor, now, seen=seen))  # fmt: skip
    return _shown(report, "已审定，可以报送。")


@router.post(ROOM + "/reports/{report}/send")
def send(request: Request, report: int, to: Line) -> Response:
    by_officer(request, lambda session, actor, now: opinion_reports.send_report(session, report, to, actor, now))
    return _shown(report, "已登记报送。")


def _shown(report: int, done: str) -> Response:
    return back(f"{ROOM}/reports/{report}", done)
