"""`huiyin ledger`: the ledger as lines, and what comes into it from a file."""

from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from flows.export_tables import EXPORTED, Teller, read_rows
from flows.house import House
from flows.ledger_lines import Lines
from flows.ledger_rows import is_ledger_file, read_ledger
from flows.plan_entries import read_plan
from flows.plan_likeness import Likeness, likely_same, plan_named
from models.actions.ledger_entries import Entered, enter_entries, enter_plan
from models.actors import SYSTEM, Actor
from models.database import reading, writing
from models.errors import BadInput
from models.promise_words import PromiseState
from models.queries.ledger import UNKEPT
from models.queries.plans import tasks_missing_from

_BATCH = 200
_DIFFERS = "已入账，但文字与台账的不同，台账未改动；请在“新旧文核对”里逐项决定采用新文还是保留原文"
_GONE = "台账里有、这份文件里没有，台账仍按原文办理；确已取消的，请在该项中办理"


class NoState(BadInput):
    """没有这个承诺状态。"""

    exit_code = 2


def entries(house: House, *, state: str | None, unit: str | None, overdue: bool) -> list[dict[str, Any]]:
    """Ledger lines as `export promises` has them, those wanted; a sealed order's say nothing."""
    wanted = None if state is None else _state(state).value
    today = house.today().isoformat()
    with reading(house.engine) as session:
        return [
            row
            for row in read_rows(session, EXPORTED["promises"], Teller(house))
            if wanted in {None, row["state"]}
            and unit in {None, row["unit"], row["unit_name"]}
            and (not overdue or (row["state"] in UNKEPT and row["due"] is not None and row["due"] < today))
        ]


def line(row: dict[str, Any]) -> str:
    """One entry on one line of a terminal."""
    due = row["due"] or row["due_expr"] or "未定期限"
    text = (row["text"] or "（密封）").splitlines()[0]
    return f"{row['id']}  {row['state_name']}  {due}  {row['unit_name'] or ''}  {text[:60]}"


def import_ledger(
    house: House, source: Path, now: datetime, *, dry_run: bool = False, actor: Actor = SYSTEM,
    revises: int | None = None, separate: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Enter an export of a ledger, or a work plan's tasks: {"read","entered","duplicates","problems","plan"}.

    Every line is entered, known already, or among the problems with its reason; the same file twice enters
    nothing. `plan`: {"title","year","entries", and counts of what a person must look at}; None for an export.
    A dry run says the same and keeps nothing. Raises BadInput where the file can't be read at all.
    A plan that looks like a known one under another name enters nothing (`plan.like`) until a person has said that
    it `revises` that one, or is a `separate` one.
    """
    file = read_ledger(house, source) if is_ledger_file(source) else read_plan(house, source, now)
    if file.plan and not separate:
        with reading(house.engine) as session:
            known = plan_named(session, revises) if revises is not None else None
            like = likely_same(session, file) if known is None else None
        if like is not None:
            return _known(source, file, like) if like.whole else _asked(source, file, like)
        if known is not None:
            file = read_plan(house, source, now, known.name)
    return _result(source, file, _enter(house, file, actor, now, dry_run=dry_run))


def _known(source: Path, file: Lines, like: Likeness) -> dict[str, Any]:
    done = _result(source, file, Entered(duplicates=len(file.lines)))
    done["problems"].append({"where": source.name, "why": f"{like.said()}，没有重复入账"})
    return done


def _asked(source: Path, file: Lines, like: Likeness) -> dict[str, Any]:
    """Nothing is entered twice, and nothing taken for a revision, by the machine's guess.

    How a person says which it is, each edge tells in the words of its own fields or options (`plan.like`).
    """
    plan = like.plan
    told = {"id": plan.id, "title": plan.title, "name": plan.name, "same": like.same, "of": like.of}
    problems = [{"where": source.name, "why": f"{like.said()}，没有入账"}]
    said = {"title": file.plan.title, "year": file.plan.year} if file.plan else {}
    return {
        "read": len(file.lines), "entered": 0, "duplicates": 0, "problems": problems,
        "plan": {**said, **file.counts, "like": told},
    }  # fmt: skip


def _result(source: Path, file: Lines, done: Entered) -> dict[str, Any]:
    problems = [{"where": each.where, "why": why} for each in file.lines for why in each.problems]
    problems += [{"where": where, "why": _DIFFERS} for where in dict.fromkeys(done.changed)]
    problems += [{"where": f"{source.name} {task}", "why": _GONE} for task in done.gone]
    problems += [{"where": source.name, "why": remark} for remark in file.remarks]
    plan = {"title": file.plan.title, "year": file.plan.year, **file.counts} if file.plan else None
    return {
        "read": len(file.lines), "entered": done.entered, "duplicates": done.duplicates, "problems": problems,
        "plan": plan,
    }  # fmt: skip


def _enter(house: House, file: Lines, actor: Actor, now: datetime, *, dry_run: bool) -> Entered:
    """Lines in batches of one transaction each; a line counts once however many entries it makes."""
    total = Entered()
    ready = (each for each in file.lines if each.entries)
    while batch := list(islice(ready, _BATCH)):
        with writing(house.engine) as session:
            plan = enter_plan(session, file.plan, actor, now) if file.plan else None
            for each in batch:
                done = enter_entries(session, each.entries, actor, now, plan_id=plan)
                total.entered += bool(done.entered)
                total.duplicates += not done.entered
                total.changed += done.changed
            if dry_run:
                session.rollback()
    if file.plan:
        said = {entry.source_ref for each in file.lines for entry in each.entries}
        with reading(house.engine) as session:
            total.gone = tasks_missing_from(session, file.plan.name, said)
    return total


def _state(given: str) -> PromiseState:
    for state in PromiseState:
        if given in {state.value, state.label}:
            return state
    raise NoState(f"没有“{given}”这个状态，可用：{'、'.join(s.label for s in PromiseState)}。")
