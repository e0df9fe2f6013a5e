"""The demonstration's messages and replies, and the day on which each arrives."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_MONTH = re.compile(r"\{month\+(\d)\}")


@dataclass(frozen=True, slots=True)
class Sample:
    """One message: `fields` as in data/messages.jsonl; `reply` as in data/replies.jsonl, None for machine mail."""

    id: str
    channel: str
    fields: Mapping[str, Any]
    reply: Mapping[str, Any] | None

    @property
    def address(self) -> str:
        """A sender's address of this sample alone, so that the simulation knows its mail again."""
        return f"{self.id}@wangxi.example"


def load_samples() -> list[Sample]:
    replies = {row["id"]: row for row in _rows("replies.jsonl")}
    return [Sample(row["id"], row["channel"], row, replies.get(row["id"])) for row in _rows("messages.jsonl")]


def load_calls() -> list[dict[str, Any]]:
    return _rows("calls.jsonl")


def load_stories() -> dict[str, dict[str, Any]]:
    """By the feed item's id: what was found out, said in public, and learned (data/opinion.jsonl)."""
    return {row["id"]: row for row in _rows("opinion.jsonl")}


def by_day(samples: list[Sample], first: date, days: int, rng: random.Random) -> dict[date, list[Sample]]:
    """Every sample on some day, fewer on weekends; a twin comes one to six days after its first."""
    dates = [first + timedelta(days=n) for n in range(days)]
    weights = [0.45 if day.weekday() >= 5 else 1.0 for day in dates]  # noqa: PLR2004  (Saturday is 5)
    chosen: dict[str, date] = {}
    for sample in sorted(samples, key=lambda s: "twin_of" in s.fields):
        twin = chosen.get(str(sample.fields.get("twin_of")))
        later = min(dates[-1], twin + timedelta(days=rng.randint(1, 6))) if twin else None
        chosen[sample.id] = later or rng.choices(dates, weights)[0]
    spread: dict[date, list[Sample]] = defaultdict(list)
    for sample in samples:
        spread[chosen[sample.id]].append(sample)
    return spread


def dated(text: str, today: date) -> str:
    """`{month+1}` becomes the month that follows the reply's."""
    return _MONTH.sub(lambda found: str((today.month - 1 + int(found[1])) % 12 + 1), text)


def _rows(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
