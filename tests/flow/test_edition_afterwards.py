"""An edition after it appeared: the same files again, withdrawn, corrected, numbered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, at, open_desk
from support.pressroom import (
    EDITOR,
    FILES,
    LATER_WEEK,
    NOW,
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

from flows.editions import edit_item, withdraw_edition
from models.actions.edition_release import ReviewMissing
from models.errors import BadInput, Conflict
from models.tables.editions import Edition, EditionItem
from models.tables.record import History
from models.vocabulary import ReviewStep
from responders.editions.files import published_text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_pressroom(tmp_path) as opened:
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "editions"


def test_publishing_again_gives_the_same_files_even_elsewhere(desk: Desk, out: Path, tmp_path: Path) -> None:
    first = published(desk, out)
    again = release(desk, out)
    elsewhere = release(desk, tmp_path / "copy")
    assert again == first
    for file in elsewhere["files"]:
        assert Path(file).read_bytes() == (out / WEEK / Path(file).name).read_bytes()
    assert len(desk.all(History, action="publish")) == 1


def test_a_published_edition_can_not_be_compiled_edited_or_reviewed(desk: Desk, out: Path) -> None:
    published(desk, out)
    [item] = desk.all(EditionItem)
    for act in (
        lambda: compiled(desk),
        lambda: edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="改一改。"),
        lambda: judged(desk, ReviewStep.SECRECY, SECRECY),
    ):
        with pytest.raises(Conflict, match="已经发布"):
            act()


def test_issues_are_numbered_as_they_appear(desk: Desk, out: Path) -> None:
    answered(desk, when=at("2026-03-03 10:00"), text="河东大道站台顶棚玻璃裂了，请尽快处理。")
    published(desk, out, LATER_WEEK)
    published(desk, out, WEEK)
    assert {e.week: e.issue for e in desk.all(Edition)} == {LATER_WEEK: 1, WEEK: 2}
    assert "第2期（2月23日—3月1日）" in (out / WEEK / "edition.html").read_text()


def test_a_withdrawn_edition_says_so_in_every_form_and_in_later_feeds_and_its_words_are_gone(
    desk: Desk, out: Path
) -> None:
    answered(desk, when=at("2026-03-03 10:00"), text="河东大道站台顶棚玻璃裂了，请尽快处理。")
    published(desk, out)
    published(desk, out, LATER_WEEK)
    assert "看不清路" in (out / LATER_WEEK / "feed.xml").read_text()
    withdraw_edition(desk.house, WEEK, "数字有误，更正后重发。", EDITOR, NOW, out)
    assert {f.name for f in (out / WEEK).iterdir()} == FILES
    for file in (*(out / WEEK).iterdir(), out / LATER_WEEK / "feed.xml"):
        said = published_text(file.name, file.read_bytes())
        assert "看不清路" not in said, file.name
        assert "数字有误，更正后重发" in said, file.name
        assert "【已撤下】" in said or file.suffix in {".csv", ".docx", ".json"}
    assert [e.week for e in desk.all(Edition, status="published")] == [LATER_WEEK]


def test_a_corrected_edition_needs_its_reviews_anew_and_keeps_its_number(desk: Desk, out: Path) -> None:
    published(desk, out)
    withdraw_edition(desk.house, WEEK, "灯的盏数有误，现予更正。", EDITOR, NOW, out)
    with pytest.raises(ReviewMissing):
        release(desk, out)
    [item] = desk.all(EditionItem)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, answer="网友您好！14盏路灯已全部更换，现已恢复照明。")
    reviewed(desk)
    done = release(desk, out, now=at("2026-03-11 10:00"))
    page = (out / WEEK / "edition.html").read_text()
    assert done["status"] == "published"
    assert edition(desk).issue == 1
    for file in (out / WEEK).iterdir():
        assert "灯的盏数有误，现予更正" in published_text(file.name, file.read_bytes()), file.name
    assert "【更正】" in (out / WEEK / "feed.xml").read_text()
    assert "2026年3月11日" in page


def test_a_withdrawal_says_why_and_names_nobody(desk: Desk, out: Path) -> None:
    published(desk, out)
    with pytest.raises(BadInput, match="写明原因"):
        withdraw_edition(desk.house, WEEK, " ", EDITOR, NOW, out)
    with pytest.raises(BadInput, match="不能有个人信息"):
        withdraw_edition(desk.house, WEEK, "应来信人要求（电话19900004321）撤下。", EDITOR, NOW, out)
    with pytest.raises(BadInput, match="不能有个人信息"):
        withdraw_edition(desk.house, WEEK, "应马长河要求撤下。", EDITOR, NOW, out)
    assert edition(desk).status == "published"


def test_an_edition_appears_and_is_withdrawn_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    with open_desk(tmp_path, database_url=postgres_url) as desk:
        answered(desk)
        answered(desk, when=at("2026-03-03 10:00"), text="河东大道站台顶棚玻璃裂了，请尽快处理。")
        published(desk, tmp_path / "out", LATER_WEEK)
        assert published(desk, tmp_path / "out")["status"] == "published"
        withdraw_edition(desk.house, WEEK, "数字有误，更正后重发。", EDITOR, NOW, tmp_path / "out")
        assert {e.week: (e.status, e.issue) for e in desk.all(Edition)} == {
            LATER_WEEK: ("published", 1), WEEK: ("withdrawn", 2),
        }  # fmt: skip
