"""文号: one series for a 代字 and a year, without gaps, given at signing."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from support.desk import Desk, at, open_desk

from models.actions.document_numbers import document_number, give_number
from models.reckoning import Reckoner
from models.vocabulary import InstructionKind

NEW_YEAR = at("2026-12-31T23:30")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def given(desk: Desk, now: datetime, kind: InstructionKind = InstructionKind.SUPERVISE, **own: str) -> str:
    prefixes = {InstructionKind(each): prefix for each, prefix in own.items()}
    reckoner = desk.house.reckoner
    profile = reckoner.profile.model_copy(update={"document_prefixes": prefixes})
    with desk.writing() as session:
        return give_number(session, Reckoner(profile, reckoner.calendar, reckoner.zone), kind, now)


def test_a_number_has_six_angle_brackets_no_ordinal_and_no_leading_zero() -> None:
    assert document_number("渝高新督", 2026, 7) == "渝高新督〔2026〕7号"


def test_every_year_begins_again_at_the_offices_own_midnight(desk: Desk) -> None:
    assert [given(desk, NEW_YEAR) for _ in range(2)] == ["望政督〔2026〕1号", "望政督〔2026〕2号"]
    # 00:30 in the office is still the old year in UTC.
    assert given(desk, at("2027-01-01T00:30")) == "望政督〔2027〕1号"


def test_a_kind_with_a_prefix_of_its_own_has_a_series_of_its_own(desk: Desk) -> None:
    assert given(desk, NEW_YEAR) == "望政督〔2026〕1号"
    assert given(desk, NEW_YEAR, InstructionKind.CIRCULAR, circular="望政通") == "望政通〔2026〕1号"
    assert given(desk, NEW_YEAR, InstructionKind.SUMMONS, circular="望政通") == "望政督〔2026〕2号"


def test_a_signature_that_fails_leaves_no_gap(desk: Desk) -> None:
    with pytest.raises(RuntimeError, match="断电"):
        _cut_off(desk)
    assert given(desk, NEW_YEAR) == "望政督〔2026〕1号"


def _cut_off(desk: Desk) -> None:
    with desk.writing() as session:
        give_number(session, desk.house.reckoner, InstructionKind.SUPERVISE, NEW_YEAR)
        raise RuntimeError("断电")
