"""The demonstration's ledger: a work plan, promises made aloud, progress, a later date, a look back, what is public."""

import random
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from flows.answers import found_promises
from flows.demo.people import MODERATOR, REVIEWER, SUPERVISOR, writer
from flows.demo.samples import DATA
from flows.house import House
from flows.ledger_files import import_ledger
from flows.ledger_public import names_somebody
from models.actions import promise_changes, promise_checks, promise_entry, promise_progress, promise_public, promises
from models.actions.ledger_entries import WORK_PLAN
from models.actions.promise_entry import Spoken
from models.actions.promise_progress import Evidence
from models.database import reading, writing
from models.promise_words import PromiseSource, PromiseState
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseCheck, PromiseUnit
from models.vocabulary import DEMONSTRATION

_SAID = {  # day of the month lived through: what was promised where and by whom
    3: (PromiseSource.CONFERENCE, "便民服务新闻发布会", "urban_bureau", "两周内补齐南塘街道缺失的窨井盖四十座。"),
    9: (PromiseSource.INTERVIEW, "“局长在线”访谈", "transport_bureau", "十天内公布夜间公交线路调整方案。"),
    17: (PromiseSource.CONFERENCE, "便民服务新闻发布会", "housing_bureau", "三周内开放三处小区电动车充电点。"),
}
_REVISED_AFTER = 3  # days
_REVISED = ("滨河步道破损护栏更换", "滨河步道、滨河公园破损护栏更换和步道照明维修")
_LATER = "连续降雨，现场不具备施工条件，申请顺延。"


