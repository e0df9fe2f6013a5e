"""An edition is published by five people or not at all, and never with personal data in it."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.desk import Desk
from support.pressroom import (
    EDITOR,
    FILES,
    FINAL,
    FIRST,
    NOW,
    SECOND,
    SECRECY,
    WEEK,
    answered,
    compiled,
    edition,
    judged,
    open_pressroom,
    published,
    release,
    reviewed,
)

import flows.editions as flow
from flows.edition_sheets import sheet_of
from flows.edition_words import Words, must_not_leak
from flows.editions import doubts, edit_item, publish_edition
from models.actions.edition_release import EmptyEdition, LeakFound, NoLongerOpen, ReviewMissing
from models.actors import SYSTEM, Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import ReviewStep, Role
from responders.editions.files import published_text, render
from responders.editions.sheet import Sheet

OTHER_EDITOR = Actor("bian2", Role.EDITOR)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_pressroom(tmp_path) as opened:
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "editions"


def test_without_approval_only_drafts_are_written_apart_from_what_is_public_and_each_says_so(
    desk: Desk, out: Path
) -> None:
    done = publish_edition(desk.house, WEEK, out, SYSTEM, NOW, approve=False)
    assert (done["week"], done["items"], done["status"]) == (WEEK, 1, "draft")
    assert {Path(f).name for f in done["files"]} == FILES
    assert [entry.name for entry in out.iterdir()] == ["drafts"]
    for file in map(Path, done["files"]):
        assert "草稿，未经审核，不得公开" in published_text(file.name, file.read_bytes())


def test_four_reviews_of_this_version_release_it(desk: Desk, out: Path) -> None:
    done = published(desk, out)
    assert (done["week"], done["items"], done["status"]) == (WEEK, 1, "published")
    assert {Path(f).name for f in done["files"]} == FILES == {f.name for f in (out / WEEK).iterdir()}
    row = edition(desk)
    assert (row.issue, set(row.digests)) == (1, FILES)
    assert {h.action for h in desk.all(History, subject="edition", subject_id=WEEK)} == {
        "compile", "review_secrecy", "review_first", "review_second", "review_final", "publish",
    }  # fmt: skip


@pytest.mark.parametrize("missing", list(ReviewStep))
def test_a_missing_review_refuses_and_says_which(desk: Desk, out: Path, missing: ReviewStep) -> None:
    compiled(desk)
    order = {ReviewStep.SECRECY: SECRECY, ReviewStep.FIRST: FIRST, ReviewStep.SECOND: SECOND, ReviewStep.FINAL: FINAL}
    for step, reviewer in order.items():
        if step is missing:
            if step is not ReviewStep.SECRECY:
                break
            continue
        judged(desk, step, reviewer)
    with pytest.raises(ReviewMissing, match=missing.label):
        release(desk, out)
    assert not out.exists()
    assert edition(desk).status != "published"


def test_an_edition_that_was_never_compiled_is_not_found(desk: Desk, out: Path) -> None:
    with pytest.raises(NotFound, match="还没有编 2026-W08"):
        release(desk, out, "2026-W08")


def test_who_compiled_or_edited_may_not_review(desk: Desk) -> None:
    [item] = compiled(desk)
    edit_item(desk.house, item.id or 0, OTHER_EDITOR, NOW, summary="反映学府路路灯损坏，询问维修时间。")
    for hand in (EDITOR, OTHER_EDITOR):
        with pytest.raises(NotAllowed, match="编辑与审核"):
            judged(desk, ReviewStep.SECRECY, hand)


def test_nobody_reviews_twice_and_the_system_not_at_all(desk: Desk) -> None:
    compiled(desk)
    judged(desk, ReviewStep.SECRECY, SECRECY)
    with pytest.raises(NotAllowed, match="各级审核"):
        judged(desk, ReviewStep.FIRST, SECRECY)
    with pytest.raises(NotAllowed, match="系统不能代审"):
        judged(desk, ReviewStep.FIRST, SYSTEM)
    with pytest.raises(NotAllowed):
        judged(desk, ReviewStep.FIRST, Actor("shen", Role.MODERATOR))
    with pytest.raises(Conflict, match="已有结论"):
        judged(desk, ReviewStep.SECRECY, FIRST)


def test_the_three_reviews_follow_one_another(desk: Desk) -> None:
    compiled(desk)
    with pytest.raises(Conflict, match="复审之前还需初审"):
        judged(desk, ReviewStep.SECOND, SECOND)


def test_an_edit_after_the_reviews_asks_for_new_ones(desk: Desk, out: Path) -> None:
    [item] = compiled(desk)
    reviewed(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="反映学府路路灯损坏，询问维修时间。")
    with pytest.raises(ReviewMissing, match="保密审查、初审、复审、终审（当前为第 2 稿）"):
        release(desk, out)
    reviewed(desk)
    assert release(desk, out)["status"] == "published"


def test_saving_without_a_change_costs_no_review(desk: Desk, out: Path) -> None:
    [item] = compiled(desk)
    reviewed(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, summary=item.summary, answer=item.answer, chosen=True, position=1)
    assert release(desk, out)["status"] == "published"


def test_a_reviewer_who_edits_becomes_an_editor(desk: Desk) -> None:
    [item] = compiled(desk)
    judged(desk, ReviewStep.SECRECY, SECRECY)
    edit_item(desk.house, item.id or 0, SECRECY, NOW, summary="反映学府路路灯损坏。")
    with pytest.raises(NotAllowed, match="编辑与审核"):
        judged(desk, ReviewStep.SECRECY, SECRECY)


def test_a_refused_version_must_be_changed_before_it_is_reviewed_again(desk: Desk) -> None:
    [item] = compiled(desk)
    with pytest.raises(BadInput, match="写明意见"):
        judged(desk, ReviewStep.SECRECY, SECRECY, approved=False)
    judged(desk, ReviewStep.SECRECY, SECRECY, approved=False, note="路名可去掉")
    assert edition(desk).status == "draft"
    with pytest.raises(Conflict, match="已被退回"):
        judged(desk, ReviewStep.FIRST, FIRST)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="反映路灯损坏，询问维修时间。")
    judged(desk, ReviewStep.SECRECY, SECRECY)


def test_an_empty_edition_is_neither_reviewed_nor_published(desk: Desk, out: Path) -> None:
    [item] = compiled(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, chosen=False)
    with pytest.raises(EmptyEdition):
        judged(desk, ReviewStep.SECRECY, SECRECY)
    with pytest.raises(EmptyEdition):
        release(desk, out)
    assert not out.exists()


LEAKS = {
    "mobile": "请致电1990000 8765", "id_card": "身份证991218199503225814", "email": "发至ma.changhe@example.org",
    "name": "投诉人马长河", "address": "家住学府路幸福里小区3栋2单元501室",
}  # fmt: skip


@pytest.mark.parametrize("kind", LEAKS)
@pytest.mark.parametrize("column", ["summary", "answer"])
def test_personal_data_written_in_by_hand_is_refused(desk: Desk, out: Path, column: str, kind: str) -> None:
    [item] = compiled(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, **{column: f"{getattr(item, column)}{LEAKS[kind]}。"})
    reviewed(desk)
    found = doubts(desk.house, WEEK)
    assert {number for number, _, _ in found} == {1}
    with pytest.raises(LeakFound, match="第 1 条") as refused:
        release(desk, out)
    assert not any(secret in str(refused.value) for secret in ("8765", "9912", "ma.changhe", "马长河", "501"))
    assert not out.exists()
    assert edition(desk).status == "reviewing"


def test_the_senders_own_number_is_known_in_any_spelling(desk: Desk, out: Path) -> None:
    [item] = compiled(desk)
    with desk.writing() as session:
        session.get_one(Message, desk.taken[0]).phone = "0300-7654321"
    edit_item(desk.house, item.id or 0, EDITOR, NOW, answer="网友您好！路灯已修复，联系电话：0300 765 4321。")
    reviewed(desk)
    with pytest.raises(LeakFound, match="来件人电话"):
        release(desk, out)


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_formats_final_bytes_are_read_once_more(
    desk: Desk, out: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A fault in one format's rendering lets a number through that the lines do not have."""
    compiled(desk)
    reviewed(desk)

    def faulty(sheet: Sheet, earlier: list[Sheet]) -> dict[str, bytes]:
        leaking = replace(sheet, lines=(replace(sheet.lines[0], summary="请致电19900008765。"),))
        return render(sheet, earlier) | {name: render(leaking, earlier)[name]}

    monkeypatch.setattr(flow, "render", faulty)
    with pytest.raises(LeakFound, match=name):
        release(desk, out)
    assert not out.exists()
    assert edition(desk).status == "reviewing"


