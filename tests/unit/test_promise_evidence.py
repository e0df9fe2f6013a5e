"""Progress and files (进展、佐证) beside an entry of the ledger: who may write, how large, how long kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, Desk, at, open_desk
from support.ledger_desk import NOW, running

from models.actions import promise_progress
from models.actions.erasing import evidence_of
from models.actions.promise_progress import MOST_BYTES, Evidence, EvidenceTooLarge
from models.actors import Actor
from models.database import reading
from models.errors import NotFound
from models.queries.ledger import whole_promise
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseProgress
from models.vocabulary import Role

STRANGER = Actor("lu", Role.UNIT, "transport_bureau")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        yield opened


def test_progress_and_files_stand_beside_the_entry_and_another_unit_may_not_write(desk: Desk) -> None:
    promise = running(desk)
    file = Evidence("护栏.jpg", "image/jpeg", 2048, desk.house.blobs.put(b"photo"))
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "完成一半。", CLERK, NOW, files=[file])
    with pytest.raises(NotFound), desk.writing() as session:
        promise_progress.add_progress(session, promise, "看看。", STRANGER, NOW)
    with reading(desk.house.engine) as session:
        [(step, [kept])] = whole_promise(session, MODERATOR, promise).progress
        with pytest.raises(NotFound):
            whole_promise(session, STRANGER, promise)
    assert (step.text, kept.name, desk.house.blobs.get(kept.blob)) == ("完成一半。", "护栏.jpg", b"photo")


def test_evidence_of_two_hundred_megabytes_is_refused_by_name_and_nothing_is_lost(desk: Desk) -> None:
    promise = running(desk)
    small, huge = (
        Evidence("说明.pdf", "application/pdf", 9, "0" * 64),
        Evidence("航拍.mp4", "video/mp4", 200_000_000, "1" * 64),
    )
    with desk.writing() as session:
        promise_progress.add_progress(session, promise, "已进场。", CLERK, NOW, files=[small])
    with pytest.raises(EvidenceTooLarge, match=r"航拍\.mp4.*200 MB") as told, desk.writing() as session:
        promise_progress.add_progress(session, promise, "已完工。", CLERK, NOW, files=[huge])
    assert told.value.status_code == 413
    assert [row.text for row in desk.all(PromiseProgress)] == ["已进场。"]
    assert huge.size > MOST_BYTES


def test_evidence_goes_with_its_order_unless_another_entry_holds_the_same_file(desk: Desk) -> None:
    order = desk.take(at("2026-03-01 09:00"))
    mine, other = running(desk), running(desk)
    keys = [desk.house.blobs.put(each) for each in (b"own", b"shared")]
    with desk.writing() as session:
        session.get_one(Promise, mine).order_id = order.id
        own, shared = (Evidence("图.jpg", "image/jpeg", 3, key) for key in keys)
        promise_progress.add_progress(session, mine, "见图。", CLERK, NOW, files=[own, shared])
        promise_progress.add_progress(session, other, "见图。", CLERK, NOW, files=[shared])
    with reading(desk.house.engine) as session:
        assert evidence_of(session, [order.id or 0]) == {keys[0]}
