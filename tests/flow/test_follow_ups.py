"""回访: the centre asks a sample that no unit can see; who is not content gets his matter handled again."""

# ruff: noqa: ANN401  (fields of a record go through to the tables that check them)

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from support.crawling import visits
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, open_desk
from support.receivers import Web, web_server
from support.web import Visitor, serving, staffed, visiting

from flows.deliveries import deliver
from flows.exporting import TABLES, rows_of
from flows.following_up import draw_follow_ups
from models.actions import closing, follow_ups, handling, replying
from models.actions.follow_ups import Answer
from models.actors import Actor
from models.calling_words import AttemptResult, Discontent, FollowUpStatus
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed
from models.queries.follow_ups import agrees, list_follow_ups
from models.sampling import drawn, lot
from models.tables.clocks import Clock
from models.tables.follow_ups import FollowUp, FollowUpDraw, Reopening
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Outcome, Role, Satisfaction, Stage

ANSWERED = at("2026-02-09 15:00")
DRAWN = at("2026-02-12 08:30")
SUPERVISOR = Actor("du", Role.SUPERVISOR)
UNHAPPY = Answer(contacted=False, resolved=False, satisfaction=Satisfaction.DISSATISFIED,
                 reasons=[Discontent.UNSOLVED, Discontent.UNCONTACTED], words="灯还是不亮。")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=DRAWN) as desk:
        yield desk


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The same desk on each kind of database."""
    with open_desk(tmp_path, database_url=database_url, now=DRAWN) as desk:
        yield desk


def _rate(desk: Desk, rate: float) -> None:
    rules = desk.house.profile.follow_up.model_copy(update={"rate": rate})
    profile = desk.house.profile.model_copy(update={"follow_up": rules})
    desk.house.__dict__["profile"] = desk.house.reckoner.profile = profile


def _answered(desk: Desk, when: datetime = ANSWERED, order: WorkOrder | None = None, **said: Any) -> WorkOrder:
    order = order or desk.take(when - timedelta(days=1), phone="19900001234", sender_name="何女士", **said)
    with desk.writing() as session:
        reckoner, number = desk.house.reckoner, order.id or 0
        handling.acknowledge(session, number, CLERK, when)
        replying.write_reply(session, number, "已更换灯管，请留意。", Outcome.RESOLVED, CLERK, when)
        replying.sign_off(session, reckoner, number, [], HEAD, when)
        replying.approve_reply(session, number, REVIEWER, when, override_note="属实")
    return desk.one(WorkOrder, id=order.id)


def _ask(desk: Desk, row: FollowUp, result: AttemptResult, said: Answer | None = None, now: datetime = DRAWN) -> None:
    with desk.writing() as session:
        follow_ups.record_call(session, desk.house.reckoner, row.id or 0, result, said, "", MODERATOR, now)


def test_the_same_seed_draws_the_same_names_and_a_draw_on_record_can_be_checked(desk: Desk) -> None:
    for n in range(30):
        _answered(desk, title=f"第{n}件", text=f"第{n}盏路灯坏了。")
    _rate(desk, 0.3)
    draw_follow_ups(desk.house, DRAWN)
    [row] = desk.all(FollowUpDraw)
    chosen = {(f.order_id, f.cycle) for f in desk.all(FollowUp)}
    assert len(row.rounds) == 30
    assert 0 < len(chosen) < 30
    assert chosen == set(drawn(row.seed, row.rate, row.rounds))
    assert all((lot(row.seed, r[2], r[1]) < 0.3) == ((r[0], r[1]) in chosen) for r in row.rounds)
    with desk.writing() as session:
        assert agrees(session, row)
        session.delete(session.get_one(FollowUp, desk.all(FollowUp)[0].id))
        session.flush()
        assert not agrees(session, row)


def test_an_answer_is_drawn_for_once_and_only_after_it_has_stood_two_workdays(desk: Desk) -> None:
    _rate(desk, 1.0)
    _answered(desk)
    assert draw_follow_ups(desk.house, at("2026-02-10 08:30"))["candidates"] == 0
    assert draw_follow_ups(desk.house, DRAWN) == {"candidates": 1, "drawn": 1}
    assert draw_follow_ups(desk.house, DRAWN + timedelta(hours=3)) == {"candidates": 0, "drawn": 0}
    assert draw_follow_ups(desk.house, DRAWN + timedelta(days=1))["candidates"] == 0
    assert len(desk.all(FollowUp)) == 1


def test_reopened_and_dissatisfied_ones_are_always_asked_accusations_never(desk: Desk) -> None:
    _rate(desk, 0.0)
    again, plain, hidden = (_answered(desk, title=t, text=f"{t}的路灯坏了。") for t in ("东街", "西街", "北街"))
    with desk.writing() as session:
        closing.rate(session, desk.house.reckoner, again.id or 0, Satisfaction.DISSATISFIED, None, Actor("citizen"),
                     ANSWERED)  # fmt: skip
        session.get_one(WorkOrder, hidden.id).sealed = True
    _answered(desk, ANSWERED + timedelta(hours=1), desk.one(WorkOrder, id=again.id))
    draw_follow_ups(desk.house, DRAWN)
    [row] = desk.all(FollowUp)
    assert (row.order_id, row.cycle, row.why) == (again.id, 2, "reopened")
    assert hidden.number not in str(desk.all(FollowUpDraw)[0].rounds)
    assert plain.number in str(desk.all(FollowUpDraw)[0].rounds)


def test_who_is_not_content_gets_a_new_round_with_a_new_clock_and_the_unit_reads_why(either: Desk) -> None:
    desk = either
    with reading(desk.house.engine) as session:
        assert list_follow_ups(session, desk.house.reckoner, MODERATOR, "due", DRAWN) == []
    _rate(desk, 1.0)
    order = _answered(desk)
    draw_follow_ups(desk.house, DRAWN)
    with pytest.raises(BadInput, match="原因"):
        _ask(desk, desk.all(FollowUp)[0], AttemptResult.ANSWERED, Answer(satisfaction=Satisfaction.DISSATISFIED))
    _ask(desk, desk.all(FollowUp)[0], AttemptResult.ANSWERED, UNHAPPY)
    after = desk.one(WorkOrder, id=order.id)
    assert (after.status, after.cycle) == ("dispatched", 2)
    fresh = desk.one(Clock, order_id=order.id, stage=Stage.HANDLE.value, cycle=2)
    assert fresh.started_at == DRAWN
    assert fresh.stopped_at is None
    why = desk.one(Reopening, order_id=order.id)
    assert (why.reasons, why.words) == (["unsolved", "uncontacted"], "灯还是不亮。")


def test_silence_and_contentment_reopen_nothing(desk: Desk) -> None:
    _rate(desk, 1.0)
    orders = [_answered(desk, title=t, text=f"{t}的路灯坏了。") for t in ("东街", "西街")]
    draw_follow_ups(desk.house, DRAWN)
    silent, content = desk.all(FollowUp)
    _ask(desk, silent, AttemptResult.ANSWERED, Answer())
    _ask(desk, content, AttemptResult.ANSWERED, Answer(resolved=True, satisfaction=Satisfaction.FAIR))
    assert [desk.one(WorkOrder, id=o.id).cycle for o in orders] == [1, 1]
    assert desk.one(FollowUp, id=silent.id).satisfaction is None


def test_vain_calls_follow_the_retry_plan_and_end_only_with_a_reason(desk: Desk) -> None:
    _rate(desk, 1.0)
    _answered(desk)
    draw_follow_ups(desk.house, DRAWN)
    [row] = desk.all(FollowUp)
    for moment in ("2026-02-12 10:00", "2026-02-12 15:00", "2026-02-13 10:00"):
        with desk.writing() as session, pytest.raises(Conflict, match=r"还须|尚未"):
            follow_ups.give_up(session, desk.house.reckoner, row.id or 0, "没人接", MODERATOR, at(moment))
        _ask(desk, row, AttemptResult.NO_ANSWER, now=at(moment))
    with desk.writing() as session:
        follow_ups.give_up(session, desk.house.reckoner, row.id or 0, "两天三次无人接听。", MODERATOR, DRAWN)
    assert desk.one(FollowUp, id=row.id).status == FollowUpStatus.UNREACHED


def test_the_handling_unit_may_not_ask_and_the_centre_not_about_its_own_answers(desk: Desk) -> None:
    _rate(desk, 1.0)
    _answered(desk)
    draw_follow_ups(desk.house, DRAWN)
    with desk.writing() as session:
        row = session.get_one(FollowUp, 1)
        row.unit = desk.house.profile.centre
    for actor in (CLERK, MODERATOR):
        with desk.writing() as session, pytest.raises(NotAllowed):
            follow_ups.record_call(session, desk.house.reckoner, 1, AttemptResult.ANSWERED, UNHAPPY, "", actor, DRAWN)
    with reading(desk.house.engine) as session, pytest.raises(NotAllowed):
        list_follow_ups(session, desk.house.reckoner, CLERK, "due", DRAWN)
    with desk.writing() as session:
        follow_ups.record_call(session, desk.house.reckoner, 1, AttemptResult.ANSWERED, UNHAPPY, "", SUPERVISOR, DRAWN)


def test_a_survey_goes_to_the_citizens_own_address_and_its_answer_counts_like_a_call(tmp_path: Path) -> None:
    with web_server(Web()) as gateway, open_desk(tmp_path, sms_url=f"{gateway.url}/sms", hook_secret="geheim") as desk:
        desk.house.clock = lambda: DRAWN
        _rate(desk, 1.0)
        order = _answered(desk)
        draw_follow_ups(desk.house, DRAWN)
        with desk.writing() as session:
            follow_ups.mail(session, desk.house.reckoner, desk.one(FollowUp).id or 0, MODERATOR, DRAWN)
        deliver(desk.house, DRAWN)
        letters = [json.loads(body) for _, _, body in gateway.requests]
        [survey] = [letter for letter in letters if "是否联系过您" in letter["text"]]
        assert survey["phone"] == "19900001234"
        link = re.findall(r"/u/\S+", survey["text"])[0]
        with serving(desk.house) as address, visiting(address) as citizen:
            assert "您的来件办得怎么样" in citizen.get(link).text
            said = {"contacted": "no", "resolved": "no", "satisfaction": "dissatisfied", "words": "灯还是不亮。"}
            assert citizen.post(f"{link}/follow-up", **said).status_code == 422  # not content, and no reason
            thanks = citizen.post(f"{link}/follow-up", **said, reasons=["unsolved"])
            assert "已收到" in thanks.text
            assert citizen.post(f"{link}/follow-up", **said, reasons=["unsolved"]).status_code in {409, 410}
        done = desk.one(FollowUp)
        assert (done.status, done.way, done.by) == (FollowUpStatus.DONE, "survey", "shen")
        assert desk.one(WorkOrder, id=order.id).cycle == 2


def test_no_page_export_event_or_notice_shows_a_unit_who_is_asked(desk: Desk) -> None:
    """Two like orders, of which one is drawn: whatever a unit or another system reads of them is alike."""
    orders = [_answered(desk, title=t, text=f"{t}的路灯坏了。") for t in ("东街", "西街")]
    _rate(desk, 0.0)
    with staffed(desk.house) as address, visiting(address, "wu") as clerk:
        before = _work_pages(clerk)
        exports = {what: rows_of(desk.house, what) for what in TABLES}
        events, notices = len(desk.all(Outbox)), len(desk.all(Notice))
        with desk.writing() as session:
            row = FollowUpDraw(since=ANSWERED, until=DRAWN, drawn_at=DRAWN, rate=0.5, seed="x")
            session.add(row)
            session.flush()
            session.add(FollowUp(draw_id=row.id or 0, order_id=orders[0].id or 0, cycle=1, unit="housing_bureau",
                                 why="sample", due_at=DRAWN))  # fmt: skip
        _ask(desk, desk.all(FollowUp)[0], AttemptResult.NO_ANSWER)
        _ask(desk, desk.all(FollowUp)[0], AttemptResult.ANSWERED, Answer(satisfaction=Satisfaction.SATISFIED))
        assert _work_pages(clerk) == before
        assert {what: rows_of(desk.house, what) for what in TABLES} == exports
        assert (len(desk.all(Outbox)), len(desk.all(Notice))) == (events, notices)
        assert desk.all(History, subject="order", action="answer") == []
        for path in ("/console/follow-ups", "/console/follow-ups/draws", "/console/supervision/figures"):
            assert clerk.get(path).status_code == 403
        assert clerk.post("/console/follow-ups/1/calls", result="answered").status_code == 403


def _work_pages(clerk: Visitor) -> dict[str, object]:
    """What a unit reads; the pages of the own account show a fresh secret at every look."""
    seen = visits(clerk, "/unit/").items()
    return {path: _plain(page) for path, page in seen if not path.startswith("/account")}


def _plain(answer: httpx.Response) -> object:
    """What is read: without a form's token, and of a paper without the moment at which it was written."""
    if not answer.content.startswith(b"PK"):
        return re.sub(r'name="csrf" value="[^"]+"', "", answer.text)
    with ZipFile(io.BytesIO(answer.content)) as file:
        return {name: file.read(name) for name in file.namelist() if not name.startswith("docProps/")}


