"""A jurisdiction: its places, units, routing matrix, clocks and policies, read from one YAML file."""

import hashlib
import re
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from models.errors import BadProfile, NotFound
from models.notice_rules import NoticeRule, rule_for
from models.opinion_rules import OpinionRules
from models.profile_calling import FollowUpRules, LineRules, RetryPlan
from models.profile_parts import (
    ANY,
    CalendarAdditions,
    CalendarDay,
    ClockRule,
    Code,
    DocumentPrefix,
    DutyPost,
    EditionRules,
    Hours,
    Ladder,
    Limits,
    Name,
    OfficeHours,
    Part,
    Region,
    Route,
    Rung,
    SummerHours,
    Unit,
)
from models.profile_security import SecurityRules
from models.routing import Asked, Routing, route
from models.vocabulary import CaseType, Domain, InstructionKind, Stage

__all__ = [
    "HOTLINE_COLUMNS",
    "CalendarAdditions",
    "CalendarDay",
    "ClockRule",
    "DutyPost",
    "EditionRules",
    "FollowUpRules",
    "Hours",
    "Ladder",
    "Limits",
    "LineRules",
    "OfficeHours",
    "Profile",
    "Region",
    "RetryPlan",
    "Route",
    "Routing",
    "Rung",
    "SecurityRules",
    "SummerHours",
    "Unit",
    "load_profile",
    "shipped_profiles",
]

SHIPPED = Path(__file__).parent / "profiles"

_MOST_ROUTINGS = 20_000

# What call centres write above their columns; a profile's own names are tried before these.
HOTLINE_COLUMNS: dict[str, list[str]] = {
    "external_id": ["工单编号", "工单号", "编号"],
    "received_at": ["来电时间", "受理时间"],
    "caller": ["来电人", "来电人姓名", "诉求人"],
    "phone": ["联系电话", "来电号码", "电话"],
    "title": ["诉求标题", "标题"],
    "text": ["诉求内容", "反映事项", "内容"],
    "region": ["所属区域", "事发地点", "区域"],
    "answered_on_the_spot": ["是否当场答复"],
    "answer": ["当场答复内容", "答复内容"],
    "agent": ["受理员", "接听人"],
    "confidential": ["是否保密"],
    "may_publish": ["是否同意公开"],
}


