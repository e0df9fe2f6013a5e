"""The editor's room: compile a week, edit its lines, have it reviewed, publish or withdraw it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Seen, Text, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.edition_weeks import doubt_about, offered_weeks
from flows.editions import (
    compile_edition,
    doubts,
    edit_item,
    publish_edition,
    review_edition,
    withdraw_edition,
)
from flows.house import House
from models.actions.disclosing import set_disclosure
from models.actions.editions import DraftMoved, text_mark
from models.database import reading, writing
from models.errors import BadInput, HuiyinError, NotFound
from models.personal_words import PERSONAL
from models.queries import editions as asked
from models.queries.people import names
from models.tables.editions import EditionItem
from models.tables.orders import WorkOrder
from models.vocabulary import Disclosure, ReviewStep, Role
from responders.editions.week import parse_week

router = APIRouter(prefix="/console/editions")
_ROOM = "/console/editions"
_Mark = Annotated[str | None, Form(max_length=16)]


@router.get("")
def listed(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with reading(house.engine) as session:
        editions = asked.all_editions(session)
        offered = offered_weeks(house, session, house.now())
    usual = next((each.week.code for each in offered if not each.running), "")
    values = {"editions": editions, "offered": offered, "usual": usual}
    return pages(request).show(request, "edition_list.html", values)


@router.post("")
def compiled(
    request: Request, week: Annotated[str, Form(max_length=10)], sure: Annotated[str, Form(max_length=1)] = ""
) -> Response:
    """An unusual week is asked about once more: nobody makes an edition of half a week by a slip."""
    person = must_be(request, Role.EDITOR)
    house = house_of(request)
    doubt = doubt_about(house, week, house.now())
    if doubt and not sure:
        values = {"week": parse_week(week), "doubt": doubt}
        return pages(request).show(request, "edition_unusual.html", values, status=409)
    done = compile_edition(house, week.strip(), person.actor, house.now())
    return back(f"{_ROOM}/{done.week}", f"已编选 {len(done.items)} 条。")


@router.get("/{week}")
def one(request: Request, week: str, open: int = 0) -> Response:  # noqa: A002  (what the address says)
    """`open`: the item that was worked on last stands unfolded."""
    must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        edition = asked.must_find(session, week)
        items = asked.items_of(session, edition.id)
        reviews = {review.step: review for review in asked.reviews_of(session, edition)}
        values: dict[str, Any] = {
            "edition": edition, "items": items, "reviews": reviews, "names": names(session), "opened": open,
            "orders": {i.order_id: session.get_one(WorkOrder, i.order_id) for i in items},
            "originals": asked.originals(session, items), "hands": asked.hands_of(session, edition).people,
            "kinds": PERSONAL, "text_mark": text_mark,
        }  # fmt: skip
    values |= _doubts(request, week, items)
    return pages(request).show(request, "edition.html", values)


@router.post("/{week}/items/{item}")
def edit(
    request: Request, week: str, item: int, summary: Text, answer: Text,
    position: Annotated[int, Form(ge=1, le=999)], chosen: Annotated[str, Form(max_length=1)] = "",
    seen: Seen = None, shown: _Mark = None,
) -> Response:  # fmt: skip
    """Only what changed is handed on: a review counts for the version that it read.

    From the page of an older draft nothing is written: both texts are shown, and the editor makes one of them.
    """
    person = must_be(request, Role.EDITOR)
    house = house_of(request)
    found = _item(house, week, item)
    given = {"summary": _lines(summary), "answer": _lines(answer), "position": position, "chosen": bool(chosen)}
    changed = {name: value for name, value in given.items() if value != getattr(found, name)}
    if not changed:
        return back(_at(week, item), "没有改动。")
    try:
        edit_item(house, item, person.actor, house.now(), seen=seen, shown=shown, **changed)
    except DraftMoved:
        return _both_texts(request, week, item, given)
    return back(_at(week, item), "已保存，须重新审核。")


def _both_texts(request: Request, week: str, item: int, given: dict[str, Any]) -> Response:
    """The item as it stands now, beside what was about to be saved over it."""
    with reading(house_of(request).engine) as session:
        edition = asked.must_find(session, week)
        items = asked.items_of(session, edition.id)
        now = next(each for each in items if each.id == item)
        values = {
            "edition": edition, "now_item": now, "given": given, "most": len(items), "text_mark": text_mark,
            "by": asked.last_hand(session, edition, item), "names": names(session),
        }  # fmt: skip
    return pages(request).show(request, "edition_item_moved.html", values, status=409)


@router.post("/{week}/items/{item}/move")
def moved(request: Request, week: str, item: int, by: Annotated[int, Form(ge=-1, le=1)], seen: Seen = None) -> Response:
    """One place up or down among what is printed, without unfolding it."""
    person, house = must_be(request, Role.EDITOR), house_of(request)
    with reading(house.engine) as session:
        printed = asked.chosen_of(session, asked.must_find(session, week).id)
    place = next((n for n, each in enumerate(printed) if each.id == item), None)
    if place is None:
        raise NotFound("这一条没有选用，不必排序。")
    if not 0 <= place + by < len(printed):
        raise BadInput("已经在最前或最后。")
    edit_item(house, item, person.actor, house.now(), position=printed[place + by].position, seen=seen)
    return back(f"{_ROOM}/{week}#i{item}", "已调整次序，须重新审核。")


@router.post("/{week}/items/{item}/choose")
def chosen(
    request: Request, week: str, item: int, chosen: Annotated[bool, Form()], seen: Seen = None, shown: _Mark = None
) -> Response:
    person, house = must_be(request, Role.EDITOR), house_of(request)
    _item(house, week, item)
    edit_item(house, item, person.actor, house.now(), chosen=chosen, seen=seen, shown=shown)
    return back(f"{_ROOM}/{week}#i{item}", "已选用，须重新审核。" if chosen else "已不用，须重新审核。")


@router.post("/{week}/items/{item}/disclosure")
def disclose(
    request: Request, week: str, item: int, disclosure: Annotated[Disclosure, Form()], seen: Seen = None
) -> Response:
    person = must_be(request, Role.EDITOR)
    house = house_of(request)
    with writing(house.engine) as session:
        changed = set_disclosure(session, item, disclosure, person.actor, house.now(), seen=seen)
    return back(_at(week, item), f"公开属性已定为{disclosure.label}。" if changed else "没有改动。")


@router.post("/{week}/reviews")
def review(
    request: Request, week: str, step: Annotated[ReviewStep, Form()], approved: Annotated[bool, Form()],
    note: Line = "", seen: Seen = None,
) -> Response:  # fmt: skip
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    review_edition(house, week, step, approved=approved, note=note.strip() or None, actor=person.actor,
                   now=house.now(), seen=seen)  # fmt: skip
    return back(f"{_ROOM}/{week}", f"{step.label}：{'通过' if approved else '不通过'}，已记录。")


@router.post("/{week}/publish")
def publish(request: Request, week: str, seen: Seen = None) -> Response:
    person = must_be(request, Role.EDITOR)
    house = house_of(request)
    folder = house.settings.data_dir / "editions"
    done = publish_edition(house, week, folder, person.actor, house.now(), approve=True, seen=seen)
    return back(f"{_ROOM}/{week}", f"已发布 {done['items']} 条。")


@router.post("/{week}/withdraw")
def withdraw(request: Request, week: str, note: Line, seen: Seen = None) -> Response:
    person = must_be(request, Role.EDITOR, Role.SUPERVISOR)
    house = house_of(request)
    withdraw_edition(house, week, note, person.actor, house.now(), seen=seen)
    return back(f"{_ROOM}/{week}", "已撤下，公开页面不再显示。")


def _item(house: House, week: str, item: int) -> EditionItem:
    with reading(house.engine) as session:
        edition = asked.must_find(session, week)
        found = next((i for i in asked.items_of(session, edition.id) if i.id == item), None)
    if found is None:
        raise NotFound("没有这一条。")
    return found


def _at(week: str, item: int) -> str:
    return f"{_ROOM}/{week}?open={item}#i{item}"


def _doubts(request: Request, week: str, items: Sequence[EditionItem]) -> dict[str, Any]:
    """What would stop the publication as the draft stands now; `doubts`: item, column, kind."""
    try:
        found = doubts(house_of(request), week)
    except HuiyinError as fault:
        return {"doubts": [], "doubtful": set(), "doubt": str(fault)}
    printed = [item for item in items if item.chosen]
    told = [(printed[number - 1], column, kind) for number, column, kind in found]
    return {"doubts": told, "doubtful": {item.id for item, _, _ in told}, "doubt": ""}


def _lines(text: str) -> str:
    """Browsers send CRLF."""
    return text.replace("\r\n", "\n").strip()
