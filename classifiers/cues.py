"""Rules over a citizen's words: what is said, where, and the words themselves as the reason.

Patterns are alternations with bounded gaps, so that they take linear time on any text. A rule may be switched off
by words in the same clause (`unless`): “去年失火” is no fire now.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from classifiers.literals import branches, group_end, heads, leads

# How far around a hit its clause is looked for, and how many hits one pattern looks at in one text.
_CLAUSE = 40
_MOST_HITS = 50
_LONGEST_QUOTE = 24
_REPEATS = {"?", "*", "+", "{"}
_BREAKS = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class Hit:
    """Why something was decided: the rule's code, its Chinese name, and the citizen's words, if any stand out."""

    code: str
    name: str
    quote: str

    def __str__(self) -> str:
        return f"{self.name}：“{self.quote}”" if self.quote else self.name


@dataclass(frozen=True, eq=False)
class Cue:
    """One pattern, known by itself; classifiers/cue_scan.py tells beforehand where in a text it may begin.

    `leads`: a match begins with one of them; none where that is not known. Compiled when a text first needs it: a
    command that judges one line needs a tenth of all patterns, and to compile them takes longer than to judge.
    """

    source: str
    leads: frozenset[str] = frozenset()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.source)

    def matches(self, text: str, may: "May") -> Iterable[re.Match[str]]:
        """What `finditer` gives, tried only where the cue may begin: six times faster on a text that was scanned."""
        starts = None if may is None else may.get(self, ())
        if starts is None:
            begins = not self.leads or any(each in text for each in self.leads)
            return self.pattern.finditer(text) if begins else ()
        found, end = [], 0
        for start in starts:
            if start >= end and (match := self.pattern.match(text, start)):
                found.append(match)
                end = match.end()
        return found


# The cues that may match a text and where, from its beginning on; None where nobody looked beforehand.
May = Mapping[Cue, Sequence[int] | None] | None


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    name: str
    cues: tuple[Cue, ...]
    unless: str = ""

    def first(self, text: str, may: May = None) -> Hit | None:
        """Give the first hit whose clause does not switch the rule off."""
        for cue in self.cues:
            if may is not None and cue not in may:
                continue
            for number, match in enumerate(cue.matches(text, may)):
                if not (self.unless and _off(self.unless).search(clause(text, match.start(), match.end()))):
                    return Hit(self.code, self.name, match.group()[:_LONGEST_QUOTE].strip())
                if number >= _MOST_HITS:
                    break
        return None


def rule(code: str, name: str, patterns: Iterable[str], unless: Iterable[str] = ()) -> Rule:
    """Make a rule of alternatives, in the order in which they are tried."""
    return Rule(code, name, cues(patterns), "|".join(unless))


@cache
def _off(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def cues(patterns: Iterable[str]) -> tuple[Cue, ...]:
    """Group alternatives so that each search can skip ahead to a first character.

    `re` does that for an alternation only when all its branches begin with plain characters: so those are kept
    together, and branches that begin with the same group share it. Ten times faster on texts without a hit.
    """
    plain: list[str] = []
    rests: dict[str, list[str]] = {}
    for branch in (branch for pattern in patterns for branch in branches(pattern)):
        if branch[0] in "([\\":
            first = branch[: group_end(branch)] if branch.startswith("(?:") else ""
            first = "" if branch[len(first) : len(first) + 1] in _REPEATS else first
            rests.setdefault(first, []).append(branch[len(first) :])
        else:
            plain.append(branch)
    begun = [Cue("|".join(plain), leads(plain))] if plain else []
    led = [
        Cue(first + (rest[0] if len(rest) == 1 else f"(?:{'|'.join(rest)})"), leads(branches(first[3:-1])))
        for first, rest in rests.items()
        if first
    ]
    return (*begun, *led, *map(Cue, rests.get("", [])))


@cache
def searched(pattern: str) -> re.Pattern[str]:
    """Compile one long alternation, once, so that every place of a text is first asked for its character alone.

    Finds the same, in the same order, four times faster.
    """
    begins = heads(pattern)
    if begins is None:
        return re.compile(pattern)
    firsts = re.escape("".join(sorted({each[0] for each in begins})))
    return re.compile(f"(?=[{firsts}])(?:{pattern})")


class Rules:
    """Rules in their order. `hits` tries those alone that a scan of the text left possible."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self._place_of = {cue: place for place, each in enumerate(rules) for cue in each.cues}
        self.cues = tuple(self._place_of)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def hits(self, text: str, may: May = None) -> list[Hit]:
        """Give the first hit of every rule that holds, in the rules' order."""
        left = self._rules
        if may is not None:
            begun = self._place_of.keys() & may.keys()
            if not begun:
                return []
            left = tuple(self._rules[place] for place in sorted({self._place_of[cue] for cue in begun}))
        return [hit for each in left if (hit := each.first(text, may))]


def clause(text: str, start: int, end: int) -> str:
    """Cut the sentence around a span, at most 40 characters to each side."""
    before = _BREAKS.split(text[max(0, start - _CLAUSE) : start])[-1]
    after = _BREAKS.split(text[end : end + _CLAUSE], maxsplit=1)[0]
    return before + text[start:end] + after