@pytest.mark.parametrize(
    "change",
    [
        (WorkOrder, "sealed", True),
        (Message, "may_publish", False),
        (Message, "confidential", True),
        (WorkOrder, "status", "handling"),
    ],
    ids=["sealed", "consent-withdrawn", "confidential", "reopened"],
)
def test_what_changed_since_the_reviews_stops_publication(
    desk: Desk, out: Path, change: tuple[type[WorkOrder | Message], str, object]
) -> None:
    compiled(desk)
    reviewed(desk)
    with desk.writing() as session:
        table, field, value = change
        setattr(session.get_one(table, 1 if table is WorkOrder else desk.taken[0]), field, value)
    with pytest.raises(NoLongerOpen, match="第 1 条已不能公开"):
        release(desk, out)
    assert not out.exists()


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_note_is_read_in_the_final_bytes_of_every_form(desk: Desk, out: Path, file: str) -> None:
    """The scan of the bytes alone would stop it, had the sentence before it let something through."""
    published(desk, out)
    row = edition(desk)
    sheet = replace(sheet_of(desk.house, row, 1, [], NOW), withdrawal="请致电1990000" + "4321核实。")
    files = {file: render(sheet, [])[file]}
    with pytest.raises(LeakFound, match=file):
        must_not_leak(Words(desk.house), sheet, files, [])


