"""`huiyin routes try`: what another profile's routing rules would do to the messages of late."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.common import AsJson, complain, emit, open_house

if TYPE_CHECKING:
    from flows.route_trials import Change, Trial
    from models.profile import Profile

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="派单规则。")
_SHOWN = 50


def enter(app: typer.Typer) -> None:
    app.add_typer(commands, name="routes")


@commands.callback()
def routes() -> None:
    """派单规则。"""


@commands.command("try")
def try_routes(
    profile: Annotated[Path, typer.Argument(help="候选的辖区配置文件（YAML）。")],
    last: Annotated[int, typer.Option("--last", min=1, max=10_000, help="用最近多少件来件试算。")] = 1000,
    as_json: AsJson = False,
) -> None:
    """规则试算：换成这份配置，最近的来件会改派给谁、为什么；不改动任何工单。"""
    from flows.route_trials import try_matrix
    from models.profile import load_profile

    house = open_house()
    candidate = load_profile(str(profile))
    trial = try_matrix(house, candidate, last)
    for note in trial.notes:
        complain(note)
    emit(_result(trial), as_json=as_json, text=_text(trial, house.profile, candidate))


def _result(trial: "Trial") -> dict[str, Any]:
    return {
        "messages": trial.messages,
        "changed": len(trial.changes),
        "notes": trial.notes,
        "units": [{"unit": unit, "now": now, "then": then} for unit, (now, then) in trial.by_unit.items()],
        "changes": [_change(change) for change in trial.changes],
    }


def _change(change: "Change") -> dict[str, Any]:
    return {
        "work_order": change.order.number, "domain": change.order.domain, "kind": change.order.kind,
        "now": change.now, "then": change.then, "co_now": list(change.co_now), "co_then": list(change.co_then),
        "why": change.why,
    }  # fmt: skip


def _text(trial: "Trial", now: "Profile", then: "Profile") -> str:
    names = {unit.code: unit.name for unit in (*then.units, *now.units)} | {None: "（无）"}
    lines = [f"试算 {trial.messages} 件，其中 {len(trial.changes)} 件的主办或协办单位会变。"]
    lines += [f"  {names[unit]}：{old} → {new}" for unit, (old, new) in trial.by_unit.items() if old != new]
    for change in trial.changes[:_SHOWN]:
        lines.append(f"{change.order.number}  {names[change.now]} → {names[change.then]}  {change.why}")
    if len(trial.changes) > _SHOWN:
        lines.append(f"……另有 {len(trial.changes) - _SHOWN} 件，加 --json 查看全部。")
    return "\n".join(lines)
