"""One contract for every place where mail stands; the IMAP rows talk to a real IMAP server (pymap)."""

import contextlib
import mailbox
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from imap_tools import MailBoxUnencrypted
from support.processes import end, free_port, listens, spawn, tail, wait_until
from support.relay_port import relay

from channels.faults import BadSource, MailServerAway, SourceMissing, SourceUnreadable
from channels.mailbox import read_mailbox
from channels.mailbox.imap import read_imap
from channels.options import Limits, ReadOptions
from models.inbound import Accepted, Quarantined, SourceItem

NOW = datetime(2026, 3, 2, tzinfo=UTC)
USER, PASSWORD = "box@wangxi.example", "p@ss:w/ord"
# Its half million rounds of hashing at every login would take most of these tests' time.
PYMAP = (
    "from pysasl.hashing import BuiltinHash; BuiltinHash.__init__.__kwdefaults__['rounds'] = 1; "
    "from pymap.main import main; main()"
)
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"


def mail(number: int, body: bytes = "路灯坏了。".encode()) -> bytes:
    head = b"From: a@example.com\r\nSubject: n%d\r\nMessage-ID: <n%d@example.com>\r\n" % (number, number)
    return head + b"Date: Sun, 1 Mar 2026 10:00:00 +0800\r\n\r\n" + body + b"\r\n"


def fresh(state: dict[str, str] | None = None) -> ReadOptions:
    return ReadOptions(now=NOW, state={} if state is None else state)


def titles(items: Iterator[SourceItem]) -> list[str | None]:
    return [item.message.title for item in items if isinstance(item, Accepted)]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    command = [
        sys.executable, "-c", PYMAP, "--host", "127.0.0.1", "--port", str(number), "--no-tls",
        "dict", "--demo-user", USER, "--demo-password", PASSWORD,
    ]  # fmt: skip
    log = tmp_path_factory.mktemp("pymap") / "server.log"
    server = spawn(command, log)
    try:
        wait_until(lambda: listens(number) or server.poll() is not None, 60, "pymap 的端口")
        assert server.poll() is None, tail(log)
        yield number
    finally:
        end(server, signal.SIGTERM)


@contextlib.contextmanager
def session(port: int) -> Iterator[MailBoxUnencrypted]:
    with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD, initial_folder=None) as client:
        yield client


@pytest.fixture
def box(port: int, request: pytest.FixtureRequest) -> Iterator[str]:
    """A folder with a Chinese name on the server, new for each test; its address."""
    name = f"市民信箱{abs(hash(request.node.nodeid)) % 10**8}"
    with session(port) as client:
        client.folder.create(name)
    yield f"imap://{LOGIN}@127.0.0.1:{port}/{quote(name)}"
    with session(port) as client:
        client.folder.delete(name)


def folder_of(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address.rsplit("/", 1)[1])


def deliver(port: int, address: str, *mails: bytes) -> None:
    with session(port) as client:
        for raw in mails:
            client.append(raw, folder_of(address), dt=datetime(2026, 2, 20, tzinfo=UTC))


def flags(port: int, address: str) -> list[tuple[str, tuple[str, ...]]]:
    with session(port) as client:
        client.folder.set(folder_of(address), readonly=True)
        return [(str(m.uid), tuple(f for f in m.flags if f != "\\Recent")) for m in client.fetch(mark_seen=False)]


def _as_folder(tmp_path: Path, mails: list[bytes]) -> str:
    for number, raw in enumerate(mails):
        (tmp_path / f"{number}.eml").write_bytes(raw)
    return str(tmp_path)


def _as_mbox(tmp_path: Path, mails: list[bytes]) -> str:
    box = mailbox.mbox(tmp_path / "box")
    for raw in mails:
        box.add(raw)
    box.close()
    return str(tmp_path / "box")


def _as_maildir(tmp_path: Path, mails: list[bytes]) -> str:
    box = mailbox.Maildir(tmp_path / "dir")
    for raw in mails:
        box.add(raw)
    return str(tmp_path / "dir")


Store = Callable[[list[bytes]], str]


