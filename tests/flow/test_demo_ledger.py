"""The demonstration's ledger lives: a plan's tasks, promises made aloud, another date, a look back, a public page."""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from support.desk import at, open_desk

from flows.answers import found_promises
from flows.demo.desk import Desk
from flows.demo.promises import Ledgers
from flows.demo.units import Units
from flows.ledger_public import shown_promises
from models.promise_words import PromiseSource
from models.tables.ledger import Promise
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import PromiseChange, PromiseCheck, PromiseEvidence, PromiseUnit, WorkPlan
from models.vocabulary import DEMONSTRATION

FIRST = date(2026, 3, 2)


def test_a_month_of_the_ledger_shows_every_state_that_a_visitor_should_see(tmp_path: Path) -> None:
    with open_desk(tmp_path) as opened:
        house = opened.house
        present = [at("2026-03-02 08:00")]
        house.clock = lambda: present[0]
        dice = random.Random(7)
        desk, units = Desk(house, {}, dice), Units(house, {}, dice)
        ledgers = Ledgers(house, tmp_path / "sources", 12)
        ledgers.lay_down_plan(FIRST)
        for n in range(30):
            day = FIRST + timedelta(days=n)
            present[0] = datetime.combine(day, time(16), house.settings.zone)
            if house.calendar.is_workday(day):
                units.report_promises()
                desk.keep_ledger()
                ledgers.work(day, n)
        plan = opened.one(WorkPlan)
        tasks = opened.all(Promise, plan_id=plan.id)
        assert DEMONSTRATION in plan.name
        assert len(tasks) == 8
        assert [t.choices for t in tasks if t.choices] == [["2026-04-05"]]
        assert {u.unit for u in opened.all(PromiseUnit) if u.group_id} == {
            "nantang_office", "hedong_office", "daya_government",
        }  # fmt: skip
        assert len(shown_promises(house)) == 3
        assert [change.granted for change in opened.all(PromiseChange)] in ([True], [])
        assert all(DEMONSTRATION in file.name for file in opened.all(PromiseEvidence))
        assert all(check.done_by != "duban1" for check in opened.all(PromiseCheck))
        assert {p.state for p in opened.all(Promise)} >= {"running", "kept"}
        [differing] = opened.all(PlanRevision)
        assert (differing.decision, "步道照明维修" in differing.text) == (None, True)


@pytest.mark.parametrize("said_on", ["2026-02-27", "2026-11-10", "2026-11-30", "2026-12-31"])
def test_what_was_promised_aloud_is_due_when_its_words_say(said_on: str, tmp_path: Path) -> None:
    with open_desk(tmp_path) as opened:
        now = at(f"{said_on} 16:00")
        opened.house.clock = lambda: now
        ledgers = Ledgers(opened.house, tmp_path / "sources", 12)
        ledgers.lay_down_plan(now.date())
        ledgers.work(now.date(), 29)
        aloud = {PromiseSource.CONFERENCE.value, PromiseSource.INTERVIEW.value}
        told = [(p.text, p.due) for p in opened.all(Promise) if p.source in aloud]
        assert len(told) == 3
        for text, due in told:
            assert [due] == [found.due for found in found_promises(opened.house, text, now)], text
            assert due is not None
            assert due > now.date()
