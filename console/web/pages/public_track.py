"""A citizen's way back to a letter: query code and four digits, the answer, a rating, 再次反映.

The four digits travel by POST alone, and the answer is a page of its own: Back and reload ask for nothing again.
"""

import hmac
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.web.attempts import Attempts, address_of
from console.web.context import back, house_of, pages
from console.web.typed import plain_code
from flows.answers import shown_answer
from flows.apart import Sifted, sift
from flows.asking_again import ask_again
from flows.house import House
from flows.ledger_public import promises_told
from flows.tracking import progress
from models.actions import closing
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput, HuiyinError
from models.queries.lookup import Answer
from models.vocabulary import Satisfaction

router = APIRouter(prefix="/track")
_LOOKING: Final = "huiyin_track"
_SECONDS: Final = 900
# By address and code: a stranger elsewhere cannot use up a citizen's tries, nor one who doesn't know the code.
_tries = Attempts(most=10, seconds=600)
_words = Attempts(most=10, seconds=600)  # what one letter's sender may say again in that time
_Code = Annotated[str, Form(max_length=40)]
_Digits = Annotated[str, Form(max_length=20)]


@router.get("")
def track(request: Request, code: str = "") -> Response:
    """The answer for whoever has shown the digits a moment ago, else the form."""
    asked, last4 = _shown_before(request)
    if not asked or (code and plain_code(code) != asked):
        return _form(request, code[:40])
    try:
        return _answer(request, asked, last4)
    except HuiyinError:
        return _form(request, asked)


@router.post("")
def tracked(request: Request, code: _Code, last4: _Digits) -> Response:
    typed, digits = plain_code(code), plain_code(last4)
    try:
        _find(request, typed, digits)
    except HuiyinError as fault:
        return _form(request, typed, last4=digits, fault=fault)
    return _remembered(request, RedirectResponse("/track", status_code=303), typed, digits)


@router.post("/leave")
def leave() -> Response:
    answer = back("/track", "已退出查询。")
    answer.delete_cookie(_LOOKING, path="/track")
    return answer


@router.post("/rate")
def rate(
    request: Request,
    code: _Code,
    last4: _Digits,
    satisfaction: Annotated[Satisfaction, Form()],
    comment: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    house, typed, digits = house_of(request), plain_code(code), plain_code(last4)
    answer = _find(request, typed, digits)
    if answer.order_id is None or answer.sealed:
        raise BadInput("这封来信还没有答复，暂不能评价。")
    words = sift(house, answer.order_id, comment, "评价", house.now(), code=typed)
    with writing(house.engine) as session:
        closing.rate(session, house.reckoner, answer.order_id, satisfaction, words.said,
                     Actor("citizen"), house.now())  # fmt: skip
    return _remembered(request, back("/track", thanks(satisfaction, words)), typed, digits)


def thanks(satisfaction: Satisfaction, words: Sifted) -> str:
    """What a citizen who has rated is told; the code of the letter that the words became, where they did."""
    done = "感谢您的评价。" if satisfaction is not Satisfaction.DISSATISFIED else "评价已收到，将交承办单位重新办理。"
    return done + apart(words)


def apart(words: Sifted) -> str:
    return f"您写的内容另行登记办理，不交承办单位，查询码 {words.code}，请保存。" if words.code else ""


@router.post("/again")
def again(request: Request, code: _Code, last4: _Digits, again: Annotated[str, Form(max_length=5000)]) -> Response:
    house, typed, digits = house_of(request), plain_code(code), plain_code(last4)
    _find(request, typed, digits)
    _words.count(f"{address_of(request)}|{typed}")
    asked = ask_again(house, typed, digits, again, house.now())
    done = (
        f"已收到，另给查询码 {asked.code}，请一并保存。" if asked.code else "已收到，将交承办单位重新办理，并重新计时。"
    )
    return _remembered(request, back("/track", done), typed, digits)


def _form(request: Request, code: str, *, last4: str = "", fault: HuiyinError | None = None) -> Response:
    values: dict[str, Any] = {"code": code, "last4": last4, "fault": str(fault or ""), "answer": None, "promises": []}
    return pages(request).show(request, "track.html", values, status=fault.status_code if fault else 200)


def _answer(request: Request, code: str, last4: str) -> Response:
    house = house_of(request)
    with reading(house.engine) as session:
        answer = shown_answer(session, code, last4)
        values: dict[str, Any] = {
            "code": code, "last4": last4, "fault": "", "answer": answer, "promises": promises_told(session, answer),
            "way": progress(session, house.reckoner, answer, code),
        }  # fmt: skip
    return pages(request).show(request, "track.html", values)


def _find(request: Request, code: str, last4: str) -> Answer:
    """Counts the try; who knows the digits was not guessing."""
    key = f"{address_of(request)}|{code}"
    _tries.count(key)
    with reading(house_of(request).engine) as session:
        answer = shown_answer(session, code, last4)
    _tries.forget(key)
    return answer


def _remembered(request: Request, answer: RedirectResponse, code: str, last4: str) -> Response:
    """For a quarter of an hour in this browser, signed: a made-up cookie is no way round the limit on tries."""
    house = house_of(request)
    said = f"{code}.{last4}.{int(house.now().timestamp()) + _SECONDS}"
    answer.set_cookie(
        _LOOKING, f"{said}.{_seal(house, said)}", max_age=_SECONDS, httponly=True, samesite="lax", path="/track"
    )
    return answer


def _shown_before(request: Request) -> tuple[str, str]:
    house = house_of(request)
    said, _, seal = request.cookies.get(_LOOKING, "").rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(house, said).encode()):
        return "", ""
    code, last4, until = said.split(".")
    return (code, last4) if int(until) > house.now().timestamp() else ("", "")


def _seal(house: House, said: str) -> str:
    return hmac.digest(house.secret, f"track:{said}".encode(), "sha256").hex()
