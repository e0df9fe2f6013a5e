"""The people of public opinion in the simulation: cases are graded, answered in public, closed, learned from."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flows import opinion_lines as composed
from flows.demo.people import OPINION, OPINION_LEADER, writer
from flows.demo.samples import Sample, load_stories
from flows.demo.tracing import sample_of
from flows.house import House
from flows.opinion_finding import find_cases
from flows.opinion_reports import draft_report
from models.actions import (
    opinion_cases,
    opinion_lines,
    opinion_policies,
    opinion_reports,
    opinion_truth,
    opinion_units,
)
from models.actions.opinion_cases import Found
from models.actions.opinion_lines import Outlet, Points
from models.actions.opinion_policies import Assessment, Problem
from models.database import reading, writing
from models.errors import NotAllowed
from models.opinion_words import OpinionGrade, OpinionPriority, OpinionStatus, RiskLevel, RiskVerdict, Truth
from models.queries.opinion import CaseWhole, free_items, list_cases, list_policies, list_problems, whole_case
from models.tables.opinion import OpinionCase
from models.vocabulary import Channel

_SITE = "望溪发布（虚构）"
_FARES = "望溪市城市公共汽电车客运管理办法（虚构）"
_NO_CASE = "所提问题有具体的来件人和办理渠道，按工单办理并直接答复，不作舆情处置。"
_BY_HAND = ("d039", "d332")  # what an officer sees for himself, whatever the machine says of it


class Pressroom:
    """舆情专员, 分管领导 and the units that they call."""

    def __init__(self, house: House, samples: Mapping[str, Sample]) -> None:
        self._house, self._samples, self._stories = house, samples, load_stories()

    def look(self) -> None:
        """Morning: what is hot becomes a case; what waits is graded, or left to its order."""
        self._open_by_hand()
        find_cases(self._house, self._house.now())
        for case in self._cases(OpinionStatus.FOUND):
            if story := self._story(case):
                self._grade(case, story)
            else:
                with writing(self._house.engine) as session:
                    opinion_cases.dismiss(session, case.id or 0, _NO_CASE, OPINION, self._house.now())

    def answer(self) -> None:
        """Afternoon: a release for what has none, a second for what had one the day before, then it is closed."""
        now = self._house.now()
        for case in self._cases(OpinionStatus.HANDLING):
            lines, story = [line for line, _ in self._whole(case).lines], self._story(case) or {}
            if not lines:
                self._establish(case, story)
                self._release(case, story, "first")
                self._report(case)
                if case.grade == OpinionGrade.MAJOR:
                    self._meet_the_press(case, story)
            elif lines[-1].released_at and now - lines[-1].released_at > timedelta(hours=20):
                self._release(case, story, "later")
                self._close(case, story)
        self._learn()

    def plan(self) -> None:
        """One policy is assessed before it issues, and interpreted after."""
        with reading(self._house.engine) as session:
            known = list_policies(session, OPINION)
        if not known:
            self._plan_policy()
        elif known[0][0].public_at is None and self._house.now() - known[0][0].opened_at > timedelta(days=4):
            self._publish_policy(known[0][0].id or 0)

    def _cases(self, status: OpinionStatus) -> list[OpinionCase]:
        with reading(self._house.engine) as session:
            return [line.case for line in reversed(list_cases(session, OPINION, status.value))]

    def _whole(self, case: OpinionCase) -> CaseWhole:
        with reading(self._house.engine) as session:
            return whole_case(session, OPINION, case.id or 0)

    def _story(self, case: OpinionCase) -> dict[str, Any] | None:
        """Of the case's first feed item that has one."""
        known = (sample_of(self._samples, message) for message, _ in self._whole(case).items)
        return next((self._stories[sample.id] for sample in known if sample and sample.id in self._stories), None)

    def _open_by_hand(self) -> None:
        house, now = self._house, self._house.now()
        with reading(house.engine) as session:
            free = free_items(session, now, house.profile.opinion.window_days)
        for message, _ in free:
            if message.channel == Channel.OPINION and message.external_id in _BY_HAND:
                story = self._stories[message.external_id]
                found = Found(title=story["title"], items=[message.id], why=["热度未到标准，关系群众切身利益"])
                with writing(house.engine) as session:
                    opinion_cases.open_case(session, house.reckoner, found, OPINION, now)

    def _grade(self, case: OpinionCase, story: Mapping[str, Any]) -> None:
        """What the press is met over is a major one."""
        house, now, number = self._house, self._house.now(), case.id or 0
        usual = OpinionGrade.LARGER if story["priority"] != "interests" else OpinionGrade.ORDINARY
        grade = OpinionGrade.MAJOR if "conference" in story else usual
        with writing(house.engine) as session:
            opinion_cases.correct(session, house.reckoner, number, story["title"], story["summary"],
                                  case.first_posted_at, OPINION, now)  # fmt: skip
            opinion_cases.grade(session, house.reckoner, number, grade, [OpinionPriority(story["priority"])],
                                case.lead_unit, OPINION, now)  # fmt: skip
        for part in self._whole(case).units:
            if part.confirmed is None:
                self._ask(number, part.unit)

    def _ask(self, number: int, unit: str) -> None:
        """Called in, or left out where the matter is about that very unit."""
        house, now = self._house, self._house.now()
        try:
            with writing(house.engine) as session:
                opinion_units.decide_unit(session, house.profile, number, unit, OPINION, now, joins=True)
        except NotAllowed:
            with writing(house.engine) as session:
                opinion_units.decide_unit(session, house.profile, number, unit, OPINION, now, joins=False)

    def _establish(self, case: OpinionCase, story: Mapping[str, Any]) -> None:
        """A rumour is one by the authority's finding, which a leader checks; what else was doubted is borne out."""
        house, now, number = self._house, self._house.now(), case.id or 0
        with writing(house.engine) as session:
            if "finding" in story:
                row = opinion_truth.record_finding(session, number, story["authority"], story["finding"],
                                                   story["evidence"], now.date(), OPINION, now,
                                                   today=now.date())  # fmt: skip
                opinion_truth.check_finding(session, row.id or 0, OPINION_LEADER, now)
            elif case.truth == Truth.DOUBTFUL:
                opinion_truth.bear_out(session, number, "经主管部门现场核查。", OPINION, now)

    def _release(self, case: OpinionCase, story: Mapping[str, Any], which: str) -> None:
        house, now, number = self._house, self._house.now(), case.id or 0
        day = f"{now + timedelta(days=10):%-m月%-d日}"
        said = Points(*(text.format(day=day) for text in story[which]))
        asked = [part.unit for part in self._whole(case).units if part.confirmed]
        with writing(house.engine) as session:
            line = opinion_lines.draft_line(session, number, said, OPINION, now).id or 0
            opinion_lines.consult(session, house.reckoner, line, asked, OPINION, now)
            for unit in asked:
                word = story["voice"] if which == "first" and unit == asked[0] else "同意。"
                opinion_lines.say(session, line, word, writer(unit), now, agrees=True)
        composed.submit(house, line, OPINION, now)
        with writing(house.engine) as session:
            opinion_lines.sign_line(session, line, OPINION_LEADER, now)
        outlet = Outlet(_SITE, f"https://news.wangxi.example/{case.number}", last=which == "later")
        composed.release(house, line, outlet, OPINION, now)

    def _report(self, case: OpinionCase) -> None:
        house, now = self._house, self._house.now()
        report = draft_report(house, case.id or 0, OPINION, now).id or 0
        with writing(house.engine) as session:
            opinion_reports.confirm_report(session, report, OPINION_LEADER, now)
            opinion_reports.send_report(session, report, "望溪市政府办公室", OPINION, now)

    def _meet_the_press(self, case: OpinionCase, story: Mapping[str, Any]) -> None:
        house, now = self._house, self._house.now()
        with writing(house.engine) as session:
            opinion_cases.hold_conference(session, case.id or 0, now, story["conference"], OPINION, now)

    def _close(self, case: OpinionCase, story: Mapping[str, Any]) -> None:
        house, now, number = self._house, self._house.now(), case.id or 0
        with writing(house.engine) as session:
            opinion_cases.close(session, number, story["close"], OPINION, now)
            opinion_cases.evaluate(session, number, story["effect"], story["lessons"], OPINION_LEADER, now)

    def _learn(self) -> None:
        """What a case showed is laid before the unit whose rules they are; its answer is checked."""
        house, now = self._house, self._house.now()
        done = self._cases(OpinionStatus.EVALUATED)
        with reading(house.engine) as session:
            problems = [row for row, _ in list_problems(session, OPINION)]
        learned = next((story for case in done if problems and case.id == problems[0].case_id
                        and (story := self._story(case))), {})  # fmt: skip
        with writing(house.engine) as session:
            if done and not problems and (story := self._story(done[0])):
                said = Problem(story["problem"], f"舆情 {done[0].number}", story["advice"])
                due_on = now.date() + timedelta(days=10)
                opinion_policies.open_problem(session, house.reckoner, done[0].lead_unit, said, due_on, OPINION, now,
                                              case_id=done[0].id)  # fmt: skip
            elif learned and problems[0].answered_at is None and now - problems[0].opened_at > timedelta(days=3):
                unit, number = writer(problems[0].unit), problems[0].id or 0
                opinion_policies.answer_problem(session, number, learned["answer"], unit, now, adopted=True)
                opinion_policies.settle_problem(session, number, "已公开，属实。", OPINION, now, done=True)

    def _plan_policy(self) -> None:
        house, now, unit = self._house, self._house.now(), "transport_bureau"
        with writing(house.engine) as session:
            row = opinion_policies.plan_policy(session, house.reckoner, _FARES, unit, now.date() + timedelta(days=4),
                                               OPINION, now)  # fmt: skip
            said = Assessment("全市公交乘客", "老年乘客可能误以为优惠减少。", RiskLevel.MIDDLE, "同步发布问答。")
            opinion_policies.submit_assessment(session, row.id or 0, said, writer(unit), now)
            opinion_policies.judge_assessment(
                session, row.id or 0, RiskVerdict.ISSUE, "预案可行。", OPINION_LEADER, now
            )

    def _publish_policy(self, number: int) -> None:
        house, now, unit = self._house, self._house.now(), writer("transport_bureau")
        public = datetime.combine(now.date(), time(9), house.settings.zone)
        address = "https://www.wangxi.example/policy/1"
        with writing(house.engine) as session:
            opinion_policies.publish_policy(session, house.reckoner, number, public, address, unit, now)
            opinion_policies.interpret_policy(session, number, now, f"{address}/jd", unit, now)
