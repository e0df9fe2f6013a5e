"""A unit's promises and tasks, made for a phone: what was done, with files; another date; done."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web.context import Line, back, house_of, must_be, pages
from console.web.pages.ledger import Act, Day, need_day
from console.web.pages.ledger_steps import keep_progress, sent_evidence
from models.actions import promise_changes, promises
from models.database import reading, writing
from models.queries.ledger import UNKEPT, PromiseFilter, list_promises, whole_promise
from models.queries.people import names
from models.vocabulary import Role

router = APIRouter(prefix="/unit/ledger")


@router.get("")
def listed(request: Request, show: str = "") -> Response:
    person = must_be(request, Role.UNIT)
    wanted = PromiseFilter() if show == "all" else PromiseFilter(states=UNKEPT)
    with reading(house_of(request).engine) as session:
        lines = list_promises(session, person.actor, wanted)
    values = {"lines": lines, "show": show, "own": person.unit}
    return pages(request).show(request, "unit_ledger.html", values)


@router.get("/{promise:int}")
def one(request: Request, promise: int) -> Response:
    person = must_be(request, Role.UNIT)
    with reading(house_of(request).engine) as session:
        whole = whole_promise(session, person.actor, promise)
        values = {"whole": whole, "promise": whole.promise, "names": names(session)}
    values |= {"lead": whole.promise.unit == person.unit, "base": f"/unit/ledger/{promise}"}
    return pages(request).show(request, "unit_promise.html", values)


@router.post("/{promise}/progress")
def progress(
    request: Request, promise: int, text: Line, files: Annotated[list[UploadFile], File()] = [],  # noqa: B006
    counts: Annotated[str, Form(max_length=1)] = "",
) -> Response:  # fmt: skip
    keep_progress(request, must_be(request, Role.UNIT).actor, promise, text, files, counts)
    return back(f"/unit/ledger/{promise}", "已登记进展。")


@router.get("/{promise}/files/{file}")
def evidence(request: Request, promise: int, file: int) -> Response:
    return sent_evidence(request, must_be(request, Role.UNIT).actor, promise, file)


@router.post("/{promise}/report")
def report(request: Request, promise: int, progress: Line) -> Response:
    return _do(request, promise, lambda session, actor, now: promises.report_promise(
        session, promise, progress, actor, now), "已上报，等待核验。")  # fmt: skip


@router.post("/{promise}/change")
def ask_change(request: Request, promise: int, due: Day, reason: Line) -> Response:
    until = need_day(due)
    return _do(request, promise, lambda session, actor, now: promise_changes.ask_change(
        session, house_of(request).reckoner, promise, until, reason, actor, now,
    ), "变更申请已提交，批准前期限不变。")  # fmt: skip


def _do(request: Request, promise: int, act: Act, done: str) -> Response:
    actor = must_be(request, Role.UNIT).actor
    house = house_of(request)
    with reading(house.engine) as session:
        whole_promise(session, actor, promise)
    with writing(house.engine) as session:
        act(session, actor, house.now())
    return back(f"/unit/ledger/{promise}", done)
