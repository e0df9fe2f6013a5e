"""What a reply commits its unit to: where it stands, how checkable it is, and by what day.

`dated` is checkable and bounded in time, `specific` can be checked on the spot or in a document, `generic` is a
soft word. The day is the last one allowed, against the date in the reply's own signature where there is one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from classifiers import intentions
from classifiers import promise_rules as rules
from classifiers.clauses import Clause, Sentence, sentences, signed_dates
from classifiers.times import in_shanghai, read_time
from classifiers.timewords import Calendar, TimeWord, time_words
from models.errors import BadInput

Level = Literal["dated", "specific", "generic"]


@dataclass(frozen=True, slots=True)
class FoundPromise:
    """Offsets are code points in the reply as given; `due` is None where no day can be told."""

    text: str
    start: int
    end: int
    level: Level
    due: date | None
    due_expr: str | None


@dataclass(slots=True)
class _Draft:
    clauses: list[Clause]
    level: Level | None  # None: it leads in, the next clause says what is promised
    word: TimeWord | None
    own: bool  # it has its own word of intention


@dataclass(slots=True)
class _Context:
    """What the clauses before have set: a scope of intention, a condition, a date that stood alone."""

    base: date
    calendar: Calendar
    goes_on: bool
    listed: bool  # in a list that the unit announced as its own plan
    conditional: bool = False
    past: bool = False  # a day that is over was named
    ordered: bool = False  # somebody was told to do what follows
    led_in: bool = False  # the clause before only led in
    in_procedure: bool = False  # «受理后，…»: a limit that holds for everybody
    general: bool = False  # how such things go in general was the matter
    word: TimeWord | None = None

    def brought_up_to_date(self, text: str, words: list[TimeWord], *, ordered: bool) -> bool:
        """Note what the clause sets for those after it; tells whether the clause itself is conditional."""
        condition = bool(rules.CONDITION.search(text))
        conditional = self.conditional or condition
        self.conditional, self.word = condition, None
        self.past |= bool(words) and words[-1].day is not None and words[-1].day < self.base
        self.ordered |= ordered and bool(rules.ORDERED.search(text))
        self.general |= bool(rules.GENERALITY.search(text))
        self.in_procedure |= bool(rules.STEP.search(text))
        return conditional


_NEAR = 20  # characters
_HEAD = 2  # «在5个工作日内…», «于5个工作日内…»
_ONLY_A_DATE = 3
_SAME_SEASON = timedelta(days=200)


def find_promises(reply: str, reply_time: datetime, calendar: Calendar) -> list[FoundPromise]:
    """All promises of a reply, in its order."""
    replied = in_shanghai(reply_time).date()
    signatures = signed_dates(reply, replied)
    found: list[FoundPromise] = []
    announced = False
    for sentence in sentences(reply):
        base = _base(signatures, sentence.clauses[-1].start, replied)
        drafts = list(_drafts(sentence, base, calendar, announced=announced and sentence.listed))
        found.extend(_finished(reply, draft) for draft in drafts)
        announced = _announces(sentence) or (announced and sentence.listed and bool(drafts))
    return found


def _announces(sentence: Sentence) -> bool:
    """«下一步我们将做好以下工作：» makes promises of the list that follows."""
    last = sentence.clauses[-1]
    if last.mark not in {"：", ":"} or rules.REPORTS.search(last.bare):
        return False
    return any(intentions.ANNOUNCES.search(clause.bare) for clause in sentence.clauses[-2:])


def _base(signatures: list[tuple[int, date]], position: int, replied: date) -> date:
    """Several answers may stand in one text, each above its own signature."""
    return next((day for start, day in signatures if start >= position), replied)


def _finished(reply: str, draft: _Draft) -> FoundPromise:
    start, end = draft.clauses[0].start, draft.clauses[-1].end
    word = draft.word
    return FoundPromise(
        reply[start:end], start, end, draft.level or "generic", word.day if word else None, word.text if word else None
    )


def _drafts(sentence: Sentence, base: date, calendar: Calendar, *, announced: bool) -> Iterator[_Draft]:
    """Promises of one sentence: a clause that intends opens one, what merely goes on joins it."""
    current: _Draft | None = None
    context = _Context(base, calendar, goes_on=announced, listed=announced)
    for clause in sentence.clauses:
        draft = _read(clause, context)
        if draft is None and context.goes_on:
            continue
        if draft is not None and current is not None and _belongs(current, draft):
            current = _merged(current, draft)
            continue
        if current is not None and current.level:
            yield current
        current = draft
    if current is not None and current.level:
        yield current


def _read(clause: Clause, context: _Context) -> _Draft | None:
    """The clause's own promise, if it makes one; `context` is brought up to date for the next clause."""
    text = clause.bare
    words = time_words(text, context.base, context.calendar)
    intent = intentions.INTENTION.search(text)
    plain = bool(intentions.PLAIN.search(text))
    word = _bound(text, words, context.base, plain=plain) or context.word
    gone = word is None and any(w.day is not None and w.day < context.base for w in words)
    conditional = context.brought_up_to_date(text, words, ordered=not intent)
    # «已要求…，尽快整改»: the order goes on
    hasty = context.ordered and word is None and intent is not None and rules.HASTE.match(text)
    usual = context.in_procedure and word is not None and bool(rules.GENERAL.search(word.text))
    if usual or (gone and not plain) or bool(hasty) or not _is_ours(text, intent, plain=plain, dated=word is not None):
        context.goes_on = False
        return None
    if words and _is_only_a_date(text, words[-1]):
        context.word, context.goes_on = word, context.goes_on or bool(intent)
        return None
    joins = context.listed or context.led_in or word is not None or bool(rules.CONTINUES.search(text))
    goes_on = context.goes_on and joins
    goes_on = goes_on or (not intent and _sets_a_date(text, word, context))
    if not (intent or goes_on):
        context.goes_on = False
        return None
    context.goes_on, context.led_in = True, _leads_in(text)
    if context.led_in:
        context.word = word
        return _Draft([clause], None, None, own=bool(intent))
    level = _level(text, word, conditional=conditional, goes_on=goes_on)
    return _Draft([clause], level, word if level == "dated" else None, own=bool(intent)) if level else None


