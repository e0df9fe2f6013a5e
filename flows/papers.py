"""A paper of the office as a file: who may print which, what stands on it, which template it is filled from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from flows import paper_orders, paper_reports, paper_rolls
from flows.house import House
from flows.paper_periods import Period
from flows.paper_templates import template_for
from flows.paper_words import NOTHING, PaperWords
from models.actions.looking import LOOKERS, unmask
from models.actors import Actor
from models.contact_words import LookReason
from models.database import reading, writing
from models.errors import BadInput, NotAllowed, NotFound
from models.queries.orders import OrderWhole, whole_order
from models.queries.people import names, names_by_link
from models.queries.supervision import InstructionLine, find_instruction
from models.vocabulary import Role
from responders.papers import making
from responders.papers.catalogue import PAPERS
from responders.papers.filling import Contents, Value
from responders.papers.kinds import Paper

_DESK = frozenset({Role.MODERATOR, Role.SUPERVISOR})
_WITH_UNIT = _DESK | {Role.UNIT}
_LEDGERS = _WITH_UNIT | {Role.AUDITOR}
_REPORTS = _DESK | {Role.AUDITOR, Role.EDITOR}

ORDER_PAPERS: Final = ("intake", "assignment", "feedback", "return", "extension")
ROLLS: Final = ("calls", "promises", "supervisions", "orders")
REPORTS: Final = ("weekly", "monthly", "yearly")

MAY_PRINT: Final[dict[str, frozenset[Role]]] = {
    # 检举控告工作规则 第四十七条: a sealed order has no paper but the inspector's own.
    "intake": _DESK | {Role.INSPECTOR},
    **dict.fromkeys(ORDER_PAPERS[1:], _WITH_UNIT),
    "instruction": _LEDGERS,
    "calls": _WITH_UNIT,
    **dict.fromkeys(ROLLS[1:], _LEDGERS),
    **dict.fromkeys(REPORTS, _REPORTS),
}
_BLANK_MEETING = "＿＿＿＿年＿＿月＿＿日＿＿时，在＿＿＿＿＿＿＿＿＿＿。"  # to be written by hand


@dataclass(frozen=True, slots=True)
class Printed:
    """A file with the name that it is saved under."""

    name: str
    content: bytes


def print_order(
    house: House, actor: Actor, number: str, code: str, now: datetime, *, row: int | None = None
) -> Printed:
    """One of ORDER_PAPERS. `row`: which request of several; NotFound for what this person may not see."""
    paper = _allowed(actor, code, ORDER_PAPERS)
    with reading(house.engine) as session:
        whole = whole_order(session, actor, number)
        if whole.order.sealed and code != "intake":
            raise NotFound(f"没有找到工单 {number}。")
        known = names(session) | names_by_link(session, whole.order.id or 0, (h.actor for h in whole.history))
        words = PaperWords(house, known, now)
        singles = _order_singles(session, words, whole, actor, code, row)
    if code == "assignment" and actor.role in LOOKERS:  # it says who wrote
        with writing(house.engine) as session:
            unmask(session, whole.order, LookReason.PAPER, actor, now)
    return made(house, paper, "docx", words.contents(singles), f"{paper.name}-{number}")


def _order_singles(
    session: Session, words: PaperWords, whole: OrderWhole, actor: Actor, code: str, row: int | None
) -> Mapping[str, Value]:
    if code == "intake":
        return paper_orders.intake(words, whole)
    if code == "assignment":
        return paper_orders.assignment(words, whole)
    if code == "feedback":
        actor.must_hold(whole.order.lead_unit)
        return paper_orders.feedback(words, whole)
    if code == "return":
        return paper_orders.returning(words, whole, actor, row)
    return paper_orders.extending(session, words, whole, actor, row)


def print_instruction(house: House, actor: Actor, instruction: int, now: datetime) -> Printed:
    """督办通知单, 约谈通知书, 通报 …: what was signed, and what became of it."""
    _must(actor, "instruction")
    with reading(house.engine) as session:
        line = find_instruction(session, actor, instruction)
        words = PaperWords(house, names(session), now)
    if line.row.signed_at is None or line.row.number is None:
        raise BadInput("还没有签发，没有正式文书。")
    paper = PAPERS[line.row.kind]
    issuer = house.profile.unit(house.profile.supervisor).name
    singles = _instruction(words, line, letter=bool(paper.sentences))
    contents = words.contents(singles, issuer=issuer, citizens=False)
    return made(house, paper, "docx", contents, f"{paper.name}-{line.row.number}")


def _instruction(words: PaperWords, line: InstructionLine, *, letter: bool) -> dict[str, Value]:
    row = line.row
    nothing, profile = "" if letter else NOTHING, words.house.profile
    return {
        "编号": row.number or "", "承办单位": words.unit(row.unit), "来源工单号": line.order_number or nothing,
        "签发日期": words.day(row.signed_at), "事由": row.matter, "原时限": words.moment(row.due_at, nothing),
        "超期": f"{row.overdue} 个工作日" if row.overdue else nothing, "督办要求": row.demand, "要求": row.demand,
        "反馈时限": words.day(row.feedback_due, nothing), "签发人": words.who(row.signed_by),
        "联系人电话": row.contact or profile.unit(profile.supervisor).phone or "",
        "约谈时间地点": row.meeting or _BLANK_MEETING,
        "反馈": _signed(words, row.feedback, row.feedback_by, row.feedback_at),
        "核查意见": _signed(words, row.verdict, row.verified_by, row.verified_at),
    }  # fmt: skip


def _signed(words: PaperWords, text: str | None, by: str | None, at: datetime | None) -> str:
    return f"{text}\n（{words.who(by)}　{words.day(at)}）" if text else ""


def print_roll(
    house: House, actor: Actor, code: str, kind: str, period: Period, now: datetime, *, unit: str | None = None
) -> Printed:
    """来电登记表 or a ledger; a unit's own lines only. `period` says nothing to the promise ledger: it is whole."""
    paper = _allowed(actor, code, ROLLS)
    with reading(house.engine) as session:
        words = PaperWords(house, names(session), now)
        if code == "promises":
            rows = paper_rolls.promises(session, words, actor, unit)
        elif code == "supervisions":
            rows = paper_rolls.supervisions(session, words, actor, period)
        elif code == "orders":
            rows = paper_rolls.orders(session, words, actor, period)
        else:
            rows = paper_rolls.calls(house, actor, period, unit)
    whose = words.unit(actor.unit or unit)
    label = f"截至{words.day(now)}" if code == "promises" else period.label
    contents = words.contents({}, {"各行": rows}, issuer=whose, citizens=code in {"calls", "orders"}, period=label)
    return made(house, paper, kind, contents, f"{paper.name}-{now:%Y%m%d}")


