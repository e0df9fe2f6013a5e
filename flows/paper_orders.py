"""What stands on the papers of one order: 来件呈批表, 交办单, 反馈单, 退单 and 延期申请表."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flows.concealing import concealed
from flows.paper_words import NOTHING, PaperWords, label
from models.actions.clocks import order_rule
from models.actors import Actor
from models.errors import NotFound
from models.queries.orders import OrderWhole
from models.tables.clocks import Clock, ClockChange, ClockRequest
from models.tables.messages import Message
from models.tables.orders import Assignment, Reply, ReturnRequest
from models.vocabulary import (
    Channel,
    ClockRequestKind,
    Kind,
    OrderStatus,
    Outcome,
    Role,
    Stage,
    Urgency,
)
from responders.papers.filling import Value

_MOST_SUMMARY = 300
_CONFIDENTIAL = "（来件人要求身份保密）"
_SEALED_OPINION = "检举控告件：按检举控告工作规则由专人办理，材料不得转给或者告知被检举控告的组织、人员。"
_PARTS = {"lead": "主办", "co": "协办", "consulted": "会商", "informed": "知会"}


def intake(words: PaperWords, whole: OrderWhole) -> dict[str, Value]:
    order = whole.order
    return {
        "工单编号": order.number, "领域": words.domain(order.domain), "诉求类型": label(Kind, order.kind),
        "事发地点": _place(words, whole), "来源": label(Channel, order.channel),
        "收到时间": words.moment(order.received_at), "摘要": _summary(whole),
        "拟办意见": _SEALED_OPINION if order.sealed else _proposal(words, whole), "领导批示": "",
        "承办意见": "" if order.sealed else _opinions(words, whole), "结果": _result(words, whole),
    }  # fmt: skip


def assignment(words: PaperWords, whole: OrderWhole) -> dict[str, Value]:
    """It goes to the unit, so who asked to stay unnamed stays so whoever prints it."""
    order, profile = whole.order, words.house.profile
    lead, first = _lead(whole), _first(whole)
    hidden = any(m.confidential for m in whole.messages)
    signed = next((h for h in reversed(whole.history) if h.action == "acknowledge"), None)
    rule = f"{lead.rule}{'（推定，待本地确认）' if lead.presumed else ''}" if lead else ""
    return {
        "工单编号": order.number, "交办时间": words.moment(lead.assigned_at if lead else None),
        "主办单位": words.unit(order.lead_unit), "协办单位": _units(words, whole, "co"),
        "知会单位": _units(words, whole, "informed"), "紧急程度": label(Urgency, order.urgency),
        "来源": label(Channel, order.channel), "收到时间": words.moment(order.received_at),
        "来件人": _CONFIDENTIAL if hidden else (first.sender_name if first and first.sender_name else "未留姓名"),
        "联系电话": "（保密，由服务中心转达）" if hidden else (first.phone if first and first.phone else "未留电话"),
        "诉求类型": f"{label(Kind, order.kind)}（{words.domain(order.domain)}）", "事发地点": _place(words, whole),
        "诉求内容": _words(whole, shown=not hidden), "办理时限": words.moment(_due(whole), "待定"), "派单依据": rule,
        "办理要求": _demand(words, whole, lead, hidden=hidden), "交办单位": profile.unit(profile.centre).name,
        "交办联系电话": profile.unit(profile.centre).phone or "", "签收人": words.who(signed.actor) if signed else "",
        "签收时间": words.moment(signed.at) if signed else "",
    }  # fmt: skip


def feedback(words: PaperWords, whole: OrderWhole) -> dict[str, Value]:
    """The last reply of the unit that leads; a form with empty fields where it has none yet."""
    order = whole.order
    reply = next((r for r in reversed(whole.replies) if r.unit == order.lead_unit), None)
    said: dict[str, Value] = dict.fromkeys(
        ("办理情况", "办理结果", "答复时间", "承办人", "承办日期", "审签人", "审签日期"), ""
    )
    if reply is not None:
        said = {
            "办理情况": reply.text, "办理结果": label(Outcome, reply.outcome), "答复时间": words.moment(reply.sent_at),
            "承办人": words.who(reply.writer), "承办日期": words.day(reply.written_at),
            "审签人": words.who(reply.signed_by), "审签日期": words.day(reply.signed_at),
        }  # fmt: skip
    return said | {
        "工单编号": order.number, "承办单位": words.unit(order.lead_unit), "诉求类型": label(Kind, order.kind),
        "办理时限": words.moment(_due(whole)), "诉求摘要": _summary(whole),
    }  # fmt: skip


def returning(words: PaperWords, whole: OrderWhole, actor: Actor, row: int | None) -> dict[str, Value]:
    request: ReturnRequest = _chosen(whole.returns, actor, row, "退单申请")
    had = [a for a in whole.assignments if a.unit == request.unit and a.assigned_at <= request.asked_at]
    since = had[-1].assigned_at if had else None
    return _request(words, whole, request) | {
        "派单时间": words.moment(since),
        "退单期限": words.moment(_return_window(words, whole, since), NOTHING), "退单理由": request.grounds,
        "建议改派单位": words.unit(request.suggested_unit, "未提出"),
    }  # fmt: skip


def extending(
    session: Session, words: PaperWords, whole: OrderWhole, actor: Actor, row: int | None
) -> dict[str, Value]:
    request: ClockRequest = _chosen(whole.requests, actor, row, "延期、暂停计时或挂账申请")
    was, became = _limits(session, words, whole, request)
    length = f"{request.workdays} 个工作日" if request.workdays else ""
    if request.review_on:
        length = f"至 {words.day(request.review_on)} 复查"
    return _request(words, whole, request) | {
        "申请事项": label(ClockRequestKind, request.kind), "申请时长": length or "至条件具备时恢复",
        "原时限": words.moment(was), "批准后时限": became, "申请理由": request.grounds,
    }  # fmt: skip


def _request(words: PaperWords, whole: OrderWhole, request: ReturnRequest | ClockRequest) -> dict[str, Value]:
    decided = "" if request.granted is None else ("同意" if request.granted else "不同意")
    return {
        "工单编号": whole.order.number, "申请单位": words.unit(request.unit), "诉求摘要": _summary(whole),
        "申请人": words.who(request.asked_by), "申请时间": words.moment(request.asked_at),
        "审核意见": request.note or "", "审核结果": decided, "审核人": words.who(request.decided_by),
        "审核时间": words.moment(request.decided_at),
    }  # fmt: skip


def _chosen(rows: list[ReturnRequest] | list[ClockRequest], actor: Actor, row: int | None, what: str) -> Any:  # noqa: ANN401
    """The one asked for, else the last; a unit has only its own."""
    mine = [r for r in rows if actor.role is not Role.UNIT or r.unit == actor.unit]
    found = mine[-1] if row is None and mine else next((r for r in mine if r.id == row), None)
    if found is None:
        raise NotFound(f"本工单没有{what}，无表可打印。")
    return found


def _limits(
    session: Session, words: PaperWords, whole: OrderWhole, request: ClockRequest
) -> tuple[datetime | None, str]:
    """The limit before the decision, and after it: a pause moves it when it ends."""
    clock = _clock(whole, request.cycle)
    if clock is None:
        return None, ""
    changes = session.exec(
        select(ClockChange).where(ClockChange.clock_id == clock.id).order_by(col(ClockChange.id))
    ).all()
    decided = (request.decided_at, request.ended_at) if request.granted else ()
    made = next((n for n, change in enumerate(changes) if change.at in decided), None)
    if made is None:
        later = [change for change in changes if change.at > request.asked_at]
        paused = request.granted and request.kind != ClockRequestKind.EXTENSION.value
        return (later[0].was_due_at if later else clock.due_at), "暂停计时，恢复后顺延" if paused else ""
    after = changes[made + 1].was_due_at if made + 1 < len(changes) else clock.due_at
    return changes[made].was_due_at, words.moment(after)


def _clock(whole: OrderWhole, cycle: int) -> Clock | None:
    stages = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)
    found = [c for c, _ in whole.clocks if c.subject == "order" and c.stage in stages and c.cycle == cycle]
    return found[-1] if found else None


def _due(whole: OrderWhole) -> datetime | None:
    clock = _clock(whole, whole.order.cycle)
    return clock.due_at if clock else None


def _first(whole: OrderWhole) -> Message | None:
    return next((m for m in whole.messages if m.order_id == whole.order.id), None)


def _lead(whole: OrderWhole) -> Assignment | None:
    leads = [a for a in whole.assignments if a.part == "lead" and a.unit == whole.order.lead_unit]
    return leads[-1] if leads else None


def _units(words: PaperWords, whole: OrderWhole, part: str) -> str:
    units = [words.unit(a.unit) for a in whole.assignments if a.part == part and a.ended_at is None]
    return "、".join(dict.fromkeys(units)) or "无"


def _place(words: PaperWords, whole: OrderWhole) -> str:
    first = _first(whole)
    said = [words.region(whole.order.region), (first.region_hint or "") if first else ""]
    return " ".join(dict.fromkeys(each for each in said if each)) or "未说明"


def _words(whole: OrderWhole, *, shown: bool = False) -> str:
    """What was said; numbers and the sender's name only where the paper tells who wrote (`shown`)."""
    first = _first(whole)
    if first is None or first.text is None:
        return "（来件内容已按保管期限销毁）"
    title = f"{first.title}\n" if first.title and first.title not in first.text[: len(first.title) + 5] else ""
    said = f"{title}{first.text}"
    return said if shown else concealed(said, first)


