"""补选 renews a candidate that is not printed: the draft and its reviews stand, and no older page chooses it unread."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from support.desk import Desk, at, open_desk
from support.pressroom import EDITOR, NOW, STEPS, WEEK, answered, compiled, edition, judged
from support.web import Visitor, staffed, visiting

from flows.editions import edit_item
from models.tables.editions import EditionItem, EditionReview
from models.tables.orders import Reply, WorkOrder

ROOM = f"/console/editions/{WEEK}"
AGAIN = "您好！经复查，路灯线路再次短路，已重新敷设电缆，照明恢复。"


@pytest.fixture
def press(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """Two items of a draft: the second is a candidate only."""
    with open_desk(tmp_path, now=NOW) as desk:
        answered(desk, text="河东大道站台顶棚玻璃裂了，请尽快处理。", title="站台顶棚", order={"domain": "transport"})
        answered(desk)
        spare = next(item for item in compiled(desk) if item.summary.startswith("学府路") or "路灯" in item.summary)
        edit_item(desk.house, spare.id or 0, EDITOR, NOW, chosen=False)
        with staffed(desk.house) as address:
            yield desk, address


def spare_of(desk: Desk) -> EditionItem:
    return desk.one(EditionItem, chosen=False)


def hidden(visitor: Visitor, form: str) -> dict[str, str]:
    """What a form of the edition's page carries of what it showed."""
    page = visitor.get(ROOM).text
    found = re.search(rf'action="{form}">(.*?)</form>', page, re.DOTALL)
    assert found
    return dict(re.findall(r'name="(seen|shown)" value="([^"]+)"', found[1]))


def answered_again(desk: Desk) -> None:
    order = spare_of(desk).order_id
    with desk.writing() as session:
        session.get_one(WorkOrder, order).replied_at = at("2026-02-27 10:00")
        session.exec(select(Reply).where(Reply.order_id == order)).one().text = AGAIN
    compiled(desk)


def test_a_renewed_candidate_leaves_the_reviews_of_the_draft_as_they_are(press: tuple[Desk, str]) -> None:
    desk, _ = press
    judged(desk, *STEPS[0])
    version = edition(desk).version
    answered_again(desk)
    assert "再次短路" in spare_of(desk).answer
    assert edition(desk).version == version
    assert [review.edition_version for review in desk.all(EditionReview)] == [version]


def test_an_older_page_does_not_choose_a_renewed_candidate_unread(press: tuple[Desk, str]) -> None:
    desk, address = press
    item = spare_of(desk)
    form = f"{ROOM}/items/{item.id}/choose"
    with visiting(address, "bian") as editor:
        old = hidden(editor, form)
        answered_again(desk)
        late = editor.post(form, chosen="1", **old)
        assert (late.status_code, "在您打开页面后已更新" in late.text) == (409, True)
        assert not spare_of(desk).chosen
        assert editor.post(form, chosen="1", **hidden(editor, form)).status_code == 200
    assert desk.all(EditionItem, chosen=False) == []


def test_an_older_page_does_not_save_the_last_answer_under_the_newer_date(press: tuple[Desk, str]) -> None:
    desk, address = press
    item = spare_of(desk)
    form = f"{ROOM}/items/{item.id}"
    with visiting(address, "bian") as editor:
        old = hidden(editor, form)
        answered_again(desk)
        whole = {"summary": item.summary, "answer": item.answer, "position": item.position, "chosen": "1"}
        late = editor.post(form, **whole, **old)
        assert late.status_code == 409
        assert item.answer in late.text
        assert AGAIN.removeprefix("您好！") in late.text
    assert not spare_of(desk).chosen
    assert "再次短路" in spare_of(desk).answer