def _is_only_a_date(text: str, word: TimeWord) -> bool:
    """«自4月1日起，» dates the next clause; «年内完工» says it all."""
    rest = text.replace(word.text, "", 1)
    return len(rest) <= _ONLY_A_DATE and not rules.DEED.search(rest) and not rules.COMPLETION.search(rest)


def _bound(text: str, words: list[TimeWord], base: date, *, plain: bool) -> TimeWord | None:
    """The last expression that sets a day to come; one that cannot be resolved still counts as a bound."""
    ahead = [
        word
        for word in words
        if not word.loose
        and _is_ahead(word, base, plain=plain)
        and not (word.text.endswith("年") and rules.OF_A_PLAN.search(text, max(0, word.start - _NEAR), word.start))
    ]
    return ahead[-1] if ahead else None


def _is_ahead(word: TimeWord, base: date, *, plain: bool) -> bool:
    """«3月2日» said in May tells what happened, unless the clause plainly speaks of what will be."""
    if word.day is None or plain:
        return word.day is None or word.day >= base
    if word.day == base and word.text.endswith(("日", "号")) and not word.text.endswith(("今日", "即日")):
        return False
    return word.day >= base and (not word.rolled or word.day - base <= _SAME_SEASON)


def _is_ours(text: str, intent: re.Match[str] | None, *, plain: bool, dated: bool) -> bool:
    """Not done, not asked of the citizen, not law, not an order to somebody else, not a refusal."""
    before = text[: intent.start()] if intent else text
    if not plain and rules.TOLD.search(text):
        return False
    if not dated and rules.ONLY_THEN.search(text):
        return False
    said_first = (rules.ORDERED, rules.DONE, rules.CITIZEN, rules.LAW)
    anywhere = (rules.NOT_ABLE, rules.FORESEEN, rules.PROCEDURE, rules.THANKS)
    return not any(barrier.search(before) for barrier in said_first) and not any(
        barrier.search(text) for barrier in anywhere
    )


