"""Every code of a profile has its Chinese name on 辖区配置 and in its preview: what is shipped, and all that may be."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from support.desk import open_desk
from support.web import enrol, serving, visiting

from models.notice_rules import Event, NoticeRule, Reader, Way
from models.opinion_rules import OpinionRules
from models.opinion_words import OpinionGrade
from models.profile import SHIPPED, Profile, Rung, load_profile, shipped_profiles
from models.profile_changes import Words
from models.profile_parts import ClockRule, EditionRules, Part
from models.profile_security import SecurityRules
from models.vocabulary import CaseType, Channel, Kind, LimitUnit, Procedure, Role, Stage, Urgency, Word

# Names of things that have no Chinese one.
_NAMES = {"YAML", "HUIYIN_PROFILE", "GB", "T", "Slack", "A", "B"}
_PACKS = sorted((SHIPPED / "packs").glob("*.yaml"))


class _Seen(HTMLParser):
    """What stands on a page as words: codes that are marked as such (for files and numbers) are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _: object) -> None:
        self._silent += tag in {"code", "script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"code", "script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def bare(page: str) -> set[str]:
    """English words in the page's own part."""
    seen = _Seen()
    seen.feed(page[page.index("<main") : page.index("</main>")])
    found = set(re.findall(r"[A-Za-z_]+", " ".join(seen.words)))
    return found - _NAMES


def shown(folder: Path, profile: str, change: Profile | None = None) -> str:
    with open_desk(folder, profile=profile) as desk:
        enrol(desk.house)
        if change is not None:
            vars(desk.house)["profile"] = change
        with serving(desk.house) as address, visiting(address, "guan") as operator:
            answer = operator.get("/console/admin/profile")
            assert answer.status_code == 200
            return answer.text


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_shipped_profile_is_shown_without_a_bare_code(tmp_path: Path, name: str) -> None:
    page = shown(tmp_path, name)
    assert bare(page) == set()


def test_everything_that_a_profile_may_say_is_shown_without_a_bare_code(tmp_path: Path) -> None:
    """Every stage, channel, kind, procedure, grade, role, notice, way and step of supervision that there is."""
    demo = load_profile("demo")
    kinds: dict[str, type[Word]] = {"channel": Channel, "kind": Kind, "procedure": Procedure, "case_type": CaseType,
                                    "urgency": Urgency}  # fmt: skip
    clocks = [_clock(stage, unit) for stage in Stage for unit in LimitUnit]
    clocks += [_clock(Stage.HANDLE, LimitUnit.DAYS, **{name: each}) for name, words in kinds.items() for each in words]
    actions = get_args(Rung.model_fields["action"].annotation)
    everywhere = [f"{way}:x" for way in get_args(Way)]
    whole = demo.model_copy(update={
        "clocks": clocks,
        "notices": [NoticeRule(event=e, to=list(get_args(Reader)), over=list(get_args(Way))) for e in get_args(Event)],
        "ladder": demo.ladder.model_copy(update={"rungs": [
            Rung(action=a, name=demo.ladder.rungs[0].name, after=n, to=["unit", "supervisor", "leader"], source="推定")
            for n, a in enumerate(actions)
        ]}),
        "units": [demo.units[0].model_copy(update={"notify": everywhere}), *demo.units[1:]],
        "opinion": OpinionRules(major=list(OpinionGrade), urgencies=list(Urgency), kinds=list(Kind)),
        "security": SecurityRules(second_factor=[role for role in Role if role is not Role.OPERATOR]),
        "edition": EditionRules(period="fortnightly"),
        "packs": [file.stem for file in _PACKS],
    })  # fmt: skip
    assert bare(shown(tmp_path, "demo", whole)) == set()


def _clock(stage: Stage, unit: LimitUnit, **of: Any) -> ClockRule:  # noqa: ANN401  (its words)
    return ClockRule(code="x", stage=stage, limit=1, unit=unit, source="推定", **of)


def test_every_code_that_a_part_may_hold_has_its_word_in_the_preview() -> None:
    demo = load_profile("demo")
    words = Words(demo, demo)
    codes = [(name, code) for part in _parts(Profile) for name, field in part.model_fields.items()
             for code in _codes(field.annotation)]  # fmt: skip
    assert len(codes) > 150
    for name, code in codes:
        said = words.say(name, code)
        assert said in _NAMES or not re.search("[A-Za-z]", said), (name, code, said)


def _parts(part: type[Part], known: frozenset[type[Part]] = frozenset()) -> set[type[Part]]:
    found = {part}
    for field in part.model_fields.values():
        for inner in _types(field.annotation):
            if isinstance(inner, type) and issubclass(inner, Part) and inner not in known | found:
                found |= _parts(inner, known | frozenset(found))
    return found


def _types(annotation: object) -> Iterator[object]:
    yield annotation
    for inner in get_args(annotation):
        yield from _types(inner)


def _codes(annotation: object) -> Iterator[object]:
    """Each choice of a field, however deep in a list or beside None."""
    for inner in _types(annotation):
        if get_origin(inner) is Literal:
            yield from (each for each in get_args(inner) if isinstance(each, str))
        elif isinstance(inner, type) and issubclass(inner, Word):
            yield from inner


@pytest.mark.parametrize("pack", _PACKS, ids=lambda file: file.stem)
def test_every_rule_pack_has_a_chinese_name_and_speaks_in_known_words(pack: Path) -> None:
    demo = load_profile("demo")
    words = Words(demo, demo)
    said = yaml.safe_load(pack.read_text(encoding="utf-8"))
    assert words.say("packs", [pack.stem]) == said["name"]
    assert not re.search("[A-Za-z]", said["name"])
    for given in said["clocks"]:
        for label, value in words.values(ClockRule.model_validate(given)):
            assert label == "代码" or not re.search("[A-Za-z]", f"{label}{value}"), (pack.stem, given["code"], label)
