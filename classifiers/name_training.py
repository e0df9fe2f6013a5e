"""Learning how a name reads and what stands around it, from sentences and messages of our own writing.

Names are made of family names and the characters that people are named with; some of words of the language (车向前).
They go into corpus/names/sentences.txt and into our own messages, where a pronoun or a role stood. Whatever else
begins with a family name there is no name, and teaches that.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from classifiers.name_features import BUCKETS, NEVER, buckets, candidates, list_buckets, window
from classifiers.names_learned import NameWeights, save_names
from classifiers.person_roles import ROLES
from classifiers.person_words import is_person
from classifiers.segmentation import words
from classifiers.surnames import COMPOUND, FREQUENT_GIVEN, GIVEN, SURNAMES, USUAL_GIVEN

FOLDER, SENTENCES, ORDINARY = "names", "sentences.txt", "ordinary.txt"
_USUAL = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
_PASSAGES, _NO_PASSAGES = "procedures", "concepts.txt"  # more of our own writing
_EVERY_ROLE = sorted(ROLES)
_PRONOUNS = frozenset(["我", "他", "她", "对方", "本人"])
_MARKS = ("，", "。", "，", "。", "；", "\n", "！")
_OF_EACH = 20  # sentences made of one template
_ORDINARY = 4  # times that they are told
_HALF, _MISLEADING, _FIT = 0.5, 0.3, 0.4
_RUNS = 4
_TRIES = 400
_OFTEN = 5  # candidates that a bucket must be seen in
_KNOWN = 0.55  # the share of names whose neighbours in a list are told of them
_C = 2.0
_Sort = TypeVar("_Sort")
Array = Any  # what scikit-learn takes and gives


@dataclass(frozen=True, slots=True)
class Told:
    """A text, and where persons' names stand in it."""

    text: str
    names: frozenset[tuple[int, int]]


class _Names:
    """Names at random: usual ones, ones of a single character, ones that are words otherwise."""

    def __init__(self, chance: random.Random, vocabulary: Sequence[str]) -> None:
        self._chance = chance
        self._families = sorted(SURNAMES)
        self._usual, self._frequent, self._given = sorted(USUAL_GIVEN), sorted(FREQUENT_GIVEN), sorted(GIVEN)
        self._words = [word for word in vocabulary if len(word) == 2]  # noqa: PLR2004
        self._fit = [word for word in self._words if GIVEN.issuperset(word)] or self._words
        begun = [word for word in self._words if word[0] in SURNAMES]
        self._begun = [word for word in begun if word[1] in GIVEN] or begun
        self._wordlike = [word for word in vocabulary if word[0] in SURNAMES]
        self._wordlike += 2 * [word for word in self._wordlike if GIVEN.issuperset(word[1:])]
        makers = {self._full: 51, self._short: 17, self._of_a_word: 15, self._begun_by_a_word: 4}
        self._makers = {**makers, self._in_dictionary: 6, self._as_a_word: 7}

    def one(self) -> str:
        """A name, no character of which binds sentences."""
        while NEVER.intersection(name := self._either(self._makers)()):
            continue
        return name

    def _either(self, sorts: Mapping[_Sort, int]) -> _Sort:
        return self._chance.choices([*sorts], [*sorts.values()])[0]

    def _full(self) -> str:
        return self._family() + self._character() + self._character()

    def _short(self) -> str:
        return self._family() + self._character()

    def _of_a_word(self) -> str:
        """«罗明月»: words that people are named with, now and then any other."""
        return self._family() + self._chance.choice(self._fit if self._chance.random() < _FIT else self._words)

    def _begun_by_a_word(self) -> str:
        return self._chance.choice(self._begun) + self._character()

    def _as_a_word(self) -> str:
        return self._chance.choice(self._wordlike)

    def _in_dictionary(self) -> str:
        """A usual name that the segmenter's dictionary has as a person's, if chance finds one."""
        for _ in range(_TRIES):
            name = self._chance.choice(_USUAL) + "".join(self._chance.choices(self._usual, k=2))
            if is_person(name):
                break
        return name

    def _family(self) -> str:
        return self._chance.choice(self._either({_USUAL: 46, COMPOUND: 4, tuple(self._families): 50}))

    def _character(self) -> str:
        word = self._chance.choice(self._words)
        usual, frequent, given = tuple(self._usual), tuple(self._frequent), tuple(self._given)
        return self._chance.choice(self._either({word: 8, usual: 17, frequent: 40, given: 35}))


def made(folder: Path, messages: Sequence[str], seed: int = 1) -> list[Told]:
    """Sentences and messages with names, and the messages as they were written."""
    chance = random.Random(seed)
    names = _Names(chance, _vocabulary(messages))
    templates = _lines(folder / SENTENCES)
    messages = [*messages, *_lines(folder / ORDINARY) * _ORDINARY]
    clauses = [clause for text in messages for clause in text.split("。") if 6 < len(clause) < 40]  # noqa: PLR2004
    sentences = [
        _filled(template, names, chance, before=chance.choice(clauses), behind=chance.choice(clauses))
        for template in templates
        for _ in range(_OF_EACH)
    ]
    unnamed = (Told(text, frozenset()) for text in (*messages, *_misleading(messages, chance)))
    return [*sentences, *unnamed, *_peopled([*messages, *messages], names, chance)]


