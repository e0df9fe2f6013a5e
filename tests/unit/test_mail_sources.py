"""Files, folders, mbox and Maildir: every item is read once, nothing at the source is changed."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.faults import BadSource, SourceMissing, SourceUnreadable
from channels.mailbox import read_mailbox
from channels.options import Limits, ReadOptions
from channels.sources import read_source
from models.inbound import Accepted, Quarantined

OPTIONS = ReadOptions(now=datetime(2026, 3, 2, tzinfo=UTC))
SEPARATOR = b"From a@example.com Sun Mar  1 10:00:00 2026\n"


def mail(number: int, body: bytes = b"words") -> bytes:
    return b"From: a@example.com\nSubject: n%d\nDate: Sun, 1 Mar 2026 10:00:00 +0800\n\n" % number + body + b"\n"


def titles(source: Path, options: ReadOptions = OPTIONS) -> list[str | None]:
    return [item.message.title if isinstance(item, Accepted) else None for item in read_mailbox(str(source), options)]


def test_a_folder_is_read_to_its_depth_and_every_file_is_tried(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.eml").write_bytes(mail(1))
    (tmp_path / "b" / "letter").write_bytes(mail(2))
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "empty.eml").write_bytes(b"")
    items = list(read_mailbox(str(tmp_path), OPTIONS))
    assert [item.message.title for item in items if isinstance(item, Accepted)] == ["n1", "n2"]
    refused = {Path(item.where).name: item for item in items if isinstance(item, Quarantined)}
    assert set(refused) == {"photo.jpg", "empty.eml"}
    assert refused["photo.jpg"].raw == b"\xff\xd8\xff\xe0"


def test_what_is_no_ordinary_file_is_quarantined_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        items = list(read_mailbox(str(tmp_path), OPTIONS))
    assert len(items) == 3
    assert all(isinstance(item, Quarantined) for item in items)


def test_a_folder_that_links_to_itself_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1))
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert titles(tmp_path) == ["n1"]


def test_a_name_that_is_no_text_can_be_stored(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xc2\xb7\xff.eml")).write_bytes(mail(1))
    (item,) = read_mailbox(str(tmp_path), OPTIONS)
    item.where.encode("utf-8")


def test_an_unreadable_file_in_a_folder_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1))
    (tmp_path / "b.eml").write_bytes(mail(2))
    real = Path.open

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "a.eml":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    refused, read = list(read_mailbox(str(tmp_path), OPTIONS))
    assert isinstance(refused, Quarantined)
    assert "没有权限" in refused.reason
    assert isinstance(read, Accepted)
    with pytest.raises(SourceUnreadable, match="没有权限"):
        read_mailbox(str(tmp_path / "a.eml"), OPTIONS)


def test_a_missing_source_and_an_unknown_kind_are_named_at_once(tmp_path: Path) -> None:
    for kind in ("mailbox", "hotline", "board", "opinion"):
        with pytest.raises(SourceMissing, match="无此文件"):
            read_source(kind, str(tmp_path / "无此文件"), OPTIONS)
    with pytest.raises(BadSource, match="fax"):
        read_source("fax", str(tmp_path), OPTIONS)
    with pytest.raises(SourceUnreadable):
        read_source("mailbox", "nul\0name", OPTIONS)


def test_an_mbox_gives_each_mail_with_its_place(tmp_path: Path) -> None:
    box = tmp_path / "box"
    body = b"one\n\n>From the beginning\n\nFrom here on it is dark\nFrom x\n"
    box.write_bytes(SEPARATOR + mail(1, body) + b"\n" + SEPARATOR + mail(2) + b"\n" + SEPARATOR + b"Remark: none\n")
    first, second, third = list(read_mailbox(str(box), OPTIONS))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.message.text == "one\n\nFrom the beginning\n\nFrom here on it is dark\nFrom x"
    assert (second.message.title, second.where) == ("n2", f"{box} 第2封")
    assert isinstance(third, Quarantined)
    assert third.raw == b"Remark: none\n"


def test_a_mail_too_big_to_hold_costs_only_itself(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(SEPARATOR + mail(1, b"x" * 5000) + b"\n" + SEPARATOR + mail(2))
    tight = ReadOptions(now=OPTIONS.now, limits=Limits(size=1000, kept=1000))
    big, small = list(read_mailbox(str(box), tight))
    assert isinstance(big, Quarantined)
    assert len(big.raw) == 1000
    assert isinstance(small, Accepted)
    (tmp_path / "big.eml").write_bytes(mail(3, b"x" * 5000))
    (alone,) = read_mailbox(str(tmp_path / "big.eml"), tight)
    assert isinstance(alone, Quarantined)
    assert "只存了前" in alone.reason


def test_a_large_mbox_is_read_as_a_stream(tmp_path: Path) -> None:
    import tracemalloc

    box = tmp_path / "box"
    with box.open("wb") as file:
        for number in range(40):
            file.write(SEPARATOR + mail(number, (b"words " * 150 + b"\n") * 200) + b"\n")
    tracemalloc.start()
    count = sum(isinstance(item, Accepted) for item in read_mailbox(str(box), OPTIONS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40
    assert peak < 3_000_000 < box.stat().st_size // 2


def test_a_maildir_gives_new_and_current_mail_and_not_its_bookkeeping(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Sub/cur", ".Sub/new", ".Sub/tmp"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "cur" / "1.host:2,S").write_bytes(mail(1))
    (tmp_path / "new" / "2.host").write_bytes(mail(2))
    (tmp_path / "tmp" / "3.host").write_bytes(mail(3))
    (tmp_path / "dovecot-uidlist").write_text("3 V1 N1")
    (tmp_path / ".Sub" / "cur" / "4.host").write_bytes(mail(4))
    before = sorted(tmp_path.rglob("*"))
    assert sorted(str(title) for title in titles(tmp_path)) == ["n1", "n2", "n4"]
    assert sorted(tmp_path.rglob("*")) == before


def test_reading_twice_gives_the_same_identities(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.eml").write_bytes(mail(number))
    runs = [
        [item.message.external_id for item in read_mailbox(str(tmp_path), OPTIONS) if isinstance(item, Accepted)]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 5


FRAGMENTS = st.sampled_from(
    [
        b"From: a@example.com\n", b"Subject: =?gb2312?B?wrc?=\n", b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: text/html; charset=gb2312\n", b"Content-Transfer-Encoding: base64\n", b"\n", b"--b\n",
        b"--b--\n", b"Content-Type: message/rfc822\n", b"begin 644 a\n", b"end\n", b"<p>\xc2\xb7<!--",
        SEPARATOR, b"Content-Disposition: attachment; filename*0*=x'y'%ff\n", b"Date: 1\n", b"\xff\xfe\0",
        b"> q\n", b"Received: ;\n", b"Content-Transfer-Encoding: quoted-printable\n", b"=E8=B7",
        b"Content-Type: multipart/alternative; boundary*=b\n",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(pieces=st.lists(st.one_of(FRAGMENTS, st.binary(max_size=40)), max_size=40))
def test_any_bytes_end_as_items_and_nothing_raises(tmp_path: Path, pieces: list[bytes]) -> None:
    (tmp_path / "x").write_bytes(b"".join(pieces))
    items = list(read_mailbox(str(tmp_path / "x"), OPTIONS))
    assert items
    for item in items:
        if isinstance(item, Accepted):
            for text in (item.message.text, item.message.title, item.message.sender_name, item.message.external_id):
                assert "\0" not in (text or "")
                (text or "").encode("utf-8")
            assert item.message.received_at.tzinfo
