"""The index of the knowledge base in this process: made anew when an entry is approved or retired, or a day begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from threading import Lock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.queries.knowledge import signatures, stamp, versions_by_id
from models.queries.lessons import answered_messages, newest_messages
from models.tables.knowledge import KnowledgeVersion

if TYPE_CHECKING:
    from classifiers.answer_learning import Learned
    from classifiers.knowledge import AnswerIndex

_Known = tuple[date, tuple[int, int, int]]
_MANY = 50  # with fewer entries nothing is learned of the record: what to tell apart is little
_MORE = 3  # an index may be a moment old: what has gone since is left out of more than was asked for


@dataclass
class KnowledgeIndex:
    """Two indexes, of everything in force and of what is public, so that the public's ranks tell of nothing else.

    What the record teaches takes seconds where there are thousands, so it is learned once a day, of what was there
    when the day began: every process has the same. The public's index learns from public entries alone.
    """

    zone: ZoneInfo
    _made: dict[bool, "tuple[_Known, AnswerIndex]"] = field(default_factory=dict)
    _making: Lock = field(default_factory=Lock)

    def best(
        self, session: Session, title: str, text: str, today: date, most: int, *, public: bool
    ) -> list[KnowledgeVersion]:
        """Entries in force on `today`, the likeliest first; each is read afresh, so an expired one is never among."""
        matches = self._index(session, today, public=public).best(title, text, most * _MORE)
        found = versions_by_id(session, [match.id for match in matches], today, public=public)
        return [found[match.id] for match in matches if match.id in found][:most]

    def _index(self, session: Session, today: date, *, public: bool) -> "AnswerIndex":
        from classifiers.knowledge import AnswerIndex

        known = (today, stamp(session))
        with self._making:
            made = self._made.get(public)
            if made is None or made[0] != known:
                entries = signatures(session, today, public=public)
                same_day = made is not None and made[0][0] == today
                learned = made[1].learned if made and same_day else self._learned(session, entries, today, public)
                made = self._made[public] = (known, AnswerIndex(entries, learned))
        return made[1]

    def _learned(self, session: Session, entries: Mapping[int, bytes], today: date, public: bool) -> "Learned | None":
        from classifiers.answer_learning import MOST_PAIRS
        from classifiers.knowledge import lessons

        if public or len(entries) < _MANY:
            return lessons(entries.values())
        begun = datetime.combine(today, time.min, self.zone)
        return lessons(
            entries.values(), answered_messages(session, begun, MOST_PAIRS), newest_messages(session, begun, MOST_PAIRS)
        )
