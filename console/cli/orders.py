"""`huiyin orders import`: existing orders from the system that was used before."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import AsJson, complain, emit, finish, open_house

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="工单。")


def enter(app: typer.Typer) -> None:
    app.add_typer(commands, name="orders")


@commands.callback()
def orders() -> None:
    """工单。"""


@commands.command("import")
def import_orders(
    source: Annotated[Path, typer.Argument(help="原有工单的清单（CSV 或 XLSX），表头见 README。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入。")] = False,
    as_json: AsJson = False,
) -> None:
    """导入原有工单，保留编号、日期、状态和答复；同一文件再导一次不会重复。"""
    from flows.importing import import_file

    house = open_house()
    result = import_file(house, source, house.now(), dry_run=dry_run)
    for problem in result["problems"]:
        complain(f"{problem['where']}：{problem['why']}")
    done = "可导入" if dry_run else "已导入"
    text = (
        f"读到 {result['read']} 件：{done} {result['entered']}，已有 {result['duplicates']}，"
        f"须人工核对 {len(result['problems'])} 处。"
    )
    emit(result, as_json=as_json, text=text)
    finish(failed=result["read"] > result["entered"] + result["duplicates"])
