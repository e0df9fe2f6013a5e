"""`huiyin knowledge import | export`: the knowledge base from an office's sheet, and out again."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import AsJson, complain, emit, finish, open_house

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="问答库。")


def enter(app: typer.Typer) -> None:
    app.add_typer(commands, name="knowledge")


@commands.command("import")
def import_file(
    source: Annotated[
        Path, typer.Argument(help="CSV 或 XLSX，列：问题、答复、责任单位、领域、政策依据、有效期至、对外公开。")
    ],
    as_json: AsJson = False,
) -> None:
    """导入问答条目，等待审核；同一文件再导一次不会重复。"""
    from flows.knowledge_files import import_knowledge
    from models.actors import SYSTEM

    house = open_house()
    result = import_knowledge(house, source, SYSTEM, house.now())
    for problem in result["problems"]:
        complain(f"{problem['where']}：{problem['why']}")
    text = (
        f"读到 {result['read']} 行：待审核 {result['entered']}，已有 {result['duplicates']}，"
        f"有误 {len(result['problems'])} 行。"
    )
    emit(result, as_json=as_json, text=text)
    finish(failed=bool(result["problems"]))


@commands.command("export")
def export_file(
    out: Annotated[Path, typer.Option("--out", help="写到这个 XLSX 文件。")], as_json: AsJson = False
) -> None:
    """导出全部问答条目，可再导入。"""
    from flows.knowledge_files import export_file as write

    rows = write(open_house(), out)
    emit({"rows": rows, "file": str(out)}, as_json=as_json, text=f"已导出 {rows} 条到 {out}。")
