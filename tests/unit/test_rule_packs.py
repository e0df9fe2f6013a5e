"""Rule packs: every shipped one can be named in an office's own profile, and the office's own word goes before it."""

from pathlib import Path

import pytest
import yaml

from models.profile import SHIPPED, Profile, load_profile
from models.vocabulary import Kind, LimitUnit, Procedure, Stage, Urgency

PACKS = sorted(path.stem for path in (SHIPPED / "packs").glob("*.yaml"))


def office(folder: Path, *packs: str, **own: object) -> Profile:
    """The demo's place with these packs, and no limits of its own but what is given."""
    given = yaml.safe_load((SHIPPED / "demo.yaml").read_text(encoding="utf-8"))
    given |= {"packs": [*packs, "opinion", "presumed", "lvliang-2024"], "clocks": [], **own}
    given.pop("ladder")
    if "limits" not in own:
        given.pop("limits")
    file = folder / "office.yaml"
    file.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return load_profile(str(file))


def limit(profile: Profile, stage: Stage, **of: str) -> tuple[float, LimitUnit] | None:
    rule = profile.clock(stage, **of)
    return (rule.limit, rule.unit) if rule else None


def test_the_packs_are_those_of_the_documents_the_state_and_what_is_presumed() -> None:
    documents = {"gaoxin-2021", "jiande-2020", "tengchong-2019", "city-standard", "lvliang-2024"}
    assert set(PACKS) == documents | {"opinion", "disclosure", "petition", "presumed"}


@pytest.mark.parametrize("pack", PACKS)
def test_an_office_can_name_each_pack_and_gets_its_limits_with_their_sources(tmp_path: Path, pack: str) -> None:
    profile = office(tmp_path, pack)
    for given in yaml.safe_load((SHIPPED / "packs" / f"{pack}.yaml").read_text(encoding="utf-8"))["clocks"]:
        [rule] = [r for r in profile.clocks if r.code == given["code"]]
        assert (rule.limit, rule.unit, rule.source) == (given["limit"], given["unit"], given["source"])


@pytest.mark.parametrize(
    ("pack", "stage", "of", "expected"),
    [
        ("gaoxin-2021", Stage.CALLBACK, {"channel": "hotline"}, (5, LimitUnit.WORKDAYS)),
        ("jiande-2020", Stage.INTERPRETATION, {}, (0, LimitUnit.WORKDAYS)),
        ("tengchong-2019", Stage.INTERPRETATION, {}, (3, LimitUnit.WORKDAYS)),
        ("city-standard", Stage.INTERPRETATION, {}, (3, LimitUnit.WORKDAYS)),
        ("lvliang-2024", Stage.DISPATCH, {}, (4, LimitUnit.WORKING_HOURS)),
        ("lvliang-2024", Stage.DISPATCH, {"urgency": Urgency.URGENT}, (0.5, LimitUnit.HOURS)),
        ("lvliang-2024", Stage.RETURN_WINDOW, {}, (1, LimitUnit.WORKDAYS)),
        ("lvliang-2024", Stage.HANDLE, {"kind": Kind.CONSULTATION}, (3, LimitUnit.WORKDAYS)),
        ("lvliang-2024", Stage.HANDLE, {}, (5, LimitUnit.WORKDAYS)),
        ("disclosure", Stage.REPLY, {"procedure": Procedure.DISCLOSURE}, (20, LimitUnit.WORKDAYS)),
        ("petition", Stage.HANDLE, {"procedure": Procedure.PETITION}, (60, LimitUnit.DAYS)),
        ("opinion", Stage.OPINION_FIRST, {"case_type": "opinion"}, (48, LimitUnit.HOURS)),
        ("opinion", Stage.OPINION_FIRST, {"case_type": "opinion", "urgency": "emergency"}, (5, LimitUnit.HOURS)),
    ],
)
def test_each_pack_says_what_its_document_says(
    tmp_path: Path, pack: str, stage: Stage, of: dict[str, str], expected: tuple[float, LimitUnit]
) -> None:
    assert limit(office(tmp_path, pack), stage, **of) == expected


def test_lvliangs_caps_come_with_its_pack_and_an_offices_own_cap_goes_before_them(tmp_path: Path) -> None:
    limits = office(tmp_path).limits
    assert (limits.extensions, limits.extension_workdays, limits.hanging_days) == (3, 3, 180)
    own = office(tmp_path, limits={"extensions": 1, "returns": 3}).limits
    assert (own.extensions, own.extension_workdays, own.returns) == (1, 3, 3)


def test_an_offices_own_limit_goes_before_the_packs(tmp_path: Path) -> None:
    handle = {"code": "ours", "stage": "handle", "limit": 4, "unit": "workdays", "source": "本市规程"}
    assert limit(office(tmp_path, clocks=[handle]), Stage.HANDLE) == (4, LimitUnit.WORKDAYS)
