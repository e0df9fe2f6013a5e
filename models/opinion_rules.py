"""When an item of the feed becomes an opinion case, whom a major one brings together: profile data."""

from typing import Literal

from pydantic import Field

from models.opinion_words import OpinionGrade
from models.profile_parts import Code, Name, Part
from models.vocabulary import Kind, Urgency


class JointRule(Part):
    """联动 (腾冲市 2019 一(一)2): for these grades and domains (none named: any) these units act together."""

    grades: list[OpinionGrade] = Field(default=[OpinionGrade.EXTRAORDINARY, OpinionGrade.MAJOR])
    domains: list[Code] = Field(default=[])
    units: list[Code] = Field(min_length=1)
    source: Name


class OpinionRules(Part):
    """Thresholds by which the machine lays a case before a person, and what the grades set off.

    `heat` and `posts`: a hot topic of the last `window_days`; `votes`: likes and dislikes of one item;
    `urgencies`, `domains`, `kinds`: what one item is a case for by itself. `clock_from`: whether hours run from
    首发时间 or 发现时间.
    """

    window_days: int = Field(default=7, ge=1, le=60)
    heat: float = Field(default=9.0, gt=0)
    posts: int = Field(default=3, ge=2)
    votes: int = Field(default=500, ge=1)
    urgencies: list[Urgency] = Field(default=[Urgency.EMERGENCY])
    domains: list[Code] = Field(default=[])
    kinds: list[Kind] = Field(default=[])
    clock_from: Literal["first_posted", "found"] = "first_posted"
    major: list[OpinionGrade] = Field(default=[OpinionGrade.EXTRAORDINARY, OpinionGrade.MAJOR])
    joint: list[JointRule] = Field(default=[])
    source: Name = "推定，待本地确认"
