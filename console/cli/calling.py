"""`huiyin lines import | list | plan` and `huiyin follow-up draw | verify`: the telephone's side of the house."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import AsJson, Now, complain, emit, finish, moment, open_house

lines = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="对外联系电话。")
follow_up = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="回访抽取。")


def enter(app: typer.Typer) -> None:
    app.add_typer(lines, name="lines")
    app.add_typer(follow_up, name="follow-up")


@lines.command("import")
def import_file(
    source: Annotated[Path, typer.Argument(help="CSV 或 XLSX，须有“电话号码”“单位”两列。")], as_json: AsJson = False
) -> None:
    """导入对外联系电话；同一号码再导一次即更新。"""
    from flows.phone_lines import import_lines
    from models.actors import SYSTEM

    house = open_house()
    result = import_lines(house, source, SYSTEM, house.now())
    for problem in result["problems"]:
        complain(f"{problem['where']}：{problem['why']}")
    text = (
        f"读到 {result['read']} 行：新登记 {result['added']}，更新 {result['changed']}，未变 {result['same']}，"
        f"未导入 {len(result['problems'])}。"
    )
    emit(result, as_json=as_json, text=text)
    finish(failed=bool(result["problems"]))


@lines.command("list")
def list_all(as_json: AsJson = False) -> None:
    """列出登记的号码和最近一次拨测。"""
    from models.actors import SYSTEM
    from models.calling_words import LineResult
    from models.database import reading
    from models.queries.phone_lines import list_lines

    house = open_house()
    with reading(house.engine) as session:
        rows = [
            {"number": row.number, "unit": house.profile.unit(row.unit).name, "purpose": row.purpose,
             "hours": row.hours or "作息时间", "answered_by": row.answered_by, "published_at": row.published_at,
             "checked_at": row.checked_at.isoformat() if row.checked_at else None,
             "result": LineResult(row.last_result).label if row.last_result else None}
            for row in list_lines(session, SYSTEM)
        ]  # fmt: skip
    text = "\n".join(f"{r['number']}  {r['unit']}  {r['result'] or '未拨测'}" for r in rows) or "还没有登记号码。"
    emit({"lines": rows}, as_json=as_json, text=text)


@lines.command()
def plan(now: Now = None, as_json: AsJson = False) -> None:
    """安排当天的拨测；一天之内再运行不会重复。"""
    from flows.phone_lines import plan_line_checks

    house = open_house()
    result = plan_line_checks(house, moment(house, now))
    text = f"新安排 {result['planned']} 个，此前未按计划拨测 {result['missed']} 个。"
    emit(dict(result), as_json=as_json, text=text)


@follow_up.command()
def draw(now: Now = None, as_json: AsJson = False) -> None:
    """抽取回访对象；名单只在服务中心的页面上看。"""
    from flows.following_up import draw_follow_ups

    house = open_house()
    result = draw_follow_ups(house, moment(house, now))
    emit(dict(result), as_json=as_json, text=f"候选 {result['candidates']} 件，抽中 {result['drawn']} 件。")


@follow_up.command()
def verify(as_json: AsJson = False) -> None:
    """按留存的种子、比例和候选复算每次抽取，与当时的名单核对。"""
    from models.database import reading
    from models.queries.follow_ups import all_draws

    house = open_house()
    with reading(house.engine) as session:
        draws = all_draws(session)
        rows = [
            {"until": d.row.until.isoformat(), "rate": d.row.rate, "seed": d.row.seed,
             "candidates": len(d.row.rounds), "drawn": d.row.drawn, "agrees": d.agrees}
            for d in draws
        ]  # fmt: skip
    wrong = [row for row in rows if not row["agrees"]]
    emit({"draws": rows, "agrees": not wrong}, as_json=as_json,
         text=f"共 {len(rows)} 次抽取，复算不一致 {len(wrong)} 次。")  # fmt: skip
    finish(failed=bool(wrong))