def test_a_round_reopened_after_a_follow_up_reads_like_one_that_the_centre_ordered(desk: Desk) -> None:
    _rate(desk, 1.0)
    asked, ordered = (_answered(desk, title=t, text=f"{t}的路灯坏了。") for t in ("东街", "西街"))
    draw_follow_ups(desk.house, DRAWN)
    _ask(desk, next(f for f in desk.all(FollowUp) if f.order_id == asked.id), AttemptResult.ANSWERED, UNHAPPY)
    with desk.writing() as session:
        closing.reopen(session, desk.house.reckoner, ordered.id or 0, "灯还是不亮。", MODERATOR, DRAWN)
    first, second = (
        [(h.action, h.actor, h.detail) for h in desk.all(History, subject="order", subject_id=str(o.id))]
        for o in (asked, ordered)
    )
    assert first == second


def test_the_centre_asks_from_a_call_list_and_the_auditor_checks_the_draw(desk: Desk) -> None:
    _rate(desk, 1.0)
    order = _answered(desk)
    draw_follow_ups(desk.house, DRAWN)
    with staffed(desk.house) as address, visiting(address, "shen") as asker, visiting(address, "ji") as auditor:
        assert "tel:19900001234" in asker.get("/console/follow-ups").text
        answer = asker.post("/console/follow-ups/1/calls", result="answered", contacted="no", resolved="no",
                            satisfaction="dissatisfied", reasons=["unsolved"], words="灯还是不亮。")  # fmt: skip
        assert "已记录" in answer.text
        assert "一致" in auditor.get("/console/follow-ups/draws").text
        assert auditor.get("/console/follow-ups").status_code == 403
    with serving(desk.house) as address, visiting(address, "wu") as clerk:
        page = clerk.get(f"/unit/orders/{order.number}").text
        assert "问题没有解决" in page
        assert "回访" not in page
    deliver(desk.house, DRAWN)
    assert all("回访" not in str(letter) for letter in desk.printed())