def _sets_a_date(text: str, word: TimeWord | None, context: _Context) -> bool:
    """«…于6月底前完工» promises without a word of intention; «5月10日组织…» tells what happened."""
    if word is None or context.past or context.ordered:
        return False
    at = text.find(word.text)  # -1: it stood in the clause before
    after = at + len(word.text) if at >= 0 else 0
    if rules.ABLE.match(text, after):
        return True
    if rules.GENERAL.search(word.text) and (at > _HEAD or context.general) and not rules.WE.search(text):
        return False
    if not rules.COMPLETION.search(text, after):
        return 0 <= at <= _HEAD and len(text) > after and word.text.endswith(rules.LIMITS[:4]) and not context.general
    return word.text.endswith(rules.LIMITS) or (at >= 0 and _is_later(word, context.base))


def _is_later(word: TimeWord, base: date) -> bool:
    """A month or year that has not begun: what is said of it cannot have happened."""
    if word.day is None or word.rolled or word.text in {"今年", "本年", f"{base.year}年"}:
        return False
    return (word.day.year, word.day.month) > (base.year, base.month)


def _leads_in(text: str) -> bool:
    """«我局将根据检查结果，», «待批复后，» intend, and leave it to the next clause what."""
    intends = [hit.end() for hit in intentions.STRONG.finditer(text)]
    return bool(intentions.LEADS.match(text)) or (bool(intends) and bool(intentions.LEADS.match(text[intends[-1] :])))


def _level(text: str, word: TimeWord | None, *, conditional: bool, goes_on: bool) -> Level | None:
    """How checkable a clause that intends something is; None where it names neither deed nor care."""
    strong = intentions.STRONG.search(text)
    after = rules.DEPENDS.search(text)
    begins = max(after.end() if after else 0, strong.end() if strong else 0)
    soft = _is_soft(text, begins)
    deed = rules.DEED.search(text, begins)
    if word is not None and not conditional and (strong or deed or goes_on) and not (soft and _is_all_year(word, text)):
        return "dated"
    if intentions.NEVER.search(text):
        return "specific"
    caring = soft or bool(rules.CARE.search(text, begins))
    if not deed and (conditional or not strong or caring):
        return "generic" if conditional or strong or caring else None
    return "generic" if soft or (conditional and not rules.DRASTIC.search(text)) else "specific"


def _is_all_year(word: TimeWord, text: str) -> bool:
    """«2015年，我们将继续加强…» only says when care is taken; «争取在2015年…» sets a limit."""
    return word.text.endswith("年") and not rules.STRIVES.search(text)


def _is_soft(text: str, begins: int) -> bool:
    """Care that governs the deed makes it soft; a mild word does unless a firm deed outweighs it."""
    governing = rules.GOVERNING.search(text, begins)
    if governing and not rules.FIRM.search(text, begins, governing.start()):
        return True
    mild = text.startswith("确保") or rules.SOFTENING.search(text, begins)
    return bool(mild) and not rules.FIRM.search(text)


def _belongs(current: _Draft, draft: _Draft) -> bool:
    if current.level is None:
        return True
    restates = draft.clauses[0].bare.startswith(rules.RESTATES)
    if draft.level == "dated":
        return current.level != "dated" and restates
    if draft.clauses[0].bare.startswith(rules.ADDS):
        return True
    if draft.own and not restates:
        return False
    return not draft.own or draft.level in {"generic", current.level}


def _merged(current: _Draft, draft: _Draft) -> _Draft:
    takes = draft.word is not None or current.level is None
    level, word = (draft.level, draft.word) if takes else (current.level, current.word)
    return _Draft(current.clauses + draft.clauses, level, word, own=current.own)


def promises_line(line: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    """One line of the `promises` filter: {"id", "reply", "reply_time"} in, {"id", "promises"} out."""
    reply = line.get("reply")
    if not isinstance(reply, str):
        raise BadInput("缺少 reply：应为字符串")
    found = find_promises(reply, read_time(line, "reply_time"), calendar)
    return {"id": line.get("id"), "promises": [_as_dict(promise) for promise in found]}


def _as_dict(found: FoundPromise) -> dict[str, Any]:
    return {
        "text": found.text,
        "start": found.start,
        "end": found.end,
        "level": found.level,
        "due": found.due.isoformat() if found.due else None,
        "due_expr": found.due_expr,
    }
