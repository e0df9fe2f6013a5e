"""An edition's words: what judgement hides, what responders phrase, and what may not stand in a public file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from flows.house import House
from models.actions.edition_release import LeakFound
from models.actions.editions import Entry
from models.personal_words import PERSONAL
from models.queries.editions import Candidate
from models.tables.messages import Message
from responders.editions.answering import printed_answer
from responders.editions.doubts import asks_for_secrecy, delicate
from responders.editions.files import published_text
from responders.editions.sheet import Sheet
from responders.editions.summarising import summary

if TYPE_CHECKING:
    from classifiers.redaction import Span

Author = Literal["citizen", "official"]
_LEAST_DIGITS = 7
# A board's invented name is replaced too, unless it is short enough to be a word of the language.
_LONG_NICKNAME = 5


@dataclass(frozen=True)
class Words:
    """Redaction as this house's editions need it: its offices' telephones are public."""

    house: House

    def hide(self, text: str, author: Author) -> tuple[str, list[str]]:
        """The text without personal data, and the kinds of what was hidden."""
        from classifiers.redaction import redact

        done = redact(text, author)
        return done.text, [span.kind for span in done.spans]

    def found(self, text: str, author: Author) -> "list[Span]":
        """Personal data that still stands in a text."""
        from classifiers.redaction import leaks

        return leaks(text, author) + (self._unlisted(text) if author == "official" else [])

    def answer(self, text: str) -> tuple[str, list[str]]:
        """Of an answer also what a citizen's text would hide, but for the offices' telephones."""
        shown, kinds = self.hide(text, "official")
        late = self._unlisted(shown)
        for span in reversed(late):
            shown = f"{shown[: span.start]}{_MASK[span.kind]}{shown[span.end :]}"
        return shown, kinds + [span.kind for span in late]

    def _unlisted(self, text: str) -> "list[Span]":
        """Numbers and accounts of a person, unless a unit of the profile lists them as its own."""
        from classifiers.redaction import leaks

        return [s for s in leaks(text, "citizen") if s.kind in _MASK and not self._is_offices(text, s)]

    def _is_offices(self, text: str, span: "Span") -> bool:
        return _digits(text[span.start : span.end]) in self._office_numbers

    @cached_property
    def _office_numbers(self) -> frozenset[str]:
        return frozenset(_digits(u.phone) for u in self.house.profile.units if u.phone)


_MASK = {"mobile": "[手机号]", "email": "[邮箱]", "wechat": "[微信号]", "qq": "[QQ号]"}


def person_names(messages: Sequence[Message]) -> list[str]:
    """What the senders are called, where it is a name and not a word (群众, 上班族)."""
    from classifiers.surnames import COMPOUND, SURNAMES

    names = []
    for message in messages:
        name = (message.sender_name or "").strip()
        usual = 2 <= len(name) <= 3 and name[0] in SURNAMES  # noqa: PLR2004
        if usual or name.startswith(COMPOUND) or len(name) >= _LONG_NICKNAME:
            names.append(name)
    return sorted(set(names), key=len, reverse=True)


def open_to_public(found: Candidate) -> bool:
    """Nobody who wrote asked in words not to be named."""
    return not any(asks_for_secrecy(f"{m.title or ''}\n{m.text or ''}") for m in found.messages)


def matters_of(found: Candidate) -> list[str]:
    """What an editor decides: matters by which neighbours would know the person."""
    return delicate("\n".join(f"{m.title or ''}\n{m.text or ''}" for m in found.messages))


def entry_of(words: Words, found: Candidate, why: str, *, chosen: bool) -> Entry:
    """The five columns of one order, in words fit to be printed."""
    house, order, message = words.house, found.order, found.messages[0]
    names = person_names(found.messages)
    kinds: list[dict[str, str]] = []

    def hide(text: str) -> str:
        shown, what = words.hide(text, "citizen")
        kinds.extend({"where": "summary", "kind": kind} for kind in what)
        return shown

    short = hide(summary(message.title, message.text or "", names, hide))
    hidden, what = words.answer(found.reply.text)
    answer = words.answer(printed_answer(hidden, names, house.profile.edition.salutation))[0]
    kinds.extend({"where": "answer", "kind": kind} for kind in what)
    accepted, replied = order.accepted_at or order.received_at, order.replied_at or order.received_at
    unit = house.profile.units_by_code.get(found.reply.unit or order.lead_unit or "")
    return Entry(
        order_id=order.id or 0, why=why, summary=short, accepted_on=house.day_of(accepted),
        replied_on=house.day_of(replied), unit=unit.name if unit else house.profile.publisher,
        answer=answer, outcome=order.outcome or "", masked=kinds, chosen=chosen,
    )  # fmt: skip


def must_not_leak(words: Words, sheet: Sheet, files: dict[str, bytes], senders: Sequence[Sequence[Message]]) -> None:
    """The final bytes of every format, read as a reader would. All findings are named, by kind, and never shown."""
    found: dict[str, list[str]] = {}
    for number, where, kind in leaks_of(words, sheet, senders):
        found.setdefault(f"第 {number} 条的{where}", []).append(kind)
    if found:
        told = "；".join(f"{place}中仍含{_named(kinds)}" for place, kinds in found.items())
        raise LeakFound(f"{sheet.week} 没有发布，成稿{told}。请先隐去。")
    # A name of two characters may be an official's elsewhere on the page: those were looked for line by line.
    known = {told for messages in senders for told in _told(messages) if len(told[1]) > 2}  # noqa: PLR2004
    for name, content in files.items():
        text = published_text(name, content)
        if kinds := [span.kind for span in words.found(text, "official")]:
            raise LeakFound(f"{sheet.week} 的 {name} 中仍含个人信息（{_named(kinds)}），不能发布。")
        if kinds := sorted(kind for kind, value in known if _stands_in(kind, value, text)):
            raise LeakFound(f"{sheet.week} 的 {name} 中仍含来件人留下的信息（{_named(kinds)}），不能发布。")


def _named(kinds: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(PERSONAL.get(kind, "其他个人信息") for kind in kinds))


def leaks_of(words: Words, sheet: Sheet, senders: Sequence[Sequence[Message]]) -> Iterator[tuple[int, str, str]]:
    """Item, column and kind of everything personal in an edition's lines; `senders`: each line's messages."""
    for line, messages in zip(sheet.lines, senders, strict=True):
        columns: tuple[tuple[str, str, Author], ...] = (
            ("摘要", line.summary, "citizen"), ("答复", line.answer, "official"),
        )  # fmt: skip
        for where, text, author in columns:
            yield from ((line.number, where, span.kind) for span in words.found(text, author))
            yield from ((line.number, where, kind) for kind, value in _told(messages) if _stands_in(kind, value, text))


def told_personally(messages: Sequence[Message], text: str) -> list[str]:
    """Which kinds of what the senders said of themselves stand in a text."""
    return [kind for kind, value in _told(messages) if _stands_in(kind, value, text)]


def _told(messages: Sequence[Message]) -> Iterator[tuple[str, str]]:
    """What the senders said of themselves: it is known and needs no guessing."""
    yield from (("name", name) for name in person_names(messages))
    for message in messages:
        if len(_digits(message.phone or "")) >= _LEAST_DIGITS:
            yield "phone", _digits(message.phone or "")
        if message.email:
            yield "email", message.email


def _stands_in(kind: str, value: str, text: str) -> bool:
    if kind != "phone":
        return value in text
    return value in "".join(c for c in text if c not in " -—－.·()（）\u00a0")


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
