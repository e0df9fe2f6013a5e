"""What an office's own record teaches: which answers go with which messages that share few words.

Two maps in closed form (canonical correlations), fitted in seconds on pairs of message and answer: one between what
messages and answers are about, one between the places that messages name and how an office of that place writes.
Beside them, from messages alone, which keys are rare in what people write.
Nothing of it is shipped: with too few pairs of its own an office searches without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]
_T = TypeVar("_T")
Said = tuple[Keys, Floats]  # of one text: its keys and how often each is said, or what each weighs

FEWEST_PAIRS = 300
MOST_PAIRS = 3_000  # evenly out of all: more of them take longer and teach little
_TERMS, _FEWEST_TEXTS = 6_000, 6  # the commonest; what few texts say is found without a map
_TOPICS, _MANNERS = 200, 100
_MANNER_RARITY = 0.2  # how an office writes is in what it always says
_ABOUT, _WHERE = 120, 20  # dimensions of the two maps
_RIDGE = 0.3


@dataclass(frozen=True, slots=True)
class _Topics:
    """Texts by their commonest keys; with `basis` (keys × topics) their latent topics, else the keys themselves."""

    keys: Keys
    rarity: Floats
    basis: Floats | None

    def of(self, texts: Sequence[Said]) -> Floats:
        rows = _weighted(texts, self.keys, self.rarity)
        found: Floats = rows.toarray() if self.basis is None else rows @ self.basis
        return found


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a map: several views of a text beside each other, their mean, and the map's own axes."""

    views: tuple[_Topics, ...]
    mean: Floats
    axes: Floats

    def of(self, texts: Sequence[Said]) -> Floats:
        """Text × dimension, each of length 1."""
        seen = np.hstack([view.of(texts) for view in self.views])
        turned = (seen - self.mean) @ self.axes
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(turned / np.maximum(lengths, 1e-9), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Learned:
    """The two maps, each for messages and for answers; what people wrote, and how rare each key is in it."""

    about: tuple[_Side, _Side]
    where: tuple[_Side, _Side]
    heard: Sequence[Said]
    keys: Keys
    rarity: Floats  # of each of `keys`, and last of one that nobody wrote

    def weighed(self, message: Said) -> Said:
        """What is rare in messages weighs more: «请问» stands in few answers, and tells nothing."""
        keys, weights = message
        places = np.searchsorted(self.keys, keys)
        known = np.append(self.keys, 0)[places] == keys
        return keys, weights * self.rarity[np.where(known, places, len(self.keys))]


def evenly(rows: Sequence[_T]) -> list[_T]:
    """At most MOST_PAIRS, from beginning to end."""
    return [rows[i] for i in np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_PAIRS)).astype(int))]


def learn(pairs: Sequence[tuple[Said, Said]], heard: Sequence[Said], first_place: int) -> Learned | None:
    """From message and answer, and from what else was `heard`; keys from `first_place` on are names of places.

    None where there are too few pairs.
    """
    if len(pairs) < FEWEST_PAIRS:
        return None
    chosen = evenly(pairs)
    asked, said = [pair[0] for pair in chosen], [pair[1] for pair in chosen]
    topics = _topics(said, _TOPICS, 1.0)
    about = _correlated(asked, said, (_topics(asked, _TOPICS, 1.0),), (topics,), _ABOUT)
    manner = _topics(said, _MANNERS, _MANNER_RARITY)
    where = _correlated(asked, said, (_places(asked, first_place),), (_places(said, first_place), manner), _WHERE)
    told = np.concatenate([np.zeros(0, np.uint64), *(message[0] for message in heard)])
    keys, texts = np.unique(told, return_counts=True)
    texts = np.append(texts, 0)
    rarity = np.log(1 + (len(heard) - texts + 0.5) / (texts + 0.5)).astype(np.float32)
    return Learned(about, where, heard, keys, rarity)


def _correlated(
    asked: Sequence[Said], said: Sequence[Said], theirs: tuple[_Topics, ...], ours: tuple[_Topics, ...], most: int
) -> tuple[_Side, _Side]:
    """The axes on which both sides vary together, the closest first, each as long as it is close."""
    x, y = (np.hstack([view.of(texts) for view in views]) for views, texts in ((theirs, asked), (ours, said)))
    mean_x, mean_y = x.mean(axis=0), y.mean(axis=0)
    x, y = x - mean_x, y - mean_y
    white_x, white_y = _whitening(x), _whitening(y)
    left, strength, right = np.linalg.svd(white_x @ (x.T @ y / len(x)) @ white_y, full_matrices=False)
    axes_x, axes_y = white_x @ left[:, :most] * strength[:most], white_y @ right[:most].T * strength[:most]
    return _Side(theirs, mean_x, axes_x.astype(np.float32)), _Side(ours, mean_y, axes_y.astype(np.float32))


def _whitening(x: Floats) -> Floats:
    common = x.T @ x / len(x)
    ridge = max(_RIDGE * np.trace(common) / max(1, len(common)), 1e-9)
    values, vectors = np.linalg.eigh(common + ridge * np.eye(len(common), dtype=np.float32))
    found: Floats = (vectors / np.sqrt(np.maximum(values, 1e-9))) @ vectors.T
    return found


def _topics(texts: Sequence[Said], most: int, power: float) -> _Topics:
    """Latent topics by a randomised decomposition; the same texts always give the same topics."""
    keys, rarity = _common(texts, _TERMS, power)
    rows = _weighted(texts, keys, rarity)
    start = np.random.default_rng(0).standard_normal((len(texts), most + 10)).astype(np.float32)
    near = np.linalg.qr(rows @ (rows.T @ start))[0]
    across = np.linalg.qr(rows.T @ near)[0]
    told = rows @ across
    _, turned = np.linalg.eigh(told.T @ told)
    return _Topics(keys, rarity, (across @ turned[:, ::-1])[:, :most].astype(np.float32))


def _places(texts: Sequence[Said], first_place: int) -> _Topics:
    keys, _ = _common(texts, None, 1.0)
    named = keys[keys >= np.uint64(first_place)]
    return _Topics(named, np.ones(len(named), dtype=np.float32), None)


def _common(texts: Sequence[Said], most: int | None, power: float) -> tuple[Keys, Floats]:
    """The keys that the most texts say, ascending, and how rare each is."""
    keys, counts = np.unique(np.concatenate([said[0] for said in texts]), return_counts=True)
    chosen = np.argsort(-counts, kind="stable")[:most]
    chosen = np.sort(chosen[counts[chosen] >= _FEWEST_TEXTS])
    return keys[chosen], (np.log(len(texts) / counts[chosen] + 1) ** power).astype(np.float32)


def _weighted(texts: Sequence[Said], keys: Keys, rarity: Floats) -> "csr_matrix":
    """Text × key, each row of length 1."""
    from scipy.sparse import csr_matrix

    told = np.concatenate([said[0] for said in texts]) if texts else np.zeros(0, np.uint64)
    counts = np.concatenate([said[1] for said in texts]) if texts else np.zeros(0, np.float32)
    of = np.repeat(np.arange(len(texts)), [len(said[0]) for said in texts])
    places = np.searchsorted(keys, told)
    known = np.flatnonzero(places < len(keys))
    known = known[keys[places[known]] == told[known]]
    places, of = places[known], of[known]
    values = (1 + np.log(counts[known])) * rarity[places]
    lengths = np.sqrt(np.bincount(of, weights=values**2, minlength=len(texts)))
    values = (values / np.maximum(lengths, 1e-9)[of]).astype(np.float32)
    return csr_matrix((values, (of, places)), shape=(len(texts), len(keys)))
