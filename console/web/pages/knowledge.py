"""The knowledge base's rooms: the centre's, where entries are approved, and each unit's own, where it proposes."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web import outcomes
from console.web.context import Text, back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from console.web.outcomes import Outcome, carried_in
from flows import knowledge
from flows.knowledge import Written
from flows.knowledge_files import MOST_BYTES, exported, import_bytes
from models.actions import knowledge as acts
from models.actors import Actor
from models.asked import place_asked
from models.database import reading, writing
from models.errors import BadInput, HuiyinError
from models.queries import knowledge as asked
from models.queries.people import names
from models.vocabulary import Role

router = APIRouter()
CENTRE, UNIT = "/console/knowledge", "/unit/knowledge"
_WRITERS = (*acts.CENTRE, Role.UNIT)
_Question = Annotated[str, Form(max_length=500)]
_Line = Annotated[str, Form(max_length=1000)]
_SHOWN = {"": "全部", "waiting": "待审核", "live": "在用", "soon": "将到期", "expired": "已过期", "retired": "已停用",
          "refused": "已退回"}  # fmt: skip
_DECIDED = {"approve": "审核通过", "refuse": "退回"}


def _room(request: Request) -> str:
    return UNIT if request.url.path.startswith("/unit/") else CENTRE


def _actor(request: Request, *, writes: bool = False) -> Actor:
    """In the centre's room the centre's people, in a unit's room that unit's."""
    room = _room(request)
    person = must_be(request, *allowed(room))
    if writes:
        must_be(request, *(acts.CENTRE if room == CENTRE else (Role.UNIT,)))
    return person.actor


@router.get(CENTRE)
@router.get(UNIT)
def listed(request: Request, show: str = "", unit: str = "", q: str = "", before: str = "") -> Response:
    """A page of entries, and what deciding many at once did where the address tells it."""
    actor, house = _actor(request), house_of(request)
    outcome = _outcome(request, actor)
    today = house.today()
    with reading(house.engine) as session:
        lines = asked.list_entries(session, actor, show, today, unit=unit or None, before=place_asked(before))
        found = knowledge.searched(house, session, q, today, public=False) if q.strip() else None
        counted, known = asked.counts(session, actor, today), names(session)
        decided = asked.questions(session, [int(n) for n in (*outcome.done, *outcome.faults)]) if outcome else {}
    values = {
        "lines": lines, "found": found, "sought": knowledge.sought_words(q), "counts": counted,
        "asked": {"show": show, "unit": unit, "q": q},
        "tabs": _SHOWN, "room": _room(request), "soon": asked.SOON_DAYS, "names": known, "login": actor.login,
        "decides": show == "waiting" and actor.role in acts.CENTRE, "outcome": outcome, "decided": decided,
        "did": _DECIDED[outcome.act] if outcome else "",
        "more": lines[-1].entry.id if len(lines) == asked.PAGE else None,
    }  # fmt: skip
    return pages(request).show(request, "knowledge.html", values)


def _outcome(request: Request, actor: Actor) -> Outcome | None:
    found = carried_in(house_of(request), actor.login, request.query_params.get(outcomes.NAME, ""))
    return found if found and found.act in _DECIDED else None


@router.get(f"{CENTRE}/new")
@router.get(f"{UNIT}/new")
def new(request: Request, order: str = "") -> Response:
    """An empty form, or what an order's sent reply would say as an entry."""
    actor, house = _actor(request, writes=True), house_of(request)
    given = knowledge.drafted_from(house, order, actor, house.now()) if order else _empty(request, actor)
    return _form(request, given, order=order)


@router.post(f"{CENTRE}/new")
@router.post(f"{UNIT}/new")
def propose(
    request: Request, asked: _Question, answer: Text, policy: _Line, valid_until: _Line, domain: _Line,
    unit: _Line = "", public: _Line = "", order: _Line = "",
) -> Response:  # fmt: skip
    actor, house = _actor(request, writes=True), house_of(request)
    try:
        given = _written(actor, asked, answer, policy, valid_until, domain, unit, public)
        entry = knowledge.propose(house, given, actor, house.now(), from_order=order or None)
    except BadInput as fault:
        kept = _kept(request, actor, asked, answer, policy, valid_until, domain, unit, public)
        return _form(request, kept, order=order, fault=fault)
    return back(f"{_room(request)}/{entry.id}", "已提交，等待另一位同事审核。")


@router.get(f"{CENTRE}/export.xlsx")
@router.get(f"{UNIT}/export.xlsx")
def export(request: Request) -> Response:
    actor, house = _actor(request), house_of(request)
    return download(exported(house, actor), "问答库.xlsx")


