"""`huiyin papers`: print a paper of the office, and look after the templates that papers are filled from."""

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from console.cli.common import AsJson, Now, complain, emit, finish, given_by_hand, moment, open_house

_Given = TypeVar("_Given")
commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="文书、台账和报表。")

_Name = Annotated[str, typer.Argument(help="文书名称或代码，如 督办通知单、weekly；见 papers list。")]
_Format = Annotated[str | None, typer.Option("--format", help="docx 或 xlsx；默认用该文书的第一种。")]


def enter(app: typer.Typer) -> None:
    app.add_typer(commands, name="papers")


@commands.command("list")
def list_papers(as_json: AsJson = False) -> None:
    """列出各种文书和现用的模板；本单位模板有错的逐项说明。"""
    from flows.paper_templates import standing

    lines = standing(open_house(ready=False))
    rows = [{"code": s.paper.code, "name": s.paper.name, "format": s.kind, "own": s.own, "fault": s.fault or None}
            for s in lines]  # fmt: skip
    text = "\n".join(
        f"{s.paper.code:<14}{s.file}  {'本单位模板' if s.own else '自带模板'}{'  ' + s.fault if s.fault else ''}"
        for s in lines
    )
    emit({"papers": rows}, as_json=as_json, text=text)
    finish(failed=any(s.fault for s in lines))


@commands.command("print")
def print_paper(
    name: _Name,
    order: Annotated[
        str | None, typer.Option("--order", help="工单编号（呈批表、交办单、反馈单、退单和延期申请表）。")
    ] = None,
    instruction: Annotated[
        int | None, typer.Option("--instruction", help="督办文书的序号（督办页面地址里的数字）。")
    ] = None,
    period: Annotated[str, typer.Option("--period", help="周报 2026-W47、月报 2026-11、年报 2026；默认上一期。")] = "",
    first: Annotated[str, typer.Option("--first", help="台账起日，默认本年1月1日。")] = "",
    last: Annotated[str, typer.Option("--last", help="台账止日，默认今天。")] = "",
    unit: Annotated[str | None, typer.Option("--unit", help="只要某一单位（代码）。")] = None,
    kind: _Format = None,
    out: Annotated[Path, typer.Option("--out", help="存到这个文件夹。")] = Path(),
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """打印一份文书，存为 DOCX 或 XLSX。"""
    from flows import papers
    from flows.paper_files import save
    from flows.paper_periods import between, parse_period
    from models.actors import SYSTEM
    from responders.papers.catalogue import paper_of

    with given_by_hand():
        paper = paper_of(name)
    house = open_house()
    at = moment(house, now)
    today = house.day_of(at)
    form = kind or paper.formats[0]
    with given_by_hand():
        if paper.code in papers.ORDER_PAPERS:
            printed = papers.print_order(house, SYSTEM, _needed(order, "--order"), paper.code, at)
        elif paper.code in papers.ROLLS:
            days = between(first, last, today)
            printed = papers.print_roll(house, SYSTEM, paper.code, form, days, at, unit=unit)
        elif paper.code in papers.REPORTS:
            asked = parse_period(paper.code, period, today)
            printed = papers.print_report(house, SYSTEM, paper.code, form, asked, at)
        else:
            printed = papers.print_instruction(house, SYSTEM, _needed(instruction, "--instruction"), at)
    file = save(out, printed)
    emit({"file": str(file), "bytes": len(printed.content)}, as_json=as_json, text=f"已存为 {file}")


@commands.command("template")
def template(
    name: _Name,
    kind: _Format = None,
    out: Annotated[Path, typer.Option("--out", help="存到这个文件夹。")] = Path(),
    as_json: AsJson = False,
) -> None:
    """取出自带模板，供本单位修改。"""
    from flows.paper_files import save
    from flows.papers import Printed
    from responders.papers import making
    from responders.papers.catalogue import paper_of

    with given_by_hand():
        paper = paper_of(name)
        form = making.must_come_as(paper, kind or paper.formats[0])
    file = save(out, Printed(making.file_name(paper, form), making.shipped(paper, form).content))
    emit({"file": str(file)}, as_json=as_json, text=f"已存为 {file}")


@commands.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="模板文件，文件名即文书名称，如 督办通知单.docx。")],
    as_json: AsJson = False,
) -> None:
    """检查本单位模板：缺字段、多字段、写错的标记都指出来。"""
    from flows.paper_files import faults_of

    found = faults_of(files)
    for fault in found:
        complain(fault)
    emit({"checked": len(files), "faults": found}, as_json=as_json,
         text=f"检查 {len(files)} 个模板，{len(found)} 个有错。")  # fmt: skip
    finish(failed=bool(found))


def _needed(value: _Given | None, option: str) -> _Given:
    if value is None:
        from models.errors import BadInput

        raise BadInput(f"这种文书须用 {option} 指明是哪一件。")
    return value
