"""The pieces of a jurisdiction's profile. Unknown keys are errors; models/profile.py puts them together."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from models.vocabulary import CaseType, Channel, Kind, LimitUnit, Procedure, Stage, Urgency

CODE_PATTERN = r"^[a-z][a-z0-9_]*$"
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=40)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# 发文机关代字, without brackets, figures or spaces of its own: they belong to the number around it.
DocumentPrefix = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\s\d〔〕\[\]（）()]{1,20}$")]
_TRANSPORTS = ("print:", "mailto:", "sms:", "slack:", "apprise:", "http:", "https:")
Level = Literal["province", "city", "county", "town", "village"]
Anything = Literal["*"]
ANY: Anything = "*"


def _known_transport(target: str) -> str:
    if not target.startswith(_TRANSPORTS):
        raise ValueError(f"不认识的通知方式“{target}”，可用 {' '.join(_TRANSPORTS)}")
    return target


Target = Annotated[str, AfterValidator(_known_transport)]


class Part(BaseModel):
    """A row that is written once and never changed in memory."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Region(Part):
    """A place that messages name. `outside`: a neighbour, known by name and answered by somebody else."""

    code: Code
    name: Name
    level: Level
    parent: Code | None = None
    aliases: list[Name] = []
    outside: bool = False


class Unit(Part):
    """A responsible unit. `notify`: its targets, such as `mailto:x@y`, `slack:#channel`; `signers`: its 审签人's."""

    code: Code
    name: Name
    level: Level
    region: Code
    phone: str | None = None
    notify: list[Target] = ["print:"]
    signers: list[Target] = []
    aliases: list[Name] = []
    basis: Literal["source", "推定"] = "source"

    @model_validator(mode="after")
    def _four_eyes(self) -> Self:
        if both := sorted(set(self.notify) & set(self.signers) - {"print:"}):
            raise ValueError(f"“{'、'.join(both)}”既通知承办人又通知审签人，拟写与审签不能由同一人办理")
        return self


class Route(Part):
    """One row of the routing matrix; `*` is anything. Opinion cases fall back on the rows for orders.

    `words`: only for messages that say one of them, where a domain is shared out by matter (路灯、占道 to 城管).
    """

    domain: Code | Anything
    region: Code | Anything = ANY
    kind: Kind | Anything = ANY
    case_type: CaseType | Anything = CaseType.ORDER
    words: list[Name] = []
    lead: Code
    co_units: list[Code] = []
    informed: list[Code] = []
    source: Name
    presumed: bool = False

    @model_validator(mode="after")
    def _one_part_each(self) -> Self:
        named = [self.lead, *self.co_units, *self.informed]
        twice = sorted({code for code in named if named.count(code) > 1})
        if twice:
            raise ValueError(f"单位“{'、'.join(twice)}”在同一行出现两次，主办、协办、知会只能取其一")
        return self


class ClockRule(Part):
    """A time limit and where it is written. Fractions are for hours only (30 分钟 = 0.5 小时)."""

    code: Code
    stage: Stage
    limit: float = Field(ge=0)
    unit: LimitUnit
    source: Name
    channel: Channel | None = None
    kind: Kind | None = None
    procedure: Procedure | None = None
    case_type: CaseType | None = None
    urgency: Urgency | None = None
    presumed: bool = False

    @property
    def label(self) -> str:
        """The limit as people say it: 5个工作日."""
        return f"{self.limit:g}{self.unit.label}"

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if self.unit in {LimitUnit.WORKDAYS, LimitUnit.DAYS} and self.limit != int(self.limit):
            raise ValueError("以日计的时限须为整数，半天请换算成工作小时")
        return self


class Rung(Part):
    """A step of supervision: `after` workdays beyond the limit (negative: ahead of it), who is told."""

    action: Literal["due_soon", "remind", "supervise", "circular", "summons", "yellow_card", "red_card"]
    name: Name
    after: int
    to: list[Literal["unit", "supervisor", "leader"]] = ["unit"]
    needs_decision: bool = False
    enabled: bool = True
    source: Name
    presumed: bool = False


