"""公开属性 is a person's decision: what is not open leaves the draft, and reviews are made anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, Desk
from support.pressroom import EDITOR, NOW, WEEK, compiled, edition, open_pressroom, published, reviewed
from support.web import staffed, visiting

from models.actions.disclosing import set_disclosure
from models.actors import Actor
from models.errors import Conflict, NotAllowed
from models.queries.editions import originals
from models.tables.editions import EditionItem
from models.tables.orders import WorkOrder
from models.vocabulary import Disclosure, ReviewStep, Role

OTHER = Actor("bian2", Role.EDITOR)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_pressroom(tmp_path) as opened:
        yield opened


def _set(desk: Desk, item: EditionItem, given: Disclosure, actor: Actor = EDITOR) -> bool:
    with desk.writing() as session:
        return set_disclosure(session, item.id or 0, given, actor, NOW)


def test_what_is_not_open_leaves_the_draft_and_its_reviews_no_longer_count(desk: Desk) -> None:
    (item,) = compiled(desk)
    reviewed(desk)
    before = edition(desk).version
    assert _set(desk, item, Disclosure.ON_REQUEST) is True
    assert desk.one(EditionItem, id=item.id).chosen is False
    assert edition(desk).version == before + 1
    assert desk.one(WorkOrder, id=item.order_id).disclosure == "on_request"
    assert _set(desk, item, Disclosure.ON_REQUEST) is False


def test_who_decided_may_not_review(desk: Desk) -> None:
    from flows.editions import review_edition

    (item,) = compiled(desk)
    assert _set(desk, item, Disclosure.PUBLIC, OTHER) is True
    with pytest.raises(NotAllowed):
        review_edition(desk.house, WEEK, ReviewStep.FIRST, approved=True, note=None, actor=OTHER, now=NOW)


def test_a_published_matter_is_withdrawn_first_and_only_an_editor_decides(desk: Desk, tmp_path: Path) -> None:
    published(desk, tmp_path / "out")
    item = desk.all(EditionItem)[0]
    with pytest.raises(Conflict):
        _set(desk, item, Disclosure.CLOSED)
    with pytest.raises(NotAllowed):
        _set(desk, item, Disclosure.CLOSED, CLERK)


def test_the_editor_compares_with_what_was_written_and_not_once_it_is_sealed(desk: Desk) -> None:
    (item,) = compiled(desk)
    with staffed(desk.house) as address, visiting(address, "bian") as editor:
        page = editor.get(f"/console/editions/{WEEK}").text
        assert "前后对照" in page
        assert "马先生您好" in page  # the answer as it was sent
        said = editor.post(f"/console/editions/{WEEK}/items/{item.id}/disclosure", disclosure="closed")
        assert "公开属性已定为不公开" in said.text
    with desk.writing() as session:
        session.get_one(WorkOrder, item.order_id).sealed = True
    with desk.writing() as session:
        assert originals(session, [session.get_one(EditionItem, item.id)]) == {}