class Ledgers:
    """One working day at a time, with dice of its own so that the rest of the month stays as it is."""

    def __init__(self, house: House, folder: Path, seed: float) -> None:
        self._house, self._folder, self._rng = house, folder, random.Random(seed)
        self._plan = folder

    def lay_down_plan(self, first: date) -> None:
        """The year's plan, imported as a document; one damaged date and one group are left for the visitor."""
        text = (DATA / "plan.txt").read_text(encoding="utf-8")
        following = (first.replace(day=1) + timedelta(days=62)).replace(day=1) - timedelta(days=1)
        made = f"{first.year}年{first.month}月{first.day}日"
        text = text.replace("{year}", str(following.year)).replace("{next}", str(following.month))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._plan = self._folder / f"{following.year}年便民服务工作要点-{DEMONSTRATION}.txt"
        self._plan.write_text(text.replace("{made}", made), encoding="utf-8")
        import_ledger(self._house, self._plan, self._house.now(), actor=MODERATOR)
        for promise in self._entries(PromiseState.TO_CONFIRM):
            if promise.source == WORK_PLAN and not promise.choices:
                self._take_up(promise)

    def _revise_plan(self) -> None:
        """The plan comes in again with another task, under another name; whether it stands is left for the visitor."""
        file = self._plan.with_name(f"修订稿-{self._plan.name}")
        if file.exists():
            return
        old, new = _REVISED
        file.write_text(self._plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        now = self._house.now()
        asked = import_ledger(self._house, file, now, actor=MODERATOR)
        import_ledger(self._house, file, now, actor=MODERATOR, revises=asked["plan"]["like"]["id"])

    def _take_up(self, promise: Promise) -> None:
        assert promise.id is not None  # noqa: S101  (stored)
        now, reckoner = self._house.now(), self._house.reckoner
        with writing(self._house.engine) as session:
            promises.confirm_promise(session, reckoner, promise.id, SUPERVISOR, now)
            group = session.exec(
                select(PromiseUnit).where(PromiseUnit.promise_id == promise.id, col(PromiseUnit.is_group).is_(True))
            ).first()
            if group is not None and promise.task == "一4":
                units = ["nantang_office", "hedong_office", "daya_government"]
                promise_entry.expand_group(session, reckoner, promise.id, group.id or 0, units, SUPERVISOR, now)

    def work(self, day: date, nth: int) -> None:
        """`nth`: how far into the month; what falls on a weekend is said on the next working day."""
        for due_day in [d for d in _SAID if d <= nth]:
            self._say(day, due_day)
        if nth >= _REVISED_AFTER:
            self._revise_plan()
        for promise in self._entries(PromiseState.RUNNING):
            if promise.source != "reply" and self._rng.random() < 0.12:  # noqa: PLR2004
                self._tell_progress(promise)
        self._ask_for_time(day)
        self._make_public()
        self._look_back(day)

    def _say(self, day: date, nth: int) -> None:
        source, where, unit, text = _SAID[nth]
        with reading(self._house.engine) as session:
            if session.exec(select(Promise.id).where(Promise.text == text)).first() is not None:
                return
        now, reckoner = self._house.now(), self._house.reckoner
        [told] = found_promises(self._house, text, now)  # the day that its words mean, as of a reply
        spoken = Spoken(source, unit, text, day, where, told.due, "https://wangxi.example/fabu")
        with writing(self._house.engine) as session:
            row = promise_entry.enter_by_hand(session, reckoner, spoken, MODERATOR, now)
            promises.confirm_promise(session, reckoner, row.id or 0, MODERATOR, now)

    def _tell_progress(self, promise: Promise) -> None:
        assert promise.id is not None  # noqa: S101
        if promise.unit == self._house.profile.centre:
            return  # its people are the desk's own
        note = f"{DEMONSTRATION}：现场记录".encode()
        file = Evidence(f"现场记录-{DEMONSTRATION}.txt", "text/plain", len(note), self._house.blobs.put(note))
        with writing(self._house.engine) as session:
            promise_progress.add_progress(
                session, promise.id, "已完成现场踏勘和材料准备，按计划推进。", writer(promise.unit), self._house.now(),
                files=[file], counts=promise.every is not None,
            )  # fmt: skip

    def _ask_for_time(self, day: date) -> None:
        """One unit asks for another week; it is granted on the next day."""
        now, reckoner = self._house.now(), self._house.reckoner
        for promise in self._entries(PromiseState.RUNNING):
            assert promise.id is not None  # noqa: S101
            if promise.source != PromiseSource.CONFERENCE or promise.due is None:
                continue
            with writing(self._house.engine) as session:
                if promise_changes.waiting_change(session, promise.id) is not None:
                    promise_changes.decide_change(session, reckoner, promise.id, True, "同意。", SUPERVISOR, now)
                elif (promise.due - day).days == 2 and promise.unit == "urban_bureau":  # noqa: PLR2004
                    later = promise.due + timedelta(days=7)
                    promise_changes.ask_change(session, reckoner, promise.id, later, _LATER, writer(promise.unit), now)

    def _make_public(self) -> None:
        for promise in self._entries(*(s for s in PromiseState if s not in _UNSHOWN)):
            assert promise.id is not None  # noqa: S101
            if promise.source not in {PromiseSource.CONFERENCE, PromiseSource.INTERVIEW} or promise.public_text:
                continue
            now = self._house.now()
            with writing(self._house.engine) as session:
                hidden = names_somebody(session, promise, promise.text)
                row = promise_public.propose_public(session, promise.id, promise.text, MODERATOR, now, hidden=hidden)
                promise_public.approve_public(session, promise.id, row.version, True, SUPERVISOR, now)

    def _look_back(self, day: date) -> None:
        """Now and then a closed entry is looked at again, by somebody else than who closed it."""
        now, reckoner = self._house.now(), self._house.reckoner
        with writing(self._house.engine) as session:
            for check in session.exec(select(PromiseCheck).where(col(PromiseCheck.done_at).is_(None))).all():
                promise_checks.finish_check(
                    session, reckoner, check.id or 0, True, "现场复核，情况属实。", REVIEWER, now
                )
        closed = self._entries(PromiseState.KEPT)
        if closed and self._rng.random() < 0.25:  # noqa: PLR2004
            self._order_check(self._rng.choice(closed), day)

    def _order_check(self, promise: Promise, day: date) -> None:
        with writing(self._house.engine) as session:
            if session.exec(select(PromiseCheck).where(PromiseCheck.promise_id == promise.id)).first() is None:
                due = day + timedelta(days=7)
                promise_checks.order_checks(
                    session, self._house.reckoner, [promise.id or 0], due, SUPERVISOR, self._house.now()
                )

    def _entries(self, *states: PromiseState) -> list[Promise]:
        with reading(self._house.engine) as session:
            return _of(session, [s.value for s in states])


_UNSHOWN = {PromiseState.TO_CONFIRM, PromiseState.STRUCK}


def _of(session: Session, states: list[str]) -> list[Promise]:
    return list(session.exec(select(Promise).where(col(Promise.state).in_(states)).order_by(col(Promise.id))).all())
