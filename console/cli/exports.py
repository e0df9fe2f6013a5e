"""How `huiyin export` and `huiyin ledger export` write: to a file, to stdout, or as the one object of `--json`."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import WRONG_USE, complain, emit, open_house

Format = Annotated[str, typer.Option("--format", help="jsonl、csv 或 xlsx。")]
Out = Annotated[Path | None, typer.Option("--out", help="输出文件；默认打印到标准输出。")]


def write_rows(what: str, kind: str, out: Path | None, *, as_json: bool) -> None:
    """`--json` without a file has the rows in its object: stdout can't carry two things."""
    from flows.exporting import KINDS, TABLES, export_rows, rows_of

    if what not in TABLES or kind not in KINDS:
        complain(f"可导出：{'、'.join(TABLES)}；格式：{'、'.join(KINDS)}。")
        raise typer.Exit(WRONG_USE)
    if out is None and (kind == "xlsx" or (as_json and kind != "jsonl")):
        complain(f"{kind} 不能这样打印，请用 --out 指定文件名。")
        raise typer.Exit(WRONG_USE)
    house = open_house()
    if out is None and as_json:
        rows = rows_of(house, what)
        emit({"rows": len(rows), what: rows}, as_json=True, text="")
        return
    count = export_rows(house, what, kind, out)
    if out is not None:
        emit({"rows": count, "file": str(out)}, as_json=as_json, text=f"已导出 {count} 行：{out}")
