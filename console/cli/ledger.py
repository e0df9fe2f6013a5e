"""`huiyin ledger list | export | import`: the promise ledger as a table, as a file, and from a work plan."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import AsJson, complain, emit, finish, open_house
from console.cli.exports import Format, Out, write_rows

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="承诺台账。")


def enter(app: typer.Typer) -> None:
    app.add_typer(commands, name="ledger")


@commands.command("list")
def list_entries(
    state: Annotated[str | None, typer.Option("--state", help="只列某一状态，如 待确认 或 to_confirm。")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只列某一单位（代码或名称）。")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列超期未兑现的。")] = False,
    as_json: AsJson = False,
) -> None:
    """列出台账。"""
    from flows.ledger_files import entries, line

    rows = entries(open_house(), state=state, unit=unit, overdue=overdue)
    text = "\n".join(line(row) for row in rows) or "台账里没有符合条件的承诺。"
    emit({"promises": rows}, as_json=as_json, text=text)


@commands.command("export")
def export_ledger(kind: Format = "jsonl", out: Out = None, as_json: AsJson = False) -> None:
    """导出台账，可再导入。"""
    write_rows("promises", kind, out, as_json=as_json)


@commands.command("import")
def import_file(
    source: Annotated[Path, typer.Argument(help="台账导出文件（jsonl、csv、xlsx），或工作要点文档（txt、docx）。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不入账。")] = False,
    as_json: AsJson = False,
) -> None:
    """导入台账文件或工作要点；同一文件再导一次不会重复。"""
    from flows.ledger_files import import_ledger

    house = open_house()
    result = import_ledger(house, source, house.now(), dry_run=dry_run)
    for problem in result["problems"]:
        complain(f"{problem['where']}：{problem['why']}")
    text = (
        f"读到 {result['read']} 项：入账 {result['entered']}，已有 {result['duplicates']}，"
        f"须人工核对 {len(result['problems'])} 处。"
    )
    emit(result, as_json=as_json, text=text)
    finish(failed=result["read"] > result["entered"] + result["duplicates"])
