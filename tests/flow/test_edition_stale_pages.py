"""An edition's page that was opened before somebody else worked on the draft: what is judged is what was read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, open_desk
from support.pressroom import NOW, STEPS, WEEK, answered, compiled, edition, published, reviewed
from support.web import PASSWORD, Visitor, enrol, serving, visiting

from console.accounts import create_user
from models.actors import SYSTEM
from models.tables.editions import EditionItem, EditionReview
from models.tables.orders import WorkOrder
from models.vocabulary import EditionStatus, Role

ROOM = f"/console/editions/{WEEK}"
EDITED = "反映学府路东段路灯坏了三周。"


@pytest.fixture
def press(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path, now=NOW) as desk:
        answered(desk)
        enrol(desk.house)
        with desk.writing() as session:
            for _, reviewer in STEPS:
                create_user(session, login=reviewer.login, name=f"审核{reviewer.login}", role=Role.EDITOR, unit=None,
                            password=PASSWORD, actor=SYSTEM, now=NOW)  # fmt: skip
        with serving(desk.house) as address:
            yield desk, address


def seen(visitor: Visitor, form: str) -> str:
    """The draft that a form of the page says it showed."""
    found = re.search(
        rf'action="{form}"[^>]*>(?:(?!</form>).)*name="seen" value="(\d+)"', visitor.get(ROOM).text, re.DOTALL
    )
    assert found, f"{form} says nothing of what was seen"
    return found[1]


def save(editor: Visitor, item: EditionItem, **given: object) -> int:
    whole = {"summary": item.summary, "answer": item.answer, "position": item.position, "chosen": "1"}
    return editor.post(f"{ROOM}/items/{item.id}", **(whole | given)).status_code


@pytest.mark.parametrize("approved", ["true", "false"])
def test_a_review_of_a_draft_that_was_changed_since_it_was_read_is_not_recorded(
    press: tuple[Desk, str], approved: str
) -> None:
    desk, address = press
    [item] = compiled(desk)
    with visiting(address, "mi") as reviewer, visiting(address, "bian") as editor:
        old = seen(reviewer, f"{ROOM}/reviews")
        assert save(editor, item, summary=EDITED, seen=old) == 200
        judged = {"step": "secrecy", "approved": approved, "note": "电话未隐去"}
        late = reviewer.post(f"{ROOM}/reviews", seen=old, **judged)
        assert late.status_code == 409
        assert "稿件已改（第 2 稿），请重看后再审。" in late.text
        assert EDITED in late.text
        assert 'value="电话未隐去"' in late.text
        assert desk.all(EditionReview) == []
        again = re.search(r'name="seen" value="(\d+)"', late.text)
        assert again
        assert reviewer.post(f"{ROOM}/reviews", seen=again[1], **judged).is_success
    assert [review.edition_version for review in desk.all(EditionReview)] == [2]


def test_an_item_saved_from_an_older_page_shows_both_texts_and_loses_neither(press: tuple[Desk, str]) -> None:
    desk, address = press
    [item] = compiled(desk)
    mine = "反映路灯不亮，询问何时修好。"
    with visiting(address, "bian") as one, visiting(address, "chu") as other:
        old = seen(one, f"{ROOM}/items/{item.id}")
        assert save(one, item, summary=EDITED, seen=old) == 200
        late = other.post(f"{ROOM}/items/{item.id}", summary=mine, answer=item.answer, position=1, chosen="1", seen=old)
        assert late.status_code == 409
        assert (EDITED in late.text, mine in late.text) == (True, True)
        assert "编辑bian" in late.text
        assert desk.one(EditionItem).summary == EDITED
        now = re.search(r'name="seen" value="(\d+)"', late.text)
        assert now
        assert save(other, item, summary=mine, seen=now[1]) == 200
    assert desk.one(EditionItem).summary == mine


@pytest.mark.parametrize(
    ("form", "said"),
    [("choose", {"chosen": "0"}), ("move", {"by": "-1"}), ("disclosure", {"disclosure": "closed"})],
)
def test_no_form_of_an_item_changes_a_draft_that_its_page_did_not_show(
    press: tuple[Desk, str], form: str, said: dict[str, str]
) -> None:
    desk, address = press
    answered(desk, text="河东大道的路灯坏了两周，请修。")
    first, second = compiled(desk)
    with visiting(address, "bian") as one, visiting(address, "chu") as other:
        old = seen(other, f"{ROOM}/items/{second.id}/{form}")
        assert save(one, first, summary=EDITED, seen=old) == 200
        assert other.post(f"{ROOM}/items/{second.id}/{form}", seen=old, **said).status_code == 409
    assert edition(desk).version == 2
    assert [item.chosen for item in desk.all(EditionItem)] == [True, True]
    assert "closed" not in {order.disclosure for order in desk.all(WorkOrder)}


def test_nobody_publishes_or_withdraws_another_draft_than_the_page_showed(press: tuple[Desk, str]) -> None:
    desk, address = press
    [item] = compiled(desk)
    reviewed(desk)
    with visiting(address, "bian") as one, visiting(address, "chu") as other:
        old = seen(one, f"{ROOM}/publish")
        assert save(other, item, summary=EDITED, seen=old) == 200
        late = one.post(f"{ROOM}/publish", seen=old)
        assert (late.status_code, "请重看后再发布" in late.text) == (409, True)
        assert edition(desk).status == EditionStatus.DRAFT


def test_a_withdrawal_is_of_the_edition_that_was_read(press: tuple[Desk, str]) -> None:
    desk, address = press
    published(desk, desk.house.settings.data_dir / "editions")
    with visiting(address, "bian") as editor:
        old = seen(editor, f"{ROOM}/withdraw")
        assert editor.post(f"{ROOM}/withdraw", note="有误，重编", seen=old).is_success
        published(desk, desk.house.settings.data_dir / "editions")
        late = editor.post(f"{ROOM}/withdraw", note="有误，重编", seen=old)
        assert late.status_code == 409
    assert edition(desk).status == EditionStatus.PUBLISHED


def test_who_might_review_is_told_before_an_edit_bars_it(press: tuple[Desk, str]) -> None:
    desk, address = press
    [item] = compiled(desk)
    with visiting(address, "mi") as reviewer:
        assert "保存过改动的人就是编辑，不能再审核它" in reviewer.get(ROOM).text
        assert save(reviewer, item, summary=EDITED, seen="1") == 200
        page = reviewer.get(ROOM).text
        assert "您编选或修改过这一期，不能再审核它" in page
        assert f'action="{ROOM}/reviews"' not in page


def test_a_refusal_to_publish_names_every_kind_in_chinese_on_the_editions_own_page(press: tuple[Desk, str]) -> None:
    desk, address = press
    [item] = compiled(desk)
    with visiting(address, "bian") as editor:
        assert save(editor, item, summary="投诉人马长河，家住学府路幸福里小区3栋2单元501室，路灯坏了。",
                    answer=f"{item.answer}请致电1990000" + "8765。") == 200  # fmt: skip
        reviewed(desk)
        refused = editor.post(f"{ROOM}/publish", seen="2")
    assert refused.status_code == 409
    said = re.search(r'id="form-fault"[^>]*>([^<]*)<', refused.text)
    assert said
    assert "第 1 条的摘要中仍含" in said[1]
    assert all(kind in said[1] for kind in ("姓名", "住址", "第 1 条的答复中仍含手机号"))
    assert "8765" not in said[1]
    assert f'action="{ROOM}/publish"' in refused.text
    assert edition(desk).status == EditionStatus.REVIEWING
