"""Learning which legal way a passage leans to, from corpus/procedures and, as what is ordinary, the domains' corpus.

A text says where it leans, not which passage makes it lean: so the strongest window of a text of the kind is taken,
and the strongest windows of all others against it, and learned again from those. Limits come from texts held out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.features import Floats, Ints
from classifiers.leaning_files import save_leanings
from classifiers.leanings import (
    BITS,
    ConceptWords,
    Leanings,
    Reader,
    Windows,
    concept_rows,
    gram_hashes,
    gram_norms,
    windows,
)
from classifiers.procedures import rule_strengths
from models.vocabulary import Procedure

FOLDER = "procedures"
HEADS = tuple(procedure.value for procedure in Procedure if procedure is not Procedure.ORDINARY)
ORDINARY = ("ordinary_conduct", "ordinary_danger")
_CONCEPTS = "concepts.txt"
_ROUNDS, _FIRST_WINDOWS = 3, 3
_C, _FOR_EACH_HIT = 1.5, 2.0
_CONCEPT, _PAIR, _GRAMS = 0.35, 0.15, 1.0
_FOLDS = 4
_OVERLAP = 3  # a character stands in so many windows
# The share of held-out texts of a kind that must be found for a person to look, and to be decided.
RECALLS = {"accusation": (0.98, 0.89), "emergency": (0.97, 0.87), "enforcement": (0.95, 0.62)}
_OTHER_RECALLS = (0.95, 0.85)
Array = Any  # what scikit-learn takes and gives
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Told:
    """One text: its way (`ordinary` for none), its scene, the ways that it may not be held against."""

    text: str
    procedure: str
    scene: str
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Space:
    rows: Array  # windows × (n-grams, concepts alone and in pairs), sparse
    scales: Floats
    found: Windows
    firsts: Ints


def told_rows(folder: Path) -> list[Told]:
    """Read one text a line; a line that begins with # names the scene of those below it."""
    read = []
    for name in (*HEADS, *ORDINARY):
        scene = name
        for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                scene = f"{name}:{line[1:].strip()}"
            elif line.strip():
                read.append(Told(line.strip(), name.split("_")[0], scene))
    return read


