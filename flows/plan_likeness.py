"""A plan that is in the ledger already, under another file name: offices send 修订稿 and 最终版 of the same plan."""

import re
import unicodedata
from dataclasses import dataclass

from sqlmodel import Session, col, select

from flows.ledger_lines import Lines
from models.actions.ledger_entries import PlanHead
from models.errors import BadInput
from models.queries.plans import list_plans
from models.tables.ledger import Promise
from models.tables.plan_revisions import PlanRevision
from models.tables.promise_steps import WorkPlan

_FEWEST = 2  # tasks: one alone may stand in any plan
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Likeness:
    """The known plan, its number of tasks, and how many `of` the file's stand in it word for word."""

    plan: WorkPlan
    tasks: int
    same: int
    of: int
    titled: bool

    @property
    def whole(self) -> bool:
        """The very same tasks: nothing to be asked."""
        return self.same == self.of == self.tasks

    def said(self) -> str:
        title = "标题相同，" if self.titled else ""
        return (
            f"与已导入的《{self.plan.title}》（第 {self.plan.id} 号，文件“{self.plan.name}”）像是同一份："
            f"{title}{self.of} 项任务中 {self.same} 项文字相同"
        )


def likely_same(session: Session, file: Lines) -> Likeness | None:
    """The plan with the same title, or with most of the same tasks, of the same year; None where the name is known.

    What was carried on into another year is that year's plan.
    """
    head = file.plan
    plans = list_plans(session)
    if head is None or any(plan.name == head.name for plan in plans):
        return None
    said = [_plain(entry.text) for line in file.lines for entry in line.entries]
    found = [_likeness(session, plan, head, said) for plan in plans if _of_one_year(plan, head)]
    alike = [each for each in found if each.titled or (each.same >= _FEWEST and each.same >= _SHARE * each.of)]
    return max(alike, key=lambda each: (each.same, each.titled), default=None)


def plan_named(session: Session, number: int) -> WorkPlan:
    plan = session.get(WorkPlan, number)
    if plan is None:
        raise BadInput(f"没有第 {number} 号工作要点。")
    return plan


def _of_one_year(plan: WorkPlan, head: PlanHead) -> bool:
    return plan.year == head.year or None in (plan.year, head.year)


def _likeness(session: Session, plan: WorkPlan, head: PlanHead, said: list[str]) -> Likeness:
    """Texts that a person turned down or replaced count too: the file may be an older one."""
    rows = session.exec(select(Promise.source_ref, Promise.text).where(Promise.plan_id == plan.id)).all()
    revisions = session.exec(
        select(PlanRevision.old_text, PlanRevision.text)
        .join(Promise, col(Promise.id) == col(PlanRevision.promise_id))
        .where(Promise.plan_id == plan.id)
    ).all()
    plain = {_plain(text) for text in {text for _, text in rows}.union(*revisions)}
    same, titled = sum(text in plain for text in said), _plain(plan.title) == _plain(head.title)
    return Likeness(plan, len({ref for ref, _ in rows}), same, len(said), titled)


def _plain(text: str) -> str:
    """Without signs and spaces, which every copy sets differently."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))
