"""周报、月报、年报: intake, open and overdue, rates with their denominators, hot topics, promises."""

from collections.abc import Callable

from sqlmodel import Session

from flows.hot_topics import topics_between
from flows.paper_periods import Period
from flows.paper_words import NOTHING, PaperWords, label
from models.queries import promise_rates
from models.queries.period_figures import (
    TURNED_AWAY,
    Span,
    UnitPeriod,
    calls_owed,
    intake,
    outcomes,
    papers_signed,
    promises_touched,
    unit_periods,
)
from models.queries.rates import BY_CODE, RATES, Share, UnitRates, together, unit_rates, whole_share
from models.vocabulary import Channel, InstructionKind
from responders.papers.filling import Shown, Value

_TOPICS, _MOST_TEXTS = 10, 20_000
_MOST_ROWS = 20
_ANSWERED = "reopened"  # the rate that is divided by every answer, and so says how many there were
Rows = list[dict[str, Value]]


def report_groups(session: Session, words: PaperWords, period: Period) -> dict[str, Rows]:
    """Every group of a report but 按月, which only a yearly one asks for."""
    zone = words.house.settings.zone
    span = period.span(zone, words.now)
    before = period.before().span(zone, words.now)
    units, rates = unit_periods(session, span), unit_rates(session, span.since, span.at)
    return {
        "总体": _whole(session, span, units, together(rates)),
        "按渠道": _shares(session, span, before, "channel", "渠道", lambda code: label(Channel, code)),
        "按领域": _shares(session, span, before, "domain", "领域", words.domain),
        "按地区": _shares(session, span, before, "region", "地区", lambda code: words.region(code) or "未说明"),
        "按单位": _units(words, units, rates),
        "热点": _topics(session, words, span),
        "承诺": _promises(session, words, period, span),
    }


def month_rows(session: Session, words: PaperWords, period: Period) -> Rows:
    """Each month of a year that has begun."""
    zone = words.house.settings.zone
    rows: Rows = []
    for month in period.months():
        span = month.span(zone, words.now)
        if span.since > words.now:
            break
        in_time = whole_share(session, BY_CODE["in_time"], span.since, span.at)
        answered = whole_share(session, BY_CODE[_ANSWERED], span.since, span.at)
        rows.append({
            "月份": month.label, "来件": intake(session, span, "channel").total(), "办结": answered.of,
            "按期办结": in_time.count, "按期办结率": _rate(in_time),
        })  # fmt: skip
    return rows


def _whole(session: Session, span: Span, units: list[UnitPeriod], rates: UnitRates) -> Rows:
    received, stands = intake(session, span, "channel").total(), outcomes(session, span)
    turned = sum(stands[status.value] for status in TURNED_AWAY)
    due_calls, missed = calls_owed(session, span)
    signed = papers_signed(session, span)
    papers = "、".join(f"{label(InstructionKind, kind)} {count}" for kind, count in sorted(signed.items()))
    lines: list[tuple[str, Value, str]] = [
        ("收到来件", received, "各渠道来件；自动回复、退信等机器邮件和密封件不计。"),
        ("形成工单", stands.total(), "重复来件、催单并入原工单，不另计。"),
        ("不予受理、分流、无效", turned, "本期收到的工单中，现为这三种状态的。"),
        ("办结（已答复）", rates.shares[_ANSWERED].of, "本期发出的答复（按次），含以前收到的、当场答复的。"),
        ("期末在办", sum(u.open for u in units), "期末尚未答复的工单，含以前收到的。"),
        ("期末超期未办结", sum(u.overdue for u in units), "办理时限在期末以前、期末仍未答复的；批准暂停计时的不计。"),
        *((rate.name, _rate(rates.shares[rate.code]), f"{rate.formula}。") for rate in RATES),
        ("未表态", rates.silent, "本期答复后没有评价、回访也没有表态的；不作满意。"),
        ("超期未回电", _rate(Share(missed, due_calls)), "未按期回电 ÷ 本期应回电来电（5个工作日）。"),
        ("签发督办文书", signed.total(), papers or "本期没有签发。"),
    ]
    return [{"指标": name, "数值": value, "口径": how} for name, value, how in lines]


