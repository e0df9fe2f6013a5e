"""The telephone in the demonstration: citizens are asked how it was, and the published lines are called."""

import random
from datetime import timedelta

from sqlmodel import col, select

from flows.demo.people import REVIEWER, SUPERVISOR, writer
from flows.demo.temper import attempt, rating
from flows.house import House
from models.actions import follow_ups, phone_lines
from models.actions.follow_ups import Answer
from models.actions.phone_lines import LineFacts
from models.calling_words import AttemptResult, Discontent, FollowUpStatus, LineFaultStatus, LineResult
from models.database import reading, writing
from models.queries.phone_lines import call_list, open_faults
from models.retrying import still_to_try
from models.tables.follow_ups import FollowUp
from models.vocabulary import Satisfaction

_PUBLISHED = "门户网站“联系我们”栏目、办事大厅公示牌"
_WHY = (Discontent.UNSOLVED, Discontent.SLOW, Discontent.UNCLEAR, Discontent.UNKEPT)
_WORDS = {Discontent.UNSOLVED: "说是修了，过两天又坏了。", Discontent.UNKEPT: "答应的日子过了，没有动静。"}


class Callers:
    """回访员 and the supervising office's checker."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self._house, self._rng = house, rng

    def publish_lines(self) -> None:
        """Every unit's own telephone stands in the register."""
        for unit in self._house.profile.units:
            if unit.phone and unit.code != self._house.profile.upper_unit:
                facts = LineFacts(number=unit.phone, unit=unit.code, purpose="对外咨询", answered_by="办公室",
                                  published_at=_PUBLISHED)  # fmt: skip
                with writing(self._house.engine) as session:
                    phone_lines.enter_line(session, self._house.reckoner, facts, SUPERVISOR, self._house.now())

    def follow_up(self) -> None:
        """Whoever was drawn is called; a few can't be reached."""
        now = self._house.now()
        with reading(self._house.engine) as session:
            due = session.exec(
                select(FollowUp)
                .where(FollowUp.status == FollowUpStatus.DUE.value, FollowUp.unit != self._house.profile.centre)
                .order_by(col(FollowUp.id))
            ).all()
        for row in due:
            if now >= (row.next_at or now) and self._rng.random() < 0.7:  # noqa: PLR2004  (the rest another day)
                self._ask(row.id or 0)

    def _ask(self, follow_up: int) -> None:
        reckoner, now = self._house.reckoner, self._house.now()
        with writing(self._house.engine) as session:
            tries = follow_ups.tries_of(session, follow_up)
            if tries and not still_to_try(reckoner.profile.callback_retry, tries, reckoner.zone):
                follow_ups.give_up(session, reckoner, follow_up, "按重拨计划均未接通。", REVIEWER, now)
                return
            result = attempt(self._rng)
            said = self._answer() if result is AttemptResult.ANSWERED else None
            follow_ups.record_call(session, reckoner, follow_up, result, said, "", REVIEWER, now)

    def _answer(self) -> Answer:
        word = rating(self._rng) or self._rng.choice([Satisfaction.SATISFIED, None])
        if word is not Satisfaction.DISSATISFIED:
            return Answer(contacted=self._rng.random() < 0.95, resolved=word is not None, satisfaction=word)  # noqa: PLR2004
        why = self._rng.choice(_WHY)
        return Answer(contacted=why is not Discontent.UNCLEAR, resolved=False, satisfaction=word, reasons=[why],
                      words=_WORDS.get(why, ""))  # fmt: skip

    def check_lines(self) -> None:
        """The day's list is called; units report what they mended."""
        now = self._house.now()
        with reading(self._house.engine) as session:
            todo = [(line.id or 0, line.last_result) for _, line in call_list(session, SUPERVISOR)]
            faults = [(f.id or 0, f.unit) for f, _ in open_faults(session, SUPERVISOR)
                      if f.status == LineFaultStatus.OPEN.value and now - f.opened_at > timedelta(days=1)]  # fmt: skip
        for fault, unit in faults:
            if self._rng.random() < 0.7:  # noqa: PLR2004
                with writing(self._house.engine) as session:
                    phone_lines.report_fix(session, fault, "已更换话机并安排专人值守。", writer(unit), now)
        for line, last in todo:
            with writing(self._house.engine) as session:
                phone_lines.record_check(session, self._house.reckoner, line, self._result(last), "", SUPERVISOR, now)

    def _result(self, last: str | None) -> LineResult:
        """A line that failed is likelier to fail again."""
        chances = [0.55, 0.35, 0.1] if last in {"no_answer", "busy"} else [0.86, 0.1, 0.04]
        return self._rng.choices([LineResult.CONNECTED, LineResult.NO_ANSWER, LineResult.BUSY], chances)[0]
