"""对外联系电话: the list is imported, and every morning says which lines are called when."""

from datetime import datetime
from pathlib import Path
from typing import Any

from channels.options import ReadOptions
from channels.phone_lines import LineRow, read_lines
from flows.house import House
from models.actions.phone_lines import LineFacts, enter_line, plan_checks
from models.actors import Actor
from models.database import writing
from models.errors import BadInput, HuiyinError


def import_lines(house: House, source: Path, actor: Actor, now: datetime) -> dict[str, Any]:
    """{"read","added","changed","same","problems":[{"where","why"}]}; every row is one of the four.

    A row that can't be entered is named with what to do, and the others go on. Raises BadInput for no table.
    """
    counts = {"read": 0, "added": 0, "changed": 0, "same": 0}
    problems: list[dict[str, str]] = []
    seen: dict[str, str] = {}
    for row in read_lines(source, ReadOptions(now=now, zone=house.settings.zone)):
        counts["read"] += 1
        try:
            counts[_enter(house, row, seen, actor, now)] += 1
        except HuiyinError as error:
            problems.append({"where": row.where, "why": str(error)})
    return {**counts, "problems": problems}


def _enter(house: House, row: LineRow, seen: dict[str, str], actor: Actor, now: datetime) -> str:
    if row.fault:
        raise BadInput(row.fault)
    unit = _unit(house, row.values["unit"])
    number = row.values["number"]
    if number in seen:
        raise BadInput(f"电话号码 {number} 与{seen[number]}重复，请只留一行。")
    facts = LineFacts(**{**row.values, "unit": unit})
    with writing(house.engine) as session:
        done = enter_line(session, house.reckoner, facts, actor, now)
    seen[number] = row.where
    return done


def _unit(house: House, name: str) -> str:
    """By name, another name or code."""
    for unit in house.profile.units:
        if name in {unit.code, unit.name, *unit.aliases}:
            return unit.code
    raise BadInput(f"没有名为“{name[:40]}”的单位，请按辖区配置中的单位名称填写。")


def plan_line_checks(house: House, now: datetime) -> dict[str, int]:
    with writing(house.engine) as session:
        return plan_checks(session, house.reckoner, house.secret, now)