def _shares(session: Session, span: Span, before: Span, by: str, name: str, said: Callable[[str], str]) -> Rows:
    """The most frequent first; a long tail is one line, so that a report stays a few pages."""
    now, then = intake(session, span, by), intake(session, before, by)
    codes = sorted(now | then, key=lambda each: (-now[each], -then[each], each))
    shown, rest = (codes, []) if len(codes) <= _MOST_ROWS else (codes[: _MOST_ROWS - 1], codes[_MOST_ROWS - 1 :])
    lines = [(said(code), now[code], then[code]) for code in shown]
    if rest:
        lines.append((f"其余 {len(rest)} 项", sum(now[c] for c in rest), sum(then[c] for c in rest)))
    lines.append(("合计", now.total(), then.total()))
    return [
        {name: what, "件数": count, "占比": _part(count, now.total()), "上期件数": was,
         "增减": Shown(count - was, f"{count - was:+d}" if count != was else "0", "+0;-0;0")}
        for what, count, was in lines
    ]  # fmt: skip


def _units(words: PaperWords, units: list[UnitPeriod], rates: list[UnitRates]) -> Rows:
    """Every unit with anything to count."""
    counts, shares = {u.unit: u for u in units}, {r.unit: r.shares for r in rates}
    rows: Rows = []
    for code in sorted((counts.keys() | shares.keys()) - {""}):
        unit = counts.get(code, UnitPeriod(code))
        of = {rate.name: _stacked(shares.get(code, {}).get(rate.code, Share())) for rate in RATES}
        rows.append({
            "承办单位": words.unit(code), "办结": shares.get(code, {}).get(_ANSWERED, Share()).of,
            "期末在办": unit.open, "期末超期": unit.overdue, **of,
        })  # fmt: skip
    return rows


def _topics(session: Session, words: PaperWords, span: Span) -> Rows:
    found = topics_between(session, span.since, span.until, top=_TOPICS, most=_MOST_TEXTS)
    return [
        {"序号": number, "热点事项": topic.title, "地点": words.region(topic.region) if topic.region else NOTHING,
         "件数": topic.count, "起止日期": f"{topic.first:%m-%d} 至 {topic.last:%m-%d}"}
        for number, topic in enumerate(found, start=1)
    ]  # fmt: skip


def _promises(session: Session, words: PaperWords, period: Period, span: Span) -> Rows:
    """States as they are now: the ledger keeps no picture of a past day."""
    zone = words.house.settings.zone
    rates = promise_rates.unit_rates(session, span.at.astimezone(zone).date(), zone)
    made, due = promises_touched(session, span, period.first, period.last)
    rows = [_promise(words.unit(r.unit), r, made[r.unit], due[r.unit]) for r in rates]
    if rows:
        names = ("confirmed", "owed", "kept", "overdue")
        whole = promise_rates.Rates("", **{name: sum(getattr(r, name) for r in rates) for name in names})
        rows.append(_promise("合计", whole, made.total(), due.total()))
    return rows


def _promise(name: str, rates: promise_rates.Rates, made: int, due: int) -> dict[str, Value]:
    return {
        "责任单位": name, "在册": rates.confirmed, "本期新增": made, "本期到期": due, "已兑现": rates.kept,
        "超期未兑现": rates.overdue, "兑现率": _stacked(Share(rates.kept, rates.owed)),
    }  # fmt: skip


def _rate(share: Share) -> str:
    """12/15（80.0%）: a rate never stands without what it is of."""
    return f"{share.count}/{share.of}（{_percent(share.count, share.of)}）"


def _stacked(share: Share) -> str:
    """The same in a narrow column."""
    return f"{_percent(share.count, share.of)}\n{share.count}/{share.of}" if share.of else NOTHING


def _part(part: int, of: int) -> Value:
    return Shown(part / of, _percent(part, of), "0.0%") if of else NOTHING


def _percent(part: int, of: int) -> str:
    return f"{100 * part / of:.1f}%".replace("100.0", "100") if of else NOTHING
