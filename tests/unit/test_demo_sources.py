"""What the demonstration lays down as sources: read like any office's files, and marked, every one."""

import csv
import io
import random
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

from support.desk import at

from channels.mailbox import read_mailbox
from flows.demo.samples import load_samples
from flows.demo.sources import write_day
from models.inbound import Accepted


def test_every_source_file_is_marked_and_no_message_is_touched_by_the_mark(tmp_path: Path) -> None:
    samples = load_samples()
    sources = write_day(tmp_path, samples, at("2026-03-02T09:00"), random.Random(1))
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 3
    assert len(sources) == 4
    assert [file.name for file in files if not marked(file)] == []
    said = [item.message.text for item in read_mailbox(str(tmp_path / "mail")) if isinstance(item, Accepted)]
    assert len(said) > 50
    assert [text for text in said if "演示数据" in text] == []


def marked(file: Path) -> bool:
    if file.suffix == ".eml":
        comments = message_from_bytes(file.read_bytes())["Comments"]
        return str(make_header(decode_header(comments))) == "演示数据"
    lines = file.read_bytes().decode("gb18030" if file.suffix == ".csv" else "utf-8")
    return lines.count("演示数据") == len(records(file, lines))


def records(file: Path, lines: str) -> list[object]:
    return list(csv.DictReader(io.StringIO(lines))) if file.suffix == ".csv" else list(lines.splitlines())
