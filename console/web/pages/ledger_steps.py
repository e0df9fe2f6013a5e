"""Beside an entry's states: progress with evidence, another date, 回头看, and what becomes public."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web.context import Line, Seen, back, house_of, must_be
from console.web.downloads import download
from console.web.evidence import taken
from console.web.menu import allowed
from console.web.pages.ledger import Day, day, do, need_day
from flows.ledger_public import names_somebody
from models.actions import promise_changes, promise_checks, promise_progress, promise_public
from models.actors import Actor
from models.database import reading, writing
from models.queries.ledger import evidence_file, whole_promise
from models.tables.ledger import Promise
from models.vocabulary import Role

router = APIRouter(prefix="/console/ledger/{promise}")
_Yes = Annotated[bool, Form()]


@router.post("/progress")
def progress(
    request: Request, promise: int, text: Line, files: Annotated[list[UploadFile], File()] = [],  # noqa: B006
    counts: Annotated[str, Form(max_length=1)] = "",
) -> Response:  # fmt: skip
    keep_progress(request, must_be(request, Role.MODERATOR, Role.SUPERVISOR).actor, promise, text, files, counts)
    return back(f"/console/ledger/{promise}", "已登记进展。")


@router.get("/files/{file}")
def evidence(request: Request, promise: int, file: int) -> Response:
    return sent_evidence(request, must_be(request, *allowed("/console/ledger")).actor, promise, file)


def keep_progress(
    request: Request, actor: Actor, promise: int, text: str, files: list[UploadFile], counts: str
) -> None:
    """What was done, with its files: they are stored only for somebody who may see the entry."""
    house = house_of(request)
    with reading(house.engine) as session:
        whole_promise(session, actor, promise)
    kept = taken(house.blobs, files)
    with writing(house.engine) as session:
        promise_progress.add_progress(session, promise, text, actor, house.now(), files=kept, counts=bool(counts))


def sent_evidence(request: Request, actor: Actor, promise: int, file: int) -> Response:
    """NotFound also for what this person may not see."""
    house = house_of(request)
    with reading(house.engine) as session:
        row = evidence_file(session, actor, promise, file)
    return download(house.blobs.get(row.blob), row.name)


@router.post("/change")
def ask_change(request: Request, promise: int, due: Day, reason: Line) -> Response:
    until = need_day(due)
    return do(request, promise, lambda session, actor, now: promise_changes.ask_change(
        session, house_of(request).reckoner, promise, until, reason, actor, now), "变更申请已提交。")  # fmt: skip


@router.post("/change/decision")
def decide_change(request: Request, promise: int, grant: _Yes, note: Line = "", seen: Seen = None) -> Response:
    return do(request, promise, lambda session, actor, now: promise_changes.decide_change(
        session, house_of(request).reckoner, promise, grant, note, actor, now,
    ), "已批准变更，按新期限计时。" if grant else "已驳回，期限不变。", seen)  # fmt: skip


@router.post("/stop-series")
def stop_series(request: Request, promise: int, reason: Line) -> Response:
    return do(request, promise, lambda session, actor, now: promise_changes.stop_series(
        session, promise, reason, actor, now), "本项以后不再重复。")  # fmt: skip


@router.post("/checks")
def order_check(request: Request, promise: int, due: Day) -> Response:
    until = need_day(due)
    return do(request, promise, lambda session, actor, now: promise_checks.order_checks(
        session, house_of(request).reckoner, [promise], until, actor, now), "已安排回头看。")  # fmt: skip


@router.post("/checks/{check}")
def finish_check(
    request: Request, promise: int, check: int, holds: _Yes, note: Line, due: Day = "", seen: Seen = None
) -> Response:
    until = day(due)
    return do(request, promise, lambda session, actor, now: promise_checks.finish_check(
        session, house_of(request).reckoner, check, holds, note, actor, now, due=until,
    ), "回头看已办结。" if holds else "已重新履行，按新期限计时。", seen)  # fmt: skip


@router.post("/publication")
def publication(
    request: Request, promise: int, published_on: Day, where: Annotated[str, Form(max_length=200)],
    url: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    on = need_day(published_on)
    return do(request, promise, lambda session, actor, now: promise_public.record_publication(
        session, house_of(request).reckoner, promise, on, where, url, actor, now), "已登记公开情况。")  # fmt: skip


@router.post("/public")
def propose(request: Request, promise: int, text: Line) -> Response:
    with reading(house_of(request).engine) as session:
        hidden = names_somebody(session, session.get(Promise, promise), text)
    return do(request, promise, lambda session, actor, now: promise_public.propose_public(
        session, promise, text, actor, now, hidden=hidden), "已提交，等待另一人审批。")  # fmt: skip


@router.post("/public/decision")
def approve(request: Request, promise: int, grant: _Yes, version: Annotated[int, Form()]) -> Response:
    return do(request, promise, lambda session, actor, now: promise_public.approve_public(
        session, promise, version, grant, actor, now), "已同意公开。" if grant else "已撤下，不公开。")  # fmt: skip
