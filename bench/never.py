"""What must never happen, counted: loss and doubling under kill -9, mails that stop a run or vanish, personal data
in the published bytes. Made with the tests' own office, kills and pressroom."""

import io
import random
import re
import tarfile
import tempfile
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.distributed import servers, with_tests
from bench.report import Report
from flows.collecting import collect
from flows.house import House
from flows.worker import work
from models.settings import Settings
from models.vocabulary import Channel

MESSAGES = 10_000
SAMPLES, COPIES = "mail_samples.tar.gz", 5
ASKED = "0"
_SEED = 20260213
_APART = re.compile(r"[\s\-·—.]")
# Of a region and a range of numbers that do not exist, and that no unit of the profile has; each as people write it.
_PLANTED = (
    ("身份证号", "99010119800101{:03d}", True), ("电话", "1990009{:04d}", False), ("手机", "199-0009-{:04d}", False),
    ("联系", "１９９　０００９{:04d}", False), ("邮箱", "citizen{:04d}@example.com", False),
    ("QQ", "88123{:04d}", False),
)  # fmt: skip
_WEIGHTS, _CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def measure(report: Report, data: Path | None) -> None:
    _killed(report)
    _mails(report, data)
    _published(report)


def _killed(report: Report) -> None:
    with_tests()
    from support.faults import SELDOM, live_through
    from support.loop_desk import open_loop

    with servers() as (databases, kafka), tempfile.TemporaryDirectory() as folder:
        queue = f"kafka://{kafka}?prefix={uuid.uuid4().hex}.&session_seconds=2&partitions=4&delivery_seconds=5"
        forms = {
            "SQLite, embedded queue": {"queue_url": "embedded:?lease_seconds=5"},
            "PostgreSQL, Kafka": {"database_url": databases.create(), "queue_url": queue},
        }
        for number, (form, settings) in enumerate(forms.items()):
            home = Path(folder) / str(number)
            home.mkdir()
            with open_loop(home, **settings) as desk:
                found = live_through(desk, MESSAGES, SELDOM)
            what = f"lost, doubled, reminders with two keys, {MESSAGES:,} under kill -9"
            report.add(what, f"{len(found)} faults {found or ''}".strip(), form, "0, 0, 0")


def _mails(report: Report, data: Path | None) -> None:
    """Each mail as it is and in damaged copies, one by one through the mailbox channel and the worker."""
    raws = list(_raw_mails(data))
    dice = random.Random(_SEED)
    hostile = [*raws, *(_damaged(raw, dice) for raw in raws for _ in range(COPIES))]
    with tempfile.TemporaryDirectory() as folder:
        house = House(Settings(_env_file=None, data_dir=Path(folder) / "var", profile="demo"))
        house.prepare()
        queue = house.queue("bench")
        box = Path(folder) / "mails"
        box.mkdir()
        for number, raw in enumerate(hostile):
            (box / f"{number:05d}.eml").write_bytes(raw)
        told = collect(house, queue, Channel.MAILBOX, [str(box)], house.now())
        done = work(house, queue, drain=True)
        house.engine.dispose()
    counts = told.counts
    gone = len(hostile) - counts.accepted - counts.duplicates - counts.quarantined
    harm = gone + len(told.faults) + done.dead_letters + counts.accepted - done.handled
    told_of = f"{counts.accepted} accepted, {counts.duplicates} duplicates, {counts.quarantined} quarantined"
    report.add(
        "hostile mails that stop a run or vanish",
        f"{harm} ({told_of})",
        f"{len(raws)} mails, {COPIES} damaged copies of each",
        ASKED,
    )


def _raw_mails(data: Path | None) -> Iterator[bytes]:
    if data is None or not (data / SAMPLES).exists():
        with_tests()
        from support.mails import mail

        yield from (mail(subject=f"路灯{number}") for number in range(20))
        return
    with tarfile.open(data / SAMPLES) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                yield file.read()


def _damaged(raw: bytes, dice: random.Random) -> bytes:
    """Cut short, with bytes changed, or without what ends a line."""
    cut = raw[: dice.randrange(1, len(raw) + 1)] if raw else b""
    changed = bytearray(raw)
    for _ in range(min(len(raw), 8)):
        changed[dice.randrange(len(raw))] = dice.randrange(256)
    return dice.choice((cut, bytes(changed), raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r"), raw + b"\0" + raw))


def _published(report: Report) -> None:
    """Letters with consent that hold numbers of every kind, in title, text and answer, published by four reviewers."""
    with_tests()
    from support.desk import open_desk
    from support.pressroom import answered, compiled, release, reviewed

    with tempfile.TemporaryDirectory() as folder, open_desk(Path(folder) / "var") as desk:
        planted = []
        for number in range(20):
            mine = [
                (name, _numbered(shape, len(_PLANTED) * number + n, check=check))
                for n, (name, shape, check) in enumerate(_PLANTED)
            ]
            planted += [value for _, value in mine]
            said = "，".join(f"{name}{value}" for name, value in mine)
            text = f"学府路东段的路灯坏了{number + 2}周，夜里看不清路。{said}。请问什么时候能修好？"
            answered(desk, text=text, title=f"第{number}盏路灯 {mine[1][1]}", answer=f"您好！已修复，已按{said}回访。")
        items = compiled(desk)
        reviewed(desk)
        files = release(desk, Path(folder) / "out")["files"]
        bytes_of = "".join(_plain(Path(file).read_bytes()) for file in files)
    found = sum(_folded(value) in bytes_of for value in planted)
    report.add(
        "personal data found in the bytes of a published edition",
        str(found),
        f"{len(planted)} numbers of {len(_PLANTED)} kinds planted in {len(items)} letters, {len(files)} files",
        ASKED,
    )


def _numbered(shape: str, number: int, *, check: bool) -> str:
    written = shape.format(number)
    if not check:
        return written
    return written + _CHECKS[sum(int(digit) * weight for digit, weight in zip(written, _WEIGHTS, strict=True)) % 11]


def _folded(text: str) -> str:
    return _APART.sub("", unicodedata.normalize("NFKC", text)).lower()


def _plain(content: bytes) -> str:
    """Everything readable in a file; a DOCX is a ZIP of XML."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    return _folded(content.decode("utf-8", "replace"))
