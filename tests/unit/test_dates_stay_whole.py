"""How pages tell dates and states: a date is never broken in two lines, and no state is a bare code."""

from collections.abc import Iterator
from datetime import date

import pytest
from support.desk import open_desk

from console.web.context import Pages
from models.vocabulary import InstructionStatus


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        yield Pages(desk.house)


def said(pages: Pages, template: str, **values: object) -> str:
    return pages._environment.from_string(template).render(**values)


def test_a_date_on_a_page_is_one_piece_and_nothing_is_none(pages: Pages) -> None:
    assert said(pages, "{{ on | day }}", on=date(2026, 11, 22)) == "<time>2026-11-22</time>"
    assert said(pages, "{{ on | day }}", on=None) == "—"


def test_a_date_in_a_field_is_bare(pages: Pages) -> None:
    field = '<input type="date" value="{{ on | day | striptags }}">'
    assert said(pages, field, on=date(2026, 11, 22)) == '<input type="date" value="2026-11-22">'


def test_every_state_of_a_supervision_paper_has_its_word(pages: Pages) -> None:
    assert [pages.state(status.value, "instruct") for status in InstructionStatus] == [
        s.label for s in InstructionStatus
    ]
