"""Rules over a citizen's words: what is said, where, and the words themselves as the reason.

Patterns are alternations with bounded gaps, so that they take linear time on any text. A rule may be switched off
by words in the same clause (`unless`): 「去年失火」 is no fire now.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# How far around a hit its clause is looked for, and how many hits one rule looks at in one text.
_CLAUSE = 40
_MOST_HITS = 50
_LONGEST_QUOTE = 24
_BREAKS = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class Hit:
    """Why something was decided: the rule's code, its Chinese name, and the citizen's words."""

    code: str
    name: str
    quote: str

    def __str__(self) -> str:
        return f"{self.name}：「{self.quote}」"


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    name: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def first(self, text: str) -> Hit | None:
        """Give the first hit whose clause does not switch the rule off."""
        for number, match in enumerate(self.pattern.finditer(text)):
            if self.unless is None or not self.unless.search(clause(text, match.start(), match.end())):
                return Hit(self.code, self.name, match.group()[:_LONGEST_QUOTE].strip())
            if number >= _MOST_HITS:
                break
        return None


def rule(code: str, name: str, patterns: Iterable[str], unless: Iterable[str] = ()) -> Rule:
    """Compile a rule from alternatives."""
    off = re.compile("|".join(unless)) if unless else None
    return Rule(code, name, re.compile("|".join(patterns)), off)


def hits(rules: Sequence[Rule], text: str) -> Iterator[Hit]:
    """Give the first hit of every rule that holds, in the rules' order."""
    for each in rules:
        if hit := each.first(text):
            yield hit


def clause(text: str, start: int, end: int) -> str:
    """Cut the sentence around a span, at most 40 characters to each side."""
    before = _BREAKS.split(text[max(0, start - _CLAUSE) : start])[-1]
    after = _BREAKS.split(text[end : end + _CLAUSE], maxsplit=1)[0]
    return before + text[start:end] + after