def _lines(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def _filled(template: str, names: _Names, chance: random.Random, *, before: str, behind: str) -> Told:
    """One template with names and roles, among other clauses or alone, its full stop sometimes lost."""
    if template.endswith("。") and chance.random() < _HALF:
        template = template[:-1] + chance.choice(_MARKS)
    if chance.random() < _HALF:
        template = before + chance.choice(_MARKS) + template
    if chance.random() < _HALF:
        template += behind + "。"
    while "%" in template:
        template = template.replace("%", chance.choice(_EVERY_ROLE), 1)
    return _placed(template.split("@"), [names.one() for _ in range(template.count("@"))])


def _placed(pieces: Sequence[str], people: Sequence[str]) -> Told:
    text, spans = pieces[0], set()
    for person, piece in zip(people, pieces[1:], strict=True):
        spans.add((len(text), len(text) + len(person)))
        text += person + piece
    return Told(text, frozenset(spans))


def _peopled(messages: Sequence[str], names: _Names, chance: random.Random) -> Iterator[Told]:
    """Our own messages, with names where pronouns stood and behind roles."""
    for message in messages:
        pieces, people = [""], []
        for word in words(message):
            if word in _PRONOUNS and chance.random() < _HALF:
                people.append(names.one())
                pieces.append("")
            elif word in ROLES and chance.random() < _HALF:
                pieces[-1] += word if chance.random() < _HALF else ""
                people.append(names.one())
                pieces.append("")
            else:
                pieces[-1] += word
        yield _placed(pieces, people)


def _misleading(messages: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Our own messages with roles before words that only begin as names do: «老板高兴地», «司机马上»."""
    for message in messages:
        cut = words(message)
        wordlike = (len(word) > 1 and word[0] in SURNAMES and chance.random() < _MISLEADING for word in cut)
        yield "".join(
            chance.choice(_EVERY_ROLE) + word if told else word for word, told in zip(cut, wordlike, strict=True)
        )


def _vocabulary(messages: Sequence[str]) -> list[str]:
    """Words of two characters or three: names are made of such, or read like such."""
    found = {word for text in messages for word in words(text) if len(word) in {2, 3}}
    return sorted(word for word in found if all("\u4e00" <= char <= "\u9fff" for char in word))


def train_names(corpus: Path, rows: Sequence[Mapping[str, Any]], out: Path | None, seed: int = 1) -> NameWeights:
    """Learn the weights of names: the mean of several corpora made by other chances, as each leans to its own."""
    messages = [f"{row.get('title') or ''}\n{row['text']}" for row in rows]
    for file in sorted((corpus / _PASSAGES).glob("*.txt")):
        messages += _lines(file) if file.name != _NO_PASSAGES else []
    runs = [_run(corpus / FOLDER, messages, seed + more) for more in range(_RUNS)]
    mean = sum((run.weights for run in runs), np.zeros(BUCKETS, dtype=np.float32))
    weights = NameWeights(mean / np.float32(_RUNS), sum(run.bias for run in runs) / _RUNS)
    if out is not None:
        save_names(weights, out)
    return weights


def _run(folder: Path, messages: Sequence[str], seed: int) -> NameWeights:
    rows, right = _rows(made(folder, messages, seed), random.Random(seed))
    from sklearn.linear_model import LogisticRegression

    often = np.flatnonzero(np.asarray(rows.sum(axis=0)).ravel() >= _OFTEN)
    model = LogisticRegression(C=_C, solver="liblinear", random_state=seed)
    model.fit(rows[:, often], right)
    weights = np.zeros(BUCKETS, dtype=np.float32)
    weights[often] = model.coef_[0]
    return NameWeights(weights, float(model.intercept_[0]))


def _rows(told: Sequence[Told], chance: random.Random) -> tuple[Array, Array]:
    """Candidates × buckets, and which of them are names."""
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    bounds, right = [0], []
    for each in told:
        known = [name for name in sorted(each.names) if chance.random() < _KNOWN]
        begins, ends = {start for start, _ in known}, {end for _, end in known}
        for start, end in candidates(each.text):
            listed = list_buckets(each.text, start, end, begins, ends)
            columns += sorted({*buckets(*window(each.text, start, end)), *listed})
            bounds.append(len(columns))
            right.append((start, end) in each.names)
    ones = np.ones(len(columns), dtype=np.float32)
    shape = (len(right), BUCKETS)
    return csr_matrix((ones, np.array(columns, dtype=np.int32), np.array(bounds)), shape=shape), np.array(right)