def _summary(whole: OrderWhole) -> str:
    """The beginning of what was said, its lines run on, so that it leaves room to sign; how many more said it."""
    text = "　".join(line.strip() for line in _words(whole).splitlines() if line.strip())
    if len(text) > _MOST_SUMMARY:
        text = f"{text[:_MOST_SUMMARY]}……（全文 {len(text)} 字，见工单）"
    more = len(whole.messages) - 1
    return f"{text}\n（另有 {more} 件来件反映同一事项）" if more > 0 else text


def _proposal(words: PaperWords, whole: OrderWhole) -> str:
    lead, status = _lead(whole), OrderStatus(whole.order.status)
    if status in {OrderStatus.DECLINED, OrderStatus.DIVERTED, OrderStatus.VOID, OrderStatus.MERGED}:
        return f"拟按“{status.label}”处理。"
    if lead is None:
        return _suggested(words, whole)
    others = "".join(
        f"，{_PARTS[part]}单位：{units}" for part in ("co", "informed") if (units := _units(words, whole, part)) != "无"
    )
    basis = f"依据：{lead.rule}{'（推定，待本地确认）' if lead.presumed else ''}。" if lead.rule else ""
    due = f"办理时限：{words.moment(_due(whole))}。" if _due(whole) else ""
    return f"拟由{words.unit(lead.unit)}主办{others}。{basis}{due}"