def told_messages(rows: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Take messages of the domains, and their titles alone, as ordinary, except for a way that a rule sees in them."""
    read = []
    for row in rows:
        title, text = row.get("title"), str(row["text"])
        whole = f"{title}\n{text}" if title else text
        strengths = rule_strengths(whole)
        unsure = frozenset(head for head in strengths if strengths[head] > 0)
        read += [Told(each, "ordinary", whole[:12], unsure) for each in (whole, title) if each]
    return read


def concepts(folder: Path) -> dict[str, list[str]]:
    """Read the words of each concept: `# name`, then words between spaces."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (folder / _CONCEPTS).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            name = line[2:].strip()
        elif line.strip():
            found.setdefault(name, []).extend(word for word in line.split() if len(word) > 1)
    return found


def train_leanings(folder: Path, messages: Sequence[Mapping[str, Any]], out: Path | None, seed: int = 1) -> Leanings:
    """Learn every way's leaning; saved to `out` when given."""
    rows = [*told_rows(folder), *told_messages(messages)]
    known = concepts(folder)
    space = _space([row.text for row in rows], known)
    limits, figures = {}, {}
    held_out = held_out_scores(rows, known, space, seed)
    strengths = np.array([[rule_strengths(row.text).get(head, 0.0) for head in HEADS] for row in rows])
    for column, head in enumerate(HEADS):
        is_it = np.array([row.procedure == head for row in rows])
        other = np.array([row.procedure != head and head not in row.unsure for row in rows])
        together = held_out[:, column] + strengths[:, column]
        recalls = RECALLS.get(head, _OTHER_RECALLS)
        held, decided = (float(np.quantile(together[is_it], 1 - recall)) for recall in recalls)
        limits[head] = (round(held, 3), round(decided, 3))
        figures[head] = {
            "texts": float(is_it.sum()),
            "recall_held": recalls[0],
            "recall_decided": recalls[1],
            "false_held": round(float((together[other] >= held).mean()), 4),
            "false_decided": round(float((together[other] >= decided).mean()), 4),
        }
    leanings = _learned(rows, known, space, np.ones(len(rows), dtype=bool), seed, limits, figures)
    if out:
        save_leanings(leanings, out)
    return leanings


def held_out_scores(rows: Sequence[Told], known: Mapping[str, list[str]], space: _Space, seed: int) -> Floats:
    """Score each text by a model that has not seen it."""
    scores = np.zeros((len(rows), len(HEADS)), dtype=np.float32)
    folds = np.random.default_rng(seed).permutation(len(rows)) % _FOLDS
    for fold in range(_FOLDS):
        model = _learned(rows, known, space, folds != fold, seed, {}, {})
        inside = np.flatnonzero(folds == fold).tolist()
        scores[inside] = [[*leant.scores.values()] for leant in Reader(model).read([rows[i].text for i in inside])]
    return scores


def _learned(
    rows: Sequence[Told],
    known: Mapping[str, list[str]],
    space: _Space,
    use: Flags,
    seed: int,
    limits: Mapping[str, tuple[float, float]],
    figures: Mapping[str, Mapping[str, float]],
) -> Leanings:
    planes = [_plane(rows, head, space, use, seed) for head in HEADS]
    width, count = 1 << BITS, len(known)
    upper = np.triu_indices(count)
    pairs = np.zeros((len(HEADS), count, count), dtype=np.float32)
    for head, (weights, _) in enumerate(planes):
        pairs[head][upper] = weights[width:]
    grams = np.stack([weights[:width] for weights, _ in planes], axis=1).astype(np.float32)
    bias = np.array([bias for _, bias in planes], dtype=np.float32)
    return Leanings(HEADS, known, grams, pairs, bias, limits, figures)


def _plane(rows: Sequence[Told], head: str, space: _Space, use: Flags, seed: int) -> tuple[Floats, float]:
    """Learn one head's weights, looking again each round at which windows speak most for it."""
    from sklearn.linear_model import LogisticRegression

    is_it = np.array([row.procedure == head for row in rows])
    use = use & np.array([head not in row.unsure for row in rows])
    random = np.random.default_rng(seed)
    chosen = {i: _some_windows(space, i, random) for i in np.flatnonzero(use).tolist()}
    model = LogisticRegression(C=_C, max_iter=300, solver="liblinear", tol=1e-3, random_state=seed)
    for step in range(_ROUNDS):
        taken = [(window, is_it[i], len(picked)) for i, picked in chosen.items() for window in picked]
        answers = np.array([hit for _, hit, _ in taken])
        weights = np.array([_FOR_EACH_HIT / many if hit else 1.0 for _, hit, many in taken])
        model.fit(space.rows[[window for window, _, _ in taken]], answers, sample_weight=weights)
        if step == _ROUNDS - 1:
            break
        said = space.rows @ model.coef_[0]
        for i, picked in chosen.items():
            first, last = space.firsts[i], space.firsts[i + 1]
            best = int(first + said[first:last].argmax())
            chosen[i] = [best] if is_it[i] else list(dict.fromkeys([*picked[-3:], best]))
    return (model.coef_[0] * space.scales).astype(np.float32), float(model.intercept_[0])


def _some_windows(space: _Space, i: int, random: np.random.Generator) -> list[int]:
    all_of_it = np.arange(space.firsts[i], space.firsts[i + 1])
    if len(all_of_it) <= _FIRST_WINDOWS:
        return [int(window) for window in all_of_it]
    return [int(window) for window in random.choice(all_of_it, _FIRST_WINDOWS, replace=False)]


def _space(texts: Sequence[str], known: Mapping[str, list[str]]) -> _Space:
    """Encode every window; what is rare weighs more, what occurs in one window only not at all."""
    from scipy import sparse

    hashes = gram_hashes(texts)
    found, _ = windows(texts, ConceptWords(known).seen(hashes))
    width = 1 << BITS
    lengths = found.ends - found.starts
    grams_at = np.repeat(found.starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    owners = np.repeat(np.arange(len(lengths)), lengths)
    columns = np.concatenate([(hashes[size][grams_at] >> np.uint32(32 - BITS)).astype(np.int64) for size in (2, 3)])
    shares = np.repeat(1 / gram_norms(found), lengths)
    shape = (len(lengths), width)
    grams = sparse.csr_matrix((np.tile(shares, 2), (np.tile(owners, 2), columns)), shape=shape)
    seen_in = np.bincount(grams.indices, minlength=width)
    met = concept_rows(found.concepts, len(known))
    first, second = np.triu_indices(len(known))
    pairs = sparse.csr_matrix(met[:, first] * met[:, second])
    seen_in[0] = 0  # what reaches over a mark
    idf = np.where(seen_in > _OVERLAP, np.log(len(lengths) / np.maximum(seen_in, 1)), 0) * _GRAMS
    scales = np.concatenate([idf, np.where(first == second, _CONCEPT, _PAIR)]).astype(np.float32)
    rows = sparse.hstack([grams, pairs], format="csr") @ sparse.diags(scales)
    firsts = np.searchsorted(found.owners, np.arange(len(texts) + 1))
    return _Space(rows.tocsr(), scales, found, firsts)