@router.post(f"{CENTRE}/import")
def upload(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """A sheet of entries; each row that can't be entered is named."""
    actor, house = _actor(request, writes=True), house_of(request)
    content = file.file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadInput(
            f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请拆分后导入，或由系统管理员用 huiyin knowledge import 导入。"
        )
    result = import_bytes(house, file.filename or "", content, actor, house.now())
    return pages(request).show(request, "knowledge_import.html", {"result": result, "room": _room(request)})


@router.get(f"{CENTRE}/{{entry}}")
@router.get(f"{UNIT}/{{entry}}")
def one(request: Request, entry: int) -> Response:
    return _entry(request, entry, None)


@router.post(f"{CENTRE}/{{entry}}/amend")
@router.post(f"{UNIT}/{{entry}}/amend")
def amend(
    request: Request, entry: int, asked: _Question, answer: Text, policy: _Line, valid_until: _Line,
    domain: _Line, unit: _Line = "", public: _Line = "",
) -> Response:  # fmt: skip
    actor, house = _actor(request, writes=True), house_of(request)
    try:
        given = _written(actor, asked, answer, policy, valid_until, domain, unit, public)
        knowledge.amend(house, entry, given, actor, house.now())
    except BadInput as fault:
        kept = _kept(request, actor, asked, answer, policy, valid_until, domain, unit, public)
        return _entry(request, entry, kept, fault)
    return back(f"{_room(request)}/{entry}", "修改稿已提交，审核通过前仍用原来的版本。")


@router.post(f"{CENTRE}/{{entry}}/approve")
def approve(request: Request, entry: int, version: Annotated[int, Form()]) -> Response:
    actor, house = _actor(request, writes=True), house_of(request)
    knowledge.approve(house, entry, version, actor, house.now())
    return back(f"{CENTRE}/{entry}", "已审核通过，开始推荐。")


@router.post(f"{CENTRE}/{{entry}}/refuse")
def refuse(request: Request, entry: int, version: Annotated[int, Form()], why: _Line) -> Response:
    actor, house = _actor(request, writes=True), house_of(request)
    with writing(house.engine) as session:
        acts.refuse_entry(session, entry, version, why, actor, house.now())
    return back(f"{CENTRE}/{entry}", "已退回。")


@router.post(f"{CENTRE}/{{entry}}/retire")
@router.post(f"{UNIT}/{{entry}}/retire")
def retire(request: Request, entry: int, why: _Line) -> Response:
    actor, house = _actor(request, writes=True), house_of(request)
    with writing(house.engine) as session:
        acts.retire_entry(session, entry, why, actor, house.now())
    return back(f"{_room(request)}/{entry}", "已停用，不再推荐和公开。")


def _entry(request: Request, entry: int, given: Written | None, fault: HuiyinError | None = None) -> Response:
    actor, house = _actor(request), house_of(request)
    with reading(house.engine) as session:
        whole = asked.whole_entry(session, actor, entry)
        values: dict[str, Any] = {"whole": whole, "names": names(session), "room": _room(request)}
    latest = whole.latest
    values |= {
        "given": given or latest, "fault": str(fault or ""), "writes": actor.role in _WRITERS,
        "decides": actor.role in acts.CENTRE and whole.waiting is not None and latest.written_by != actor.login,
        "retires": actor.role in _WRITERS and whole.live is not None and whole.entry.retired_at is None,
    }  # fmt: skip
    return pages(request).show(request, "knowledge_entry.html", values, 422 if fault else 200)


def _form(request: Request, given: Written, *, order: str = "", fault: HuiyinError | None = None) -> Response:
    values = {"given": given, "order": order, "fault": str(fault or ""), "room": _room(request)}
    return pages(request).show(request, "knowledge_new.html", values, 422 if fault else 200)


def _empty(request: Request, actor: Actor) -> Written:
    """Most policies hold for the calendar year that follows."""
    year = house_of(request).today().year + 1
    return Written("", "", actor.unit or "", "", "", date(year, 12, 31))


def _written(
    actor: Actor, question: str, answer: str, policy: str, until: str, domain: str, unit: str, public: str
) -> Written:
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise BadInput(f"有效期至“{until}”不是日期，应如 2027-12-31。") from None
    body = answer.replace("\r\n", "\n").strip()
    return Written(question.strip(), body, actor.unit or unit, domain, policy.strip(), day, bool(public))


def _kept(request: Request, actor: Actor, *fields: str) -> Written:
    """What was typed, so that nobody types it twice; a day that is none becomes the usual one."""
    question, answer, policy, until, domain, unit, public = fields
    try:
        return _written(actor, question, answer, policy, until, domain, unit, public)
    except BadInput:
        usual = _empty(request, actor).valid_until.isoformat()
        return _written(actor, question, answer, policy, usual, domain, unit, public)
