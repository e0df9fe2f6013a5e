"""How units and citizens behave in the simulation: who is prompt, who forgets, who is not content."""

import random
from dataclasses import dataclass

from models.calling_words import AttemptResult
from models.vocabulary import Satisfaction


@dataclass(frozen=True, slots=True)
class Habit:
    """What a unit does with one order; days are workdays after dispatch. `reply_on` None: forgotten until chased."""

    acknowledge_on: int
    reply_on: int | None
    returns: bool
    careless: bool


def habit(rng: random.Random) -> Habit:
    acknowledge = rng.choices([0, 1, 2], [0.8, 0.16, 0.04])[0]
    forgets = rng.random() < 0.05  # noqa: PLR2004  (one in twenty)
    reply = None if forgets else acknowledge + rng.choices([0, 1, 2, 3, 6], [0.3, 0.35, 0.2, 0.1, 0.05])[0]
    return Habit(acknowledge, reply, rng.random() < 0.05, rng.random() < 0.06)  # noqa: PLR2004


def attempt(rng: random.Random) -> AttemptResult:
    results = [AttemptResult.ANSWERED, AttemptResult.NO_ANSWER, AttemptResult.WRONG_NUMBER, AttemptResult.REFUSED]
    return rng.choices(results, [0.78, 0.18, 0.02, 0.02])[0]


def rating(rng: random.Random) -> Satisfaction | None:
    """Most citizens say nothing: silence is a category of its own."""
    said: list[Satisfaction | None] = [Satisfaction.SATISFIED, Satisfaction.FAIR, Satisfaction.DISSATISFIED, None]
    return rng.choices(said, [0.28, 0.08, 0.05, 0.59])[0]