@pytest.fixture(params=["folder", "mbox", "maildir", "imap"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Puts mails somewhere and gives the address to read them from."""
    if request.param == "imap":
        port, address = request.getfixturevalue("port"), request.getfixturevalue("box")

        def on_server(mails: list[bytes]) -> str:
            deliver(port, address, *mails)
            return str(address)

        return on_server
    make = {"folder": _as_folder, "mbox": _as_mbox, "maildir": _as_maildir}[request.param]
    return lambda mails: make(tmp_path, mails)


def test_every_mail_is_one_item_wherever_it_stands(store: Store) -> None:
    items = list(read_mailbox(store([mail(1), mail(2), b"Remark: no mail\r\n\r\nx\r\n"]), fresh()))
    assert sorted(str(title) for title in titles(iter(items))) == ["n1", "n2"]
    assert [type(item) for item in items].count(Quarantined) == 1
    assert len(items) == 3


def test_reading_again_from_the_start_gives_the_same_identities(store: Store) -> None:
    address = store([mail(1), mail(2)])
    first, second = (
        sorted(i.message.external_id for i in read_mailbox(address, fresh()) if isinstance(i, Accepted)) for _ in "ab"
    )
    assert first == second
    assert first[0].startswith("n1@example.com#")


def test_the_same_mail_has_one_identity_in_all_places(store: Store, tmp_path: Path) -> None:
    (item,) = read_mailbox(store([mail(1)]), fresh())
    alone = tmp_path / "alone.eml"
    alone.write_bytes(mail(1))
    (other,) = read_mailbox(str(alone), fresh())
    assert isinstance(item, Accepted)
    assert isinstance(other, Accepted)
    assert item.message == other.message


def test_polling_reads_only_what_is_new_and_leaves_no_trace(port: int, box: str) -> None:
    state: dict[str, str] = {}
    deliver(port, box, mail(1), mail(2))
    before = flags(port, box)
    assert titles(read_mailbox(box, fresh(state))) == ["n1", "n2"]
    assert titles(read_mailbox(box, fresh(state))) == []
    deliver(port, box, mail(3))
    assert titles(read_mailbox(box, fresh(state))) == ["n3"]
    assert flags(port, box)[:2] == before
    assert [seen for _, seen in flags(port, box)] == [(), (), ()]
    assert PASSWORD not in str(state)


def test_an_interrupted_poll_goes_on_behind_the_last_item_that_was_asked_past(port: int, box: str) -> None:
    state: dict[str, str] = {}
    deliver(port, box, mail(1), mail(2), mail(3))
    poll = read_mailbox(box, fresh(state))
    next(poll)
    next(poll)
    poll.close()  # type: ignore[attr-defined] - a generator
    assert titles(read_mailbox(box, fresh(state))) == ["n2", "n3"]


def test_a_new_uid_validity_reads_everything_again_with_the_same_identities(port: int, box: str) -> None:
    state: dict[str, str] = {}
    deliver(port, box, mail(1), mail(2))
    first = [item.message.external_id for item in read_mailbox(box, fresh(state)) if isinstance(item, Accepted)]
    with session(port) as client:
        client.folder.delete(folder_of(box))
        client.folder.create(folder_of(box))
    deliver(port, box, mail(1), mail(2))
    assert [i.message.external_id for i in read_mailbox(box, fresh(state)) if isinstance(i, Accepted)] == first


def test_raw_bytes_come_as_the_server_holds_them_and_its_date_stands_in(port: int, box: str) -> None:
    raw = (
        b"From: a@example.com\r\nSubject: \xc2\xb7\xb5\xc6\xbb\xb5\xc1\xcb\r\n\r\n"
        + "路灯坏了。".encode("gbk")
        + b"\r\n"
    )
    deliver(port, box, raw)
    (item,) = read_mailbox(box, fresh())
    assert isinstance(item, Accepted)
    assert item.raw == raw
    assert (item.message.title, item.message.text) == ("路灯坏了", "路灯坏了。")
    assert item.message.received_at == datetime(2026, 2, 20, tzinfo=UTC)
    assert item.where.endswith("UID 101")
    assert PASSWORD not in item.where


def test_a_mail_too_big_to_hold_is_fetched_only_in_part(port: int, box: str) -> None:
    deliver(port, box, mail(1, b"x" * 5000), mail(2))
    big, small = read_mailbox(box, ReadOptions(now=NOW, limits=Limits(kept=1000)))
    assert isinstance(big, Quarantined)
    assert len(big.raw) == 1000
    assert isinstance(small, Accepted)


def test_an_empty_folder_gives_nothing_and_is_remembered(box: str) -> None:
    state: dict[str, str] = {}
    assert list(read_mailbox(box, fresh(state))) == []
    assert len(state) == 1


def test_faults_are_named_without_the_password(port: int) -> None:
    with pytest.raises(SourceUnreadable, match="不接受用户") as refused:
        list(read_mailbox(f"imap://{quote(USER)}:wr0ng@127.0.0.1:{port}/INBOX", fresh()))
    assert "wr0ng" not in str(refused.value)
    with pytest.raises(SourceMissing, match="没有文件夹“不存在”"):
        list(read_mailbox(f"imap://{LOGIN}@127.0.0.1:{port}/{quote('不存在')}", fresh()))
    for address in ("imap://127.0.0.1/INBOX", "imap://u:p@h:99999/", "imaps://u:p@[::1/INBOX"):
        with pytest.raises(BadSource):
            read_mailbox(address, fresh())
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(MailServerAway) as away:
            list(read_mailbox(f"imap://u:p@127.0.0.1:{closed.getsockname()[1]}/INBOX", fresh()))
    assert not away.value.permanent


def test_a_connection_lost_on_the_way_is_temporary_and_costs_nothing(port: int, box: str) -> None:
    deliver(port, box, mail(1), mail(2))
    state: dict[str, str] = {}
    with relay(port, cut_at=b"n2") as lossy:
        poll = read_mailbox(box.replace(f":{port}/", f":{lossy}/"), fresh(state))
        assert isinstance(next(poll), Accepted)
        with pytest.raises(MailServerAway):
            list(poll)
    kept = {key.replace(f":{lossy}/", f":{port}/"): value for key, value in state.items()}
    assert titles(read_mailbox(box, fresh(kept))) == ["n2"]


def test_a_mail_that_the_server_refuses_is_recorded_and_the_next_one_read(port: int, box: str) -> None:
    deliver(port, box, mail(1), mail(2))
    with relay(port, swap=(b"FETCH 101 ", b"FETCH ??? ")) as choosy:
        refused, read = read_mailbox(box.replace(f":{port}/", f":{choosy}/"), fresh())
    assert isinstance(refused, Quarantined)
    assert refused.where.endswith("UID 101")
    assert isinstance(read, Accepted)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the test's certificate")
def test_imaps_checks_the_certificate_and_reads_through_tls(port: int, box: str, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    deliver(port, box, mail(1))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    with relay(port, context=server) as secure:
        address = box.replace("imap://", "imaps://").replace(f":{port}/", f":{secure}/")
        with pytest.raises(SourceUnreadable, match="证书不可信"):
            list(read_mailbox(address, fresh()))
        assert titles(read_imap(address, fresh(), ssl.create_default_context(cafile=str(certificate)))) == ["n1"]
