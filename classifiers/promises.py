"""What a reply commits its unit to: where it stands, how checkable it is, and by what day.

`dated` is checkable and bounded in time, `specific` can be checked on the spot or in a document, `generic` is a
soft word. The day is the last one allowed, against the date in the reply's own signature where there is one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from classifiers import intentions
from classifiers import promise_rules as rules
from classifiers.clauses import Clause, Sentence, sentences, signed_dates
from classifiers.promise_clauses import Context, Draft, Level, read_clause
from classifiers.times import in_shanghai, read_time
from classifiers.timewords import Calendar
from models.errors import BadInput


@dataclass(frozen=True, slots=True)
class FoundPromise:
    """Offsets are code points in the reply as given; `due` is None where no day can be told."""

    text: str
    start: int
    end: int
    level: Level
    due: date | None
    due_expr: str | None


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


def _finished(reply: str, draft: Draft) -> FoundPromise:
    start, end = draft.clauses[0].start, draft.clauses[-1].end
    word = draft.word
    return FoundPromise(
        reply[start:end], start, end, draft.level or "generic", word.day if word else None, word.text if word else None
    )


def _drafts(sentence: Sentence, base: date, calendar: Calendar, *, announced: bool) -> Iterator[Draft]:
    """Promises of one sentence: a clause that intends opens one, what merely goes on joins it."""
    current: Draft | None = None
    context = Context(base, calendar, goes_on=announced, listed=announced)
    before: Clause | None = None  # a clause that belongs to no promise
    for clause in sentence.clauses:
        draft = read_clause(clause, context)
        if draft is None and context.goes_on:
            before = clause if current is None else None
            continue
        if draft is not None and current is not None and _belongs(current, draft):
            current = _merged(current, draft)
            continue
        if current is not None and current.level:
            yield current
        if draft is not None and before is not None and _needs(draft, before):
            draft.clauses.insert(0, before)
        current, before = draft, clause if draft is None else None
    if current is not None and current.level:
        yield current


def _needs(draft: Draft, before: Clause) -> bool:
    """«…正在施工，预计10月完工», «2027年，我局将…»: without the clause before nobody knows what, or when."""
    own = draft.clauses[0].bare
    return own.startswith(rules.OF_WHAT) or (draft.word is not None and draft.word.text in before.bare)


def _belongs(current: Draft, draft: Draft) -> bool:
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


def _merged(current: Draft, draft: Draft) -> Draft:
    takes = draft.word is not None or current.level is None
    level, word = (draft.level, draft.word) if takes else (current.level, current.word)
    return Draft(current.clauses + draft.clauses, level, word, own=current.own)


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
