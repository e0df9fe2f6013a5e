"""The floor of this stack on one core: decode a record, cut it, score it, route by a dict, write three rows in one
transaction a batch. No findings but the domain: the least that any pipeline must do."""

import json
import sqlite3
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

BATCH = 500
_TABLES = (
    "create table message(id text primary key, external text unique, title text, text text)",
    "create table work_order(id text primary key, message text, domain text, unit text, status text, due text)",
    "create table outbox(id text primary key, topic text, body text)",
)


def messages_per_second(texts: Sequence[tuple[str | None, str]], labels: Sequence[str], folder: Path) -> float:
    import rjieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    learned = min(2000, len(texts))
    whole = [(title or "") + text for title, text in texts]
    vectorizer = TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None, sublinear_tf=True)
    scorer = SGDClassifier(max_iter=5, tol=None, random_state=1)
    scorer.fit(vectorizer.fit_transform(whole[:learned]), labels[:learned])
    records = [
        json.dumps({"id": str(i), "title": title, "text": text}, ensure_ascii=False).encode()
        for i, (title, text) in enumerate(texts)
    ]
    database = sqlite3.connect(folder / f"floor-{uuid.uuid4().hex}.db", isolation_level=None)
    for statement in ("pragma journal_mode=wal", "pragma synchronous=full", *_TABLES):
        database.execute(statement)
    start = time.perf_counter()
    for i in range(0, len(records), BATCH):
        _write(database, [json.loads(r) for r in records[i : i + BATCH]], vectorizer, scorer)
    return len(records) / (time.perf_counter() - start)


def _write(database, messages, vectorizer, scorer) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    found = scorer.predict(vectorizer.transform([(m["title"] or "") + m["text"] for m in messages]))
    ids = [uuid.uuid4().hex for _ in messages]
    database.execute("begin immediate")
    database.executemany(
        "insert into message values(?,?,?,?)",
        [(k, m["id"], m["title"], m["text"]) for k, m in zip(ids, messages, strict=True)],
    )
    database.executemany(
        "insert into work_order values(?,?,?,?,?,?)",
        [("w" + k, k, str(d), f"unit-{d}", "dispatched", "2026-01-01") for k, d in zip(ids, found, strict=True)],
    )
    database.executemany(
        "insert into outbox values(?,?,?)",
        [("o" + k, "dispatched", json.dumps({"id": k, "unit": f"unit-{d}"})) for k, d in zip(ids, found, strict=True)],
    )
    database.execute("commit")
