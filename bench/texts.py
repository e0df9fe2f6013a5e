"""Messages to measure with: (title, text)."""

import json
from collections.abc import Sequence
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "flows" / "demo" / "data" / "messages.jsonl"
FILES = ("messages_labelled.jsonl", "messages_unlabelled.jsonl", "messages_with_votes.jsonl")


def load_texts(data: Path | None, names: Sequence[str] = FILES) -> list[tuple[str | None, str]]:
    files = [data / name for name in names if (data / name).exists()] if data else []
    texts: list[tuple[str | None, str]] = []
    for file in files or [SAMPLES]:
        with file.open(encoding="utf-8") as lines:
            texts += [(row.get("title"), row["text"]) for row in map(json.loads, lines)]
    return texts
