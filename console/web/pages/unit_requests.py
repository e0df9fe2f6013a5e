"""What a unit asks for or says beside its reply: more time, a pause, a hanging case, its part as a co-unit."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Text, house_of
from console.web.pages.unit import do
from models.actions import clock_requests, co_handling, hanging, stage_clocks

router = APIRouter(prefix="/unit/orders/{number}")
_ASKED = "申请已提交，等待审核。"


@router.post("/contact")
def contact(request: Request, number: str) -> Response:
    return do(request, number, stage_clocks.record_contact, "已登记首次联系。")


@router.post("/extension")
def ask_extension(request: Request, number: str, workdays: Annotated[int, Form()], grounds: Line) -> Response:
    return do(request, number, lambda session, order, actor, now: clock_requests.ask_extension(
        session, house_of(request).reckoner, order, workdays, grounds, actor, now), _ASKED)  # fmt: skip


@router.post("/pause")
def ask_pause(request: Request, number: str, grounds: Line) -> Response:
    return do(request, number, lambda session, order, actor, now: clock_requests.ask_pause(
        session, house_of(request).reckoner, order, grounds, actor, now), _ASKED)  # fmt: skip


@router.post("/resume")
def resume(request: Request, number: str) -> Response:
    return do(request, number, lambda session, order, actor, now: clock_requests.resume(
        session, house_of(request).reckoner, order, actor, now), "已恢复计时。")  # fmt: skip


@router.post("/hanging")
def ask_hanging(request: Request, number: str, grounds: Line, review_on: Annotated[date, Form()]) -> Response:
    return do(request, number, lambda session, order, actor, now: hanging.ask_hanging(
        session, house_of(request).reckoner, order, grounds, review_on, actor, now), _ASKED)  # fmt: skip


@router.post("/contribution")
def contribute(request: Request, number: str, text: Text) -> Response:
    return do(request, number, lambda session, order, actor, now: co_handling.contribute(
        session, order, text, actor, now), "意见已反馈给主办单位。")  # fmt: skip
