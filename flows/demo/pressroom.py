"""The people of public opinion in the simulation: cases are graded, answered in public, closed, learned from."""

from datetime import datetime, time, timedelta

from flows import opinion_lines as composed
from flows.demo.people import OPINION, OPINION_LEADER, writer
from flows.house import House
from flows.opinion_finding import find_cases
from flows.opinion_reports import draft_report
from models.actions import (
    opinion_cases,
    opinion_lines,
    opinion_policies,
    opinion_reports,
    opinion_units,
)
from models.actions.opinion_lines import Outlet, Points
from models.actions.opinion_policies import Assessment, Problem
from models.database import reading, writing
from models.errors import NotAllowed
from models.opinion_words import OpinionGrade, OpinionPriority, OpinionStatus, RiskLevel, RiskVerdict
from models.queries.opinion import CaseWhole, list_cases, list_policies, list_problems, whole_case
from models.tables.opinion import OpinionCase

_FIRST = Points(
    "经{unit}到现场核查，网民反映的主要情况属实，有关细节正在进一步核实。",
    "依据有关管理规定，已责成责任单位整改，并安排专人值守、每日巡查。",
    "目前现场已得到控制，整改正在进行，下一步进展将按时公布。",
)
_LATER = Points(
    "经复查，网民反映的问题成因已经查明，与此前公布的情况一致。",
    "{unit}已按规定完成整改验收，并将同类点位纳入日常检查。",
    "问题已处置完毕，{unit}将于{day}前公布整改结果。",
)
_SITE = "望溪发布（虚构）"
_EFFECT = "公众关切得到回应，未再扩散。"
_ADOPTED = "已印发通知，自下月起提前五日公告。"
_FARES = "望溪市城市公共汽电车客运管理办法（虚构）"


class Pressroom:
    """舆情专员, 分管领导 and the units that they call."""

    def __init__(self, house: House) -> None:
        self._house = house

    def look(self) -> None:
        """Morning: what is hot becomes a case; what waits for grading is graded."""
        find_cases(self._house, self._house.now())
        for case in self._cases(OpinionStatus.FOUND):
            self._grade(case)

    def answer(self) -> None:
        """Afternoon: a release for what has none, a second for what had one the day before, then it is closed."""
        now = self._house.now()
        for case in self._cases(OpinionStatus.HANDLING):
            lines = [line for line, _ in self._whole(case).lines]
            if not lines:
                self._release(case, _FIRST, last=False)
                self._report(case)
                if case.grade == OpinionGrade.MAJOR:
                    self._meet_the_press(case)
            elif lines[-1].released_at and now - lines[-1].released_at > timedelta(hours=20):
                self._release(case, _LATER, last=True)
                self._close(case)
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

    def _grade(self, case: OpinionCase) -> None:
        """The month's first is a major one."""
        house, now, number = self._house, self._house.now(), case.id or 0
        grave = any("紧急" in reason for reason in case.why)
        usual = OpinionGrade.LARGER if grave else OpinionGrade.ORDINARY
        grade = OpinionGrade.MAJOR if number == 1 else usual
        with writing(house.engine) as session:
            opinion_cases.grade(session, house.reckoner, number, grade, [OpinionPriority.INTERESTS], case.lead_unit,
                                OPINION, now)  # fmt: skip
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

    def _release(self, case: OpinionCase, points: Points, *, last: bool) -> None:
        house, now, number = self._house, self._house.now(), case.id or 0
        words = {"unit": house.profile.unit(case.lead_unit).name, "day": f"{now + timedelta(days=10):%-m月%-d日}"}
        said = Points(*(text.format(**words) for text in (points.facts, points.measures, points.result)))
        asked = [part.unit for part in self._whole(case).units if part.confirmed]
        with writing(house.engine) as session:
            line = opinion_lines.draft_line(session, number, said, OPINION, now).id or 0
            opinion_lines.consult(session, house.reckoner, line, asked, OPINION, now)
            for unit in asked:
                opinion_lines.say(session, line, "同意。", writer(unit), now, agrees=True)
        composed.submit(house, line, OPINION, now)
        with writing(house.engine) as session:
            opinion_lines.sign_line(session, line, OPINION_LEADER, now)
        outlet = Outlet(_SITE, f"https://news.wangxi.example/{case.number}", last=last)
        composed.release(house, line, outlet, OPINION, now)

    def _report(self, case: OpinionCase) -> None:
        house, now = self._house, self._house.now()
        report = draft_report(house, case.id or 0, OPINION, now).id or 0
        with writing(house.engine) as session:
            opinion_reports.confirm_report(session, report, OPINION_LEADER, now)
            opinion_reports.send_report(session, report, "望溪市政府办公室", OPINION, now)

    def _meet_the_press(self, case: OpinionCase) -> None:
        house, now = self._house, self._house.now()
        with writing(house.engine) as session:
            what = "主管部门负责人主持，视频回放已公布。"
            opinion_cases.hold_conference(session, case.id or 0, now, what, OPINION, now)

    def _close(self, case: OpinionCase) -> None:
        house, now, number = self._house, self._house.now(), case.id or 0
        with writing(house.engine) as session:
            opinion_cases.close(session, number, "问题已处置，热度消退。", OPINION, now)
            opinion_cases.evaluate(session, number, _EFFECT, "今后提前发布提示。", OPINION_LEADER, now)

    def _learn(self) -> None:
        """What the first case showed is laid before the unit whose rules they are; its answer is checked."""
        house, now = self._house, self._house.now()
        done = self._cases(OpinionStatus.EVALUATED)
        with reading(house.engine) as session:
            problems = [row for row, _ in list_problems(session, OPINION)]
        with writing(house.engine) as session:
            if done and not problems:
                said = Problem("同类问题多次出现，事前没有公开提示。", f"舆情 {done[0].number}", "建立事前公告制度。")
                due_on = now.date() + timedelta(days=10)
                opinion_policies.open_problem(session, house.reckoner, done[0].lead_unit, said, due_on, OPINION, now,
                                              case_id=done[0].id)  # fmt: skip
            elif problems and problems[0].answered_at is None and now - problems[0].opened_at > timedelta(days=3):
                unit, number = writer(problems[0].unit), problems[0].id or 0
                opinion_policies.answer_problem(session, number, _ADOPTED, unit, now, adopted=True)
                opinion_policies.settle_problem(session, number, "通知已公开，属实。", OPINION, now, done=True)

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
