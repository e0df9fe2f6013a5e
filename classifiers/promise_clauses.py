"""One clause of a reply: whether it promises, how checkably, and by what day, given the clauses before it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from classifiers import intentions
from classifiers import promise_rules as rules
from classifiers.clauses import Clause
from classifiers.timewords import Calendar, TimeWord, time_words

Level = Literal["dated", "specific", "generic"]


@dataclass(slots=True)
class Draft:
    clauses: list[Clause]
    level: Level | None  # None: it leads in, the next clause says what is promised
    word: TimeWord | None
    own: bool  # it has its own word of intention


@dataclass(slots=True)
class Context:
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


def read_clause(clause: Clause, context: Context) -> Draft | None:
    """The clause's own promise, if it makes one; `context` is brought up to date for the next clause."""
    text = clause.bare
    words = time_words(text, context.base, context.calendar)
    intent = intentions.INTENTION.search(text)
    word = _bound(text, words, context.base, plain=bool(intentions.PLAIN.search(text))) or context.word
    conditional = context.brought_up_to_date(text, words, ordered=not intent)
    if _is_none(text, words, word, intent, context):
        context.goes_on = False
        return None
    if words and _is_only_a_date(text, words[-1]):
        context.word, context.goes_on = word, context.goes_on or bool(intent)
        return None
    joins = context.listed or context.led_in or word is not None or bool(rules.CONTINUES.search(text))
    goes_on = (context.goes_on and joins) or (not intent and _sets_a_date(text, word, context))
    if not (intent or goes_on):
        context.goes_on = False
        return None
    context.goes_on, context.led_in = True, _leads_in(text)
    if context.led_in:
        context.word = word
        return Draft([clause], None, None, own=bool(intent))
    level = _level(text, word, conditional=conditional, goes_on=goes_on)
    return Draft([clause], level, word if level == "dated" else None, own=bool(intent)) if level else None


def _is_none(
    text: str, words: list[TimeWord], word: TimeWord | None, intent: re.Match[str] | None, context: Context
) -> bool:
    """A day that is over, an order that goes on («已要求…，尽快整改»), a step of a procedure, or no word of ours."""
    plain = bool(intentions.PLAIN.search(text))
    if word is None:
        if not plain and any(w.day is not None and w.day < context.base for w in words):
            return True
        if context.ordered and intent is not None and rules.HASTE.match(text):
            return True
    elif context.in_procedure and rules.GENERAL.search(word.text):
        return True
    return not _is_ours(text, intent, plain=plain, dated=word is not None)


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


def _sets_a_date(text: str, word: TimeWord | None, context: Context) -> bool:
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
    long = word.text.endswith("年") or word.text.startswith("十")
    return long and bool(rules.GOVERNING.search(text)) and not rules.STRIVES.search(text)


def _is_soft(text: str, begins: int) -> bool:
    """Care that governs the deed makes it soft; a mild word does unless a firm deed outweighs it."""
    governing = rules.GOVERNING.search(text, begins)
    if governing and not rules.FIRM.search(text, begins, governing.start()):
        return True
    mild = text.startswith("确保") or rules.SOFTENING.search(text, begins)
    return bool(mild) and not rules.FIRM.search(text)
