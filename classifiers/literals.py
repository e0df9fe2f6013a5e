"""What a pattern cannot do without: the characters it must begin with, and those of its last group.

Reads the small dialect of our rules: plain characters, (?:…|…), look-arounds, [classes], gaps and repetitions.
Where it is not sure it answers None, which means: try the pattern on every text.
"""

from collections.abc import Iterable

_SPECIAL = set("()[]{}|.^$*+?\\")
_MOST = 4_000
_LONGEST_REST = 2
Leads = frozenset[str] | None


def branches(pattern: str) -> list[str]:
    """Split a pattern at the bars outside of every group and class."""
    found, depth, inside, start = [], 0, False, 0
    for i, character in enumerate(pattern):
        inside = (inside or character == "[") and character != "]"
        depth += (character == "(") - (character == ")") if not inside else 0
        if character == "|" and not depth and not inside:
            found.append(pattern[start:i])
            start = i + 1
    return [*found, pattern[start:]]


def heads(pattern: str) -> Leads:
    """Give one to three characters of which every match has one at its start."""
    return _union(_head(branch) for branch in branches(pattern))


def leads(branches: Iterable[str]) -> frozenset[str]:
    """Give one or two plain characters that each branch begins with; none where one of them begins otherwise."""
    found = set()
    for branch in branches:
        if branch[:1] in {"", *_SPECIAL} or _after(branch[1:])[1]:
            return frozenset()
        whole = branch[1:2] not in {"", *_SPECIAL} and not _after(branch[2:])[1]
        found.add(branch[:2] if whole else branch[0])
    return frozenset(found)


def tails(pattern: str) -> Leads:
    """Give what every match must hold at its end: plain characters, or the beginnings of a last group's branches."""
    if len(branches(pattern)) > 1:
        return None
    if pattern[-2:-1] == "\\":
        return None
    if pattern[-1] not in _SPECIAL:
        return frozenset([pattern[-2:] if len(pattern) > 1 and pattern[-2] not in _SPECIAL else pattern[-1]])
    starts = [
        i for i in range(1, len(pattern)) if pattern.startswith("(?:", i) and i + group_end(pattern[i:]) == len(pattern)
    ]
    if not starts:
        return None
    group = pattern[starts[0] :]
    return heads(group) or _union(tails(branch) for branch in branches(group[3:-1]))


def _head(branch: str) -> Leads:
    if branch.startswith(("(?!", "(?<", "(?=")):
        return _head(branch[group_end(branch) :])
    if branch.startswith("(?:"):
        end = group_end(branch)
        rest, optional = _after(branch[end:])
        inner = [part + rest for part in branches(branch[3 : end - 1])]
        return _union(_head(part) for part in (*inner, *([rest] if optional else [])))
    if not branch or branch[0] in _SPECIAL:
        return _class_head(branch)
    rest, optional = _after(branch[1:])
    if optional:
        return _union([_two(branch[0], rest), _head(rest)])
    return _two(branch[0], rest) if rest == branch[1:] else frozenset(branch[0])


def _two(first: str, rest: str) -> Leads:
    following = _head(rest) if rest and rest[0] not in ".\\$" else None
    if following is None:
        return frozenset(first)
    return frozenset(first + more[:_LONGEST_REST] for more in following)


def _class_head(branch: str) -> Leads:
    """Characters of a class that lists them; ranges of digits are spelled out."""
    if not branch.startswith("[") or branch.startswith("[^"):
        return None
    inner = branch[1 : branch.index("]")].replace("0-9", "0123456789").replace("０-９", "０１２３４５６７８９")
    _, optional = _after(branch[branch.index("]") + 1 :])
    if "-" in inner or "\\" in inner or optional:
        return None
    return frozenset(inner)


def _after(rest: str) -> tuple[str, bool]:
    """Skip a repetition; tell whether it allows for nothing at all."""
    if rest[:1] in {"?", "*"}:
        return rest[1:], True
    if rest[:1] == "+":
        return rest[1:], False
    if rest[:1] == "{":
        end = rest.index("}") + 1
        return rest[end:], rest.startswith(("{0", "{,"))
    return rest, False


def group_end(group: str) -> int:
    """Where the group that opens a string ends."""
    depth, inside = 0, False
    for i, character in enumerate(group):
        inside = (inside or character == "[") and character != "]"
        depth += (character == "(") - (character == ")") if not inside else 0
        if not depth:
            return i + 1
    return len(group)


def _union(parts: Iterable[Leads]) -> Leads:
    found: set[str] = set()
    for part in parts:
        if part is None or len(found) > _MOST:
            return None
        found |= part
    return frozenset(found)