def _suggested(words: PaperWords, whole: OrderWhole) -> str:
    first = _first(whole)
    suggestion = (first.findings.get("suggestion") or {}) if first else {}
    if not suggestion.get("lead"):
        return ""
    return f"建议由{words.unit(suggestion['lead'])}主办（系统建议，须人工审定）。"


def _opinions(words: PaperWords, whole: OrderWhole) -> str:
    reply: Reply | None = next((r for r in reversed(whole.replies) if r.signed_at or r.sent_at), None)
    said = [f"{words.unit(reply.unit)}：{reply.text}"] if reply else []
    said += [f"{words.unit(a.unit)}（{_PARTS.get(a.part, a.part)}）：{a.contribution}" for a in whole.assignments
             if a.contribution]  # fmt: skip
    return "\n".join(said)


def _result(words: PaperWords, whole: OrderWhole) -> str:
    order = whole.order
    said = [f"办理结果：{label(Outcome, order.outcome)}" if order.outcome else "", label(OrderStatus, order.status)]
    dates = [f"{words.day(order.replied_at)}答复" if order.replied_at else "",
             f"{words.day(order.closed_at)}办结" if order.closed_at else ""]  # fmt: skip
    return "；".join(each for each in (*said, *dates) if each) + "。"


def _return_window(words: PaperWords, whole: OrderWhole, since: datetime | None) -> datetime | None:
    """Until when who got the order at `since` may return it; no clock runs for it, so it is reckoned here."""
    reckoner = words.house.reckoner
    rule = order_rule(reckoner, whole.order, Stage.RETURN_WINDOW)
    return reckoner.reckon(rule, since).due_at if rule and since else None


def _demand(words: PaperWords, whole: OrderWhole, lead: Assignment | None, *, hidden: bool) -> str:
    said = "请按时限联系来件人、核实办理，经本单位审签后书面反馈；"
    window = _return_window(words, whole, lead.assigned_at if lead else None)
    by = f"在{words.moment(window)}前" if window else "及时"
    said += f"不属于本单位职责的，请{by}写明依据申请退单。"
    return said + ("请注意为来件人保密。" if hidden else "")
