"""The rows of 来电登记表 and of the ledgers: promises, supervision, orders."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from flows.call_register import register_rows
from flows.concealing import concealed
from flows.house import House
from flows.paper_periods import Period
from flows.paper_words import NOTHING, PaperWords, label
from models.actors import Actor
from models.errors import BadInput
from models.promise_words import PromiseSource, PromiseState
from models.queries.ledger import PAGE, UNKEPT, PromiseFilter, PromiseLine, list_promises
from models.queries.order_ledger import LedgerLine, ledger_lines
from models.queries.promise_parts import PromiseParts, promise_parts
from models.queries.supervision import InstructionLine, signed_between
from models.tables.ledger import Promise
from models.vocabulary import Channel, InstructionKind, InstructionStatus, Kind, OrderStatus, Outcome, Satisfaction
from responders.papers.filling import Shown, Value

MOST = 20_000
Rows = list[dict[str, Value]]


class TooLong(BadInput):
    """行数过多，请缩短期间后分次打印。"""


def calls(house: House, actor: Actor, period: Period, unit: str | None) -> Rows:
    lines = register_rows(house, actor, period.first, period.last, unit)
    return [{column.replace("/", ""): _told(column, value) for column, value in line.cells.items()} for line in lines]


def _told(column: str, value: str) -> Value:
    """The register's words, its numbers and times as what they are."""
    if column == "序号":
        return int(value)
    if value and column in {"来电时间", "回复时间"}:
        return Shown(datetime.fromisoformat(value), value, "yyyy-mm-dd hh:mm")
    return Shown(date.fromisoformat(value), value, "yyyy-mm-dd") if value and column == "应回复日期" else value


def promises(session: Session, words: PaperWords, actor: Actor, unit: str | None) -> Rows:
    """The whole ledger as it stands, the oldest first."""
    lines = [*_all_promises(session, actor, unit)][::-1]
    parts = promise_parts(session, [line.promise.id or 0 for line in lines])
    return [_promise(words, number, line, parts[line.promise.id or 0]) for number, line in enumerate(lines, start=1)]


def _all_promises(session: Session, actor: Actor, unit: str | None) -> Iterator[PromiseLine]:
    before: int | None = None
    count = 0
    while page := list_promises(session, actor, PromiseFilter(unit=unit, before=before)):
        count += len(page)
        _must_fit(count)
        yield from page
        if len(page) < PAGE:
            return
        before = page[-1].promise.id


def _promise(words: PaperWords, number: int, line: PromiseLine, parts: PromiseParts) -> dict[str, Value]:
    entry = line.promise
    today = words.house.day_of(words.now)
    late = entry.state in UNKEPT and entry.due is not None and entry.due < today
    due = words.dated(entry.due) or entry.due_expr or "未定"
    if entry.first_due and entry.first_due != entry.due:
        due = f"{due}（原定 {words.short(entry.first_due)}）"
    return {
        "序号": number, "承诺内容": entry.text, "来源": _source(entry), "来源工单号": line.number or NOTHING,
        "责任单位": _units(words, entry, parts), "承诺日期": words.dated(entry.made_at), "期限": due,
        "状态": label(PromiseState, entry.state), "是否超期": "是" if late else "否",
        "进展和佐证": _progress(entry, parts),
        "公开情况": _published(words, entry),
        "销号": "\n".join(e for e in (words.short(entry.closed_at), words.who(entry.closed_by)) if e),
    }  # fmt: skip


def _units(words: PaperWords, entry: Promise, parts: PromiseParts) -> str:
    """The one that keeps it first, then the others as the plan names them."""
    others = [words.unit(each.unit) if each.unit else each.name for each in parts.units if each.unit != entry.unit]
    return "、".join(dict.fromkeys((words.unit(entry.unit), *others)))


def _progress(entry: Promise, parts: PromiseParts) -> str:
    last = entry.progress or (parts.progress[-1].text if parts.progress else None)
    named = Counter(each.name for each in parts.evidence)
    files = f"佐证：{'、'.join(n if c == 1 else f'{n}（{c} 份）' for n, c in named.items())}" if named else None
    return "\n".join(each for each in (last, files, entry.reason) if each)


def _source(entry: Promise) -> str:
    named = label(PromiseSource, entry.source)
    return f"{named}：{entry.source_ref}" if entry.source_ref else named


def _published(words: PaperWords, entry: Promise) -> str:
    """When and where (重庆高新区 2021 二(三)7)."""
    if entry.published_at is None:
        return "未公开"
    where = entry.published_where or entry.published_url or ""
    return f"{words.short(entry.published_at)} {where}".strip()


def supervisions(session: Session, words: PaperWords, actor: Actor, period: Period) -> Rows:
    since, until = period.bounds(words.house.settings.zone)
    lines = signed_between(session, actor, since, until, most=MOST)
    _must_fit(len(lines))
    return [_supervision(words, number, line) for number, line in enumerate(lines, start=1)]


def _supervision(words: PaperWords, number: int, line: InstructionLine) -> dict[str, Value]:
    row = line.row
    return {
        "序号": number, "编号": row.number or "", "文种": label(InstructionKind, row.kind),
        "承办单位": words.unit(row.unit), "来源工单号": line.order_number or NOTHING, "事由": row.matter,
        "原时限": words.dated(row.due_at) or NOTHING, "超期": f"{row.overdue} 个工作日" if row.overdue else NOTHING,
        "督办要求": row.demand, "反馈时限": words.dated(row.feedback_due) or NOTHING,
        "签发人": words.who(row.signed_by),
        "反馈": row.feedback or "", "核查意见": row.verdict or "", "状态": label(InstructionStatus, row.status),
    }  # fmt: skip


def orders(session: Session, words: PaperWords, actor: Actor, period: Period) -> Rows:
    since, until = period.bounds(words.house.settings.zone)
    lines = ledger_lines(session, actor, since, until, words.now, most=MOST)
    _must_fit(len(lines))
    return [_order(words, number, line) for number, line in enumerate(lines, start=1)]


def _order(words: PaperWords, number: int, line: LedgerLine) -> dict[str, Value]:
    order = line.order
    return {
        "序号": number, "工单编号": order.number, "来源": label(Channel, order.channel),
        "收到时间": words.dated(order.received_at), "受理日期": words.dated(order.accepted_at),
        "标题": concealed(order.title), "领域": words.domain(order.domain), "类型": label(Kind, order.kind),
        "地区": words.region(order.region), "主办单位": words.unit(order.lead_unit),
        "办理时限": words.dated(line.due_at), "答复日期": words.dated(order.replied_at),
        "办理结果": label(Outcome, order.outcome), "状态": label(OrderStatus, order.status),
        "是否超期": "是" if line.late else "否", "评价": label(Satisfaction, line.satisfaction),
    }  # fmt: skip


def _must_fit(count: int) -> None:
    if count > MOST:
        raise TooLong(f"超过 {MOST} 行，请缩短期间后分次打印。")