def print_report(house: House, actor: Actor, code: str, kind: str, period: Period, now: datetime) -> Printed:
    """周报、月报、年报: figures from the record; of citizens' words only the hot topics' titles, redacted."""
    paper = _allowed(actor, code, REPORTS)
    with reading(house.engine) as session:
        words = PaperWords(house, names(session), now)
        groups = paper_reports.report_groups(session, words, period)
        if code == "yearly":
            groups["按月"] = paper_reports.month_rows(session, words, period)
    said = period.said(house.settings.zone, now)
    contents = words.contents({}, groups, citizens=False, period=said)
    return made(house, paper, kind, contents, f"{paper.name}-{period.label}")


def _allowed(actor: Actor, code: str, among: tuple[str, ...]) -> Paper:
    if code not in among:
        raise NotFound(f"没有“{code}”这种文书。")
    _must(actor, code)
    return PAPERS[code]


def _must(actor: Actor, code: str) -> None:
    if actor.role is not None and actor.role not in MAY_PRINT[code]:
        raise NotAllowed("您的角色无权打印这种文书。")


def made(house: House, paper: Paper, kind: str, contents: Contents, name: str) -> Printed:
    """Filled into the office's template where it has one; BadInput where the paper has no such format."""
    form = making.must_come_as(paper, kind)
    content = making.fill(paper, form, template_for(house, paper, form), contents)
    return Printed(f"{name}.{form}", content)