class Ladder(Part):
    """催办 → 督办 → 通报/约谈. Quiet hours hold back everything but hour clocks and emergencies."""

    rungs: list[Rung] = Field(min_length=1)
    quiet_from: time = time(21)
    quiet_to: time = time(8)

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if any(lower.after >= higher.after for lower, higher in pairwise(self.rungs)):
            raise ValueError("督办各级须按 after 从小到大排列，且不相同")
        return self


class CalendarDay(Part):
    date: date
    name: Name


class CalendarAdditions(Part):
    """What a locality adds to the State Council's calendar; `known_until` only moves it forward."""

    off: list[CalendarDay] = []
    work: list[CalendarDay] = []
    known_until: date | None = None

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        both = sorted({day.date for day in self.off} & {day.date for day in self.work})
        if both:
            raise ValueError(f"{'、'.join(map(str, both))} 既列为放假又列为上班")
        return self

    def plus(self, other: "CalendarAdditions") -> "CalendarAdditions":
        """Join both, the other's word counting where they differ (a later file corrects an earlier one)."""
        said = {day.date for day in [*other.off, *other.work]}
        return CalendarAdditions(
            off=[*(day for day in self.off if day.date not in said), *other.off],
            work=[*(day for day in self.work if day.date not in said), *other.work],
            known_until=max(filter(None, (self.known_until, other.known_until)), default=None),
        )


class Hours(Part):
    """One stretch of office hours on a workday."""

    start: time
    end: time

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise ValueError("开始时间应早于结束时间")
        return self


class SummerHours(Part):
    """作息时间 between two days of the year, both included, as MM-DD."""

    first: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    last: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    hours: list[Hours] = Field(min_length=1)


class OfficeHours(Part):
    hours: list[Hours] = [Hours(start=time(9), end=time(12)), Hours(start=time(14), end=time(17, 30))]
    summer: SummerHours | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for hours in (self.hours, self.summer.hours if self.summer else []):
            if any(a.end > b.start for a, b in pairwise(hours)):
                raise ValueError("作息时间各段须按先后排列且不重叠")
        if not self.hours:
            raise ValueError("作息时间不能为空")
        return self

    def on(self, day: date) -> list[Hours]:
        """Return the stretches that count on this day, were it a workday."""
        summer = self.summer
        if summer and summer.first <= day.strftime("%m-%d") <= summer.last:
            return summer.hours
        return self.hours


class EditionRules(Part):
    """The periodical of representative messages (重庆高新区 2021 二(三)16: the five columns)."""

    title: Name = "网民留言办理情况选登"
    period: Literal["weekly", "fortnightly", "monthly"] = "weekly"
    publish_weekday: int = Field(default=1, ge=1, le=7)
    max_items: int = Field(default=20, ge=1, le=200)
    columns: list[Name] = ["留言摘要", "受理日期", "答复日期", "答复部门", "答复内容"]
    salutation: Name = "网友"
    source: Name = "推定，待本地确认"


class DutyPost(Part):
    """Who is rung, in this order, until a person confirms (值班员 → 带班领导)."""

    role: Name
    name: str | None = None
    phone: str | None = None
    notify: list[Target] = []
    wait_minutes: int = Field(default=15, ge=1)


class Limits(Part):
    """Counts and caps that are policy, not clocks."""

    returns: int = Field(default=2, ge=1)
    extensions: int = Field(default=3, ge=0)
    extension_workdays: int = Field(default=3, ge=1)
    pause_days: int = Field(default=30, ge=1)
    # How long a hanging case (挂账) may hang in all, in calendar days.
    hanging_days: int = Field(default=180, ge=1)
    # The citizen's time to come back dissatisfied before an answered order is closed.
    close_after_workdays: int = Field(default=5, ge=1)
    # Workdays after the answer until its addressee is asked how it was.
    survey_after_workdays: int = Field(default=2, ge=0)
    # 核对期限, in calendar days: how long a promise without a date may go unreported.
    promise_review_days: int = Field(default=30, ge=1)
    # How long a signed link may be used (/u/…); every later letter brings a new one.
    link_days: int = Field(default=30, ge=1, le=365)