class Profile(Part):
    """Everything local about the product. Read with `load_profile`, which also checks it as a whole."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Name
    demonstration: bool = False
    number_prefix: str = Field(pattern=r"^[A-Z]{1,4}$")
    document_prefix: DocumentPrefix
    document_prefixes: dict[InstructionKind, DocumentPrefix] = Field(default={})
    publisher: Name
    jurisdiction: Code
    sources: list[Name] = Field(default=[])
    packs: list[str] = Field(default=[])

    centre: Code
    supervisor: Code
    recusal_unit: Code
    opinion_coordinator: Code
    opinion_liaison: Code | None = None
    upper_unit: Code

    regions: list[Region] = Field(min_length=1)
    units: list[Unit] = Field(min_length=1)
    domains: dict[Code, Name] = Field(default={})
    routing: list[Route] = Field(min_length=1)
    clocks: list[ClockRule] = Field(default=[])
    ladder: Ladder
    limits: Limits = Limits()
    callback_retry: RetryPlan = RetryPlan()
    follow_up: FollowUpRules = FollowUpRules()
    lines: LineRules = LineRules()
    calendar: CalendarAdditions = CalendarAdditions()
    office_hours: OfficeHours = OfficeHours()
    edition: EditionRules = EditionRules()
    opinion: OpinionRules = OpinionRules()
    security: SecurityRules = SecurityRules()
    duty_roster: list[DutyPost] = Field(default=[])
    notices: list[NoticeRule] = Field(default=[])
    hotline_columns: dict[str, list[Name]] = Field(default=HOTLINE_COLUMNS)
    order_columns: dict[str, list[Name]] = Field(default={})

    dispatch: Literal["automatic", "confirm"] = "confirm"
    accept_precision: float = Field(default=0.97, gt=0, le=1)
    retention_years: int = Field(default=10, ge=1, le=100)

    @field_validator("hotline_columns")
    @classmethod
    def _own_names_first(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        strange = sorted(set(value) - set(HOTLINE_COLUMNS))
        if strange:
            raise ValueError(f"不认识的字段“{'、'.join(strange)}”，可用：{'、'.join(HOTLINE_COLUMNS)}")
        return {field: list(dict.fromkeys([*value.get(field, []), *names])) for field, names in HOTLINE_COLUMNS.items()}

    @field_validator("notices")
    @classmethod
    def _one_rule_an_event(cls, value: list[NoticeRule]) -> list[NoticeRule]:
        events = [rule.event for rule in value]
        if twice := sorted({event for event in events if events.count(event) > 1}):
            raise ValueError(f"通知规则“{'、'.join(twice)}”写了两次，每种通知只能有一行")
        return value

    @cached_property
    def regions_by_code(self) -> dict[str, Region]:
        return {region.code: region for region in self.regions}

    @cached_property
    def units_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    def own_name(self, unit: Unit) -> str:
        """A unit's name without its place's: 教育局 of 望溪市教育局."""
        return unit.name.removeprefix(self.regions_by_code[unit.region].name)

    @cached_property
    def unit_signs(self) -> re.Pattern[str]:
        """What a text that speaks of a unit has in it: an alias, or the unit's own name."""
        signs = {sign for unit in self.units for sign in (*unit.aliases, self.own_name(unit))}
        return re.compile("|".join(re.escape(sign) for sign in sorted(signs)))

    @cached_property
    def domain_labels(self) -> dict[str, str]:
        """Every domain code in use with its local label: the vocabulary's, renamed and added to."""
        return {str(domain): domain.label for domain in Domain} | self.domains

    @cached_property
    def version(self) -> str:
        """Digest of all that was read: an order keeps the version of the rules that it was routed by."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @cached_property
    def matrix(self) -> tuple[str, str]:
        """The routing matrix as text, and its digest."""
        from models.matrix import matrix_digest, matrix_text

        text = matrix_text(self)
        return text, matrix_digest(text)

    @cached_property
    def route_words(self) -> dict[str, tuple[str, ...]]:
        """The words that rows of the matrix look for, by the domain whose messages they can decide about."""
        return {
            domain: tuple({word: None for row in self.routing if row.domain in {ANY, domain} for word in row.words})
            for domain in {ANY, *(row.domain for row in self.routing)}
        }

    @cached_property
    def routings(self) -> dict[tuple[object, ...], Routing]:
        """What was answered before: messages ask the same again and again, and looking takes 60 µs."""
        return {}

    def notice(self, event: str) -> NoticeRule:
        """Who is told of an event, over what, at what hours."""
        return rule_for(self.notices, event)

    def region(self, code: str) -> Region:
        try:
            return self.regions_by_code[code]
        except KeyError:
            raise NotFound(f"{self.name}的配置中没有地区“{code}”") from None

    def unit(self, code: str) -> Unit:
        try:
            return self.units_by_code[code]
        except KeyError:
            raise NotFound(f"{self.name}的配置中没有单位“{code}”") from None

    def route(
        self,
        domain: str,
        region: str | Sequence[str] | None,
        kind: str,
        case_type: str = CaseType.ORDER,
        *,
        text: str = "",
        avoiding: Collection[str] = (),
    ) -> Routing:
        """Who handles it. Several regions stand in the order in which the message names them.

        `text` is looked through for the words of rows that have some; `avoiding` holds the units that
        the message is about (回避). Raises NotFound where no row fits.
        """
        named = (region,) if isinstance(region, str) else tuple(region or ())
        words = self.route_words.get(domain, self.route_words[ANY])
        asked = Asked(domain, kind, str(case_type), frozenset(word for word in words if word in text))
        key = (asked, named, tuple(avoiding))
        if key not in self.routings:
            if len(self.routings) >= _MOST_ROUTINGS:
                self.routings.clear()
            self.routings[key] = route(self, asked, named, avoiding=avoiding)
        return self.routings[key]

    def clock(
        self,
        stage: Stage,
        *,
        channel: str | None = None,
        kind: str | None = None,
        procedure: str | None = None,
        case_type: str | None = None,
        urgency: str | None = None,
    ) -> ClockRule | None:
        """Pick the most specific limit; compared in turn: procedure, case type, urgency, kind, channel."""
        asked = (procedure, case_type, urgency, kind, channel)
        fitting = [
            rule
            for rule in self.clocks
            if rule.stage == stage
            and all(wanted in {None, given} for wanted, given in zip(selector(rule), asked, strict=True))
        ]
        return max(fitting, key=lambda rule: tuple(w is not None for w in selector(rule)), default=None)


def selector(rule: ClockRule) -> tuple[str | None, ...]:
    """Say what a clock is for, in the order in which specificity is compared."""
    return (rule.procedure, rule.case_type, rule.urgency, rule.kind, rule.channel)


def shipped_profiles() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_profile(name_or_path: str) -> Profile:
    """Read a shipped profile by name or one's own by path; BadProfile lists every fault with its line."""
    from models.profile_checks import read_checked

    path = SHIPPED / f"{name_or_path}.yaml"
    if name_or_path not in shipped_profiles():
        path = Path(name_or_path)
        if not path.is_file():
            known = "、".join(shipped_profiles())
            raise BadProfile(f"没有名为“{name_or_path}”的辖区配置，也没有这个文件。自带的配置：{known}")
    return read_checked(path)