def test_items_move_and_close_up(desk: Desk) -> None:
    for place in ("站台", "公园"):
        answered(desk, text=f"{place}的座椅坏了，请修。")
    items = compiled(desk)
    edit_item(desk.house, items[2].id or 0, EDITOR, NOW, position=1)
    assert [item.id for item in compiled(desk)] == [items[2].id, items[0].id, items[1].id]
    assert [item.position for item in compiled(desk)] == [1, 2, 3]
    with pytest.raises(BadInput, match="1 到 3"):
        edit_item(desk.house, items[0].id or 0, EDITOR, NOW, position=9)


def test_an_items_words_are_neither_empty_nor_endless(desk: Desk) -> None:
    [item] = compiled(desk)
    with pytest.raises(BadInput, match="不能为空"):
        edit_item(desk.house, item.id or 0, EDITOR, NOW, summary=" ")
    with pytest.raises(BadInput, match="摘要太长"):
        edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="路灯" * 300)


def test_a_demonstration_is_marked_in_every_file(desk: Desk, out: Path) -> None:
    published(desk, out)
    folder = out / WEEK
    assert "演示数据" in (folder / "edition.html").read_text()
    assert "演示数据" in json.loads((folder / "edition.json").read_text())["notice"]
    header, row = csv.reader(io.StringIO((folder / "edition.csv").read_text("utf-8-sig")))
    assert (header[-1], row[-1][:4]) == ("备注", "演示数据")
    with zipfile.ZipFile(folder / "edition.docx") as parts:
        headers = [parts.read(n).decode() for n in parts.namelist() if n.startswith("word/header")]
    assert any("演示数据" in text for text in headers)
    assert "（演示数据）</title>" in (folder / "feed.xml").read_text()
