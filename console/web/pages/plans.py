"""Work plans: import a document, see how far each is, look back, carry over, report upward."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web.context import Line, back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from console.web.pages.ledger import Day, need_day
from flows.ledger_files import import_ledger
from flows.paper_matters import print_plan
from flows.plan_reports import summary
from models.actions import promise_changes, promise_checks
from models.actions.promise_step import AT_WORK, CLOSED
from models.database import reading, writing
from models.errors import BadInput
from models.queries.plan_revisions import waiting_revisions
from models.queries.plans import PlanState, find_plan, list_plans, plan_state
from models.vocabulary import Role

router = APIRouter(prefix="/console/ledger/plans")
_MOST = 20_000_000


@router.get("")
def listed(request: Request) -> Response:
    return _list(request, None)


def _list(request: Request, result: dict[str, Any] | None) -> Response:
    person = must_be(request, *allowed("/console/ledger"))
    house = house_of(request)
    today = house.today()
    with reading(house.engine) as session:
        differing = waiting_revisions(session)
        rows = [(plan, summary(plan_state(session, plan), today)) for plan in list_plans(session)]
    values = {
        "rows": rows,
        "differing": differing,
        "result": result,
        "like": ((result or {}).get("plan") or {}).get("like"),
        "decides": person.role in {Role.MODERATOR, Role.SUPERVISOR},
    }
    return pages(request).show(request, "plans.html", values)


@router.post("")
def import_plan(
    request: Request, document: Annotated[UploadFile, File()], dry_run: Annotated[str, Form(max_length=1)] = "",
    meant: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """The result is shown task by task: what was placed, and what a person must look at.

    `meant`: `separate`, or the number of the plan that the file revises; empty asks where it looks like one.
    """
    actor = must_be(request, Role.MODERATOR, Role.SUPERVISOR).actor
    house = house_of(request)
    name = (document.filename or "").replace("\\", "/").rpartition("/")[2]
    _check(name, document.size or 0)
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(document.file.read())
        result = import_ledger(
            house, file, house.now(), dry_run=bool(dry_run), actor=actor,
            revises=int(meant) if meant.isdecimal() else None, separate=meant == "separate",
        )  # fmt: skip
    return _list(request, {**result, "dry_run": bool(dry_run)})


def _check(name: str, size: int) -> None:
    if not name:
        raise BadInput("请选择工作要点文件（DOCX 或 TXT）。")
    if size > _MOST:
        raise BadInput(f"{name}：超过 {_MOST // 1_000_000} MB，不像是工作要点。")


@router.get("/{plan:int}")
def one(request: Request, plan: int) -> Response:
    person = must_be(request, *allowed("/console/ledger"))
    house = house_of(request)
    today = house.today()
    state = _state(request, plan)
    decides = person.role in {Role.MODERATOR, Role.SUPERVISOR}
    values = {"state": state, "summary": summary(state, today), "decides": decides,
              "unfinished": len(_at_work(state)), "closed": len(_closed(state))}  # fmt: skip
    return pages(request).show(request, "plan.html", values)


@router.get("/{plan:int}/report.{kind}")
def report(request: Request, plan: int, kind: Literal["docx", "xlsx"]) -> Response:
    must_be(request, *allowed("/console/ledger"))
    house = house_of(request)
    printed = print_plan(house, str(plan), kind, house.now())
    return download(printed.content, printed.name)


@router.post("/{plan:int}/checks")
def look_back(request: Request, plan: int, due: Day) -> Response:
    """回头看 of all that was closed."""
    actor = must_be(request, Role.SUPERVISOR).actor
    house, until = house_of(request), need_day(due)
    ids = _closed(_state(request, plan))
    with writing(house.engine) as session:
        rows = promise_checks.order_checks(session, house.reckoner, ids, until, actor, house.now())
    return back(f"/console/ledger/plans/{plan}", f"已安排 {len(rows)} 项回头看。")


@router.post("/{plan:int}/carry")
def carry(
    request: Request, plan: int, year: Annotated[int, Form(ge=2000, le=2100)], due: Day, reason: Line
) -> Response:
    """结转 of all that is unfinished; each waits for its approval."""
    actor = must_be(request, Role.MODERATOR, Role.SUPERVISOR).actor
    house, until = house_of(request), need_day(due)
    ids = _at_work(_state(request, plan))
    with writing(house.engine) as session:
        free = [i for i in ids if promise_changes.waiting_change(session, i) is None]
        rows = promise_changes.carry_over(session, house.reckoner, free, year, until, reason, actor, house.now())
    return back("/console/ledger?asked=1", f"已申请结转 {len(rows)} 项，请另一人逐项审批。")


def _state(request: Request, plan: int) -> PlanState:
    with reading(house_of(request).engine) as session:
        return plan_state(session, find_plan(session, str(plan)))


def _at_work(state: PlanState) -> list[int]:
    return [line.promise.id or 0 for line in state.lines if line.promise.state in {s.value for s in AT_WORK}]


def _closed(state: PlanState) -> list[int]:
    return [line.promise.id or 0 for line in state.lines if line.promise.state in {s.value for s in CLOSED}]
