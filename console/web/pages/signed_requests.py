"""`/u/{signed link}`: what a unit without accounts asks for, tries or reports; each POST uses its link up."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Text, house_of
from console.web.pages.signed import Name, done_with
from flows import signed_links
from flows.signed_links import Act, Tried
from models.actions import clock_requests, handling, hanging, promise_progress, promises, stage_clocks, supervising
from models.calling_words import AttemptResult
from models.links import Purpose
from models.vocabulary import Satisfaction

router = APIRouter(prefix="/u/{token}")
_ASKED = "申请已提交，等待审核。"


def _act(
    request: Request, token: str, action: str, do: Act, name: str, done: str, purpose: Purpose = Purpose.HANDLE
) -> Response:
    return done_with(signed_links.act(house_of(request), token, action, do, purpose, name=name), done)


@router.post("/contact")
def contact(request: Request, token: str, name: Name) -> Response:
    return _act(request, token, "contact", stage_clocks.record_contact, name, "已登记首次联系。")


@router.post("/return")
def ask_return(
    request: Request, token: str, grounds: Line, name: Name, suggested_unit: Annotated[str, Form(max_length=60)] = ""
) -> Response:
    reckoner = house_of(request).reckoner
    return _act(request, token, "ask_return", lambda session, order, actor, now: handling.ask_return(
        session, reckoner, order, grounds, actor, now, suggested_unit=suggested_unit or None,
    ), name, "退单申请已提交，等待审核。")  # fmt: skip


@router.post("/extension")
def ask_extension(
    request: Request, token: str, workdays: Annotated[int, Form()], grounds: Line, name: Name
) -> Response:
    reckoner = house_of(request).reckoner
    return _act(request, token, "ask_extension", lambda session, order, actor, now: clock_requests.ask_extension(
        session, reckoner, order, workdays, grounds, actor, now), name, _ASKED)  # fmt: skip


@router.post("/pause")
def ask_pause(request: Request, token: str, grounds: Line, name: Name) -> Response:
    reckoner = house_of(request).reckoner
    return _act(request, token, "ask_pause", lambda session, order, actor, now: clock_requests.ask_pause(
        session, reckoner, order, grounds, actor, now), name, _ASKED)  # fmt: skip


@router.post("/resume")
def resume(request: Request, token: str, name: Name) -> Response:
    reckoner = house_of(request).reckoner
    return _act(request, token, "resume", lambda session, order, actor, now: clock_requests.resume(
        session, reckoner, order, actor, now), name, "已恢复计时。")  # fmt: skip


@router.post("/hanging")
def ask_hanging(
    request: Request, token: str, grounds: Line, review_on: Annotated[date, Form()], name: Name
) -> Response:
    reckoner = house_of(request).reckoner
    return _act(request, token, "ask_hanging", lambda session, order, actor, now: hanging.ask_hanging(
        session, reckoner, order, grounds, review_on, actor, now), name, _ASKED)  # fmt: skip


@router.post("/calls/{callback}/attempts")
def call_back(
    request: Request, token: str, callback: int, result: Annotated[AttemptResult, Form()], name: Name,
    note: Line = "", opinion: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    tried = Tried(result, note or None, Satisfaction(opinion) if opinion in set(Satisfaction) else None)
    after = signed_links.call_back(house_of(request), token, callback, tried, name)
    return done_with(after, "已记录，回电完成。" if result is AttemptResult.ANSWERED else "已记录，请稍后再拨。")


@router.post("/calls/{callback}/give-up")
def give_up(request: Request, token: str, callback: int, reason: Line, name: Name) -> Response:
    return done_with(signed_links.give_up_call(house_of(request), token, callback, reason, name), "已结束这项回电。")


@router.post("/progress")
def progress(request: Request, token: str, text: Line, name: Name) -> Response:
    return _act(request, token, "progress", lambda session, entry, actor, now: promise_progress.add_progress(
        session, entry, text, actor, now), name, "已登记进展。", Purpose.PROMISE)  # fmt: skip


@router.post("/report")
def report(request: Request, token: str, text: Line, name: Name) -> Response:
    return _act(request, token, "report", lambda session, entry, actor, now: promises.report_promise(
        session, entry, text, actor, now), name, "已上报，等待核验。", Purpose.PROMISE)  # fmt: skip


@router.post("/answer")
def answer(request: Request, token: str, text: Text, name: Name) -> Response:
    return _act(request, token, "answer", lambda session, paper, actor, now: supervising.answer(
        session, paper, text, actor, now), name, "已反馈，等待核查。", Purpose.PAPER)  # fmt: skip
