"""`huiyin status | doctor | export | audit | dead-letters`: look into the record."""

import uuid
from typing import Annotated

import typer

from console.cli.common import COULD_NOT_RUN, SOME_FAILED, AsJson, complain, emit, finish, open_house
from console.cli.exports import Format, Out, write_rows

audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="审计记录。")
dead_letters = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="处理失败的来件。")


def enter(app: typer.Typer) -> None:
    app.command()(status)
    app.command()(doctor)
    app.command()(export)
    app.add_typer(audit, name="audit")
    app.add_typer(dead_letters, name="dead-letters")


def status(as_json: AsJson = False) -> None:
    """各项计数。"""
    from flows.status import LABELS, NOTE, status_of

    result = status_of(open_house())
    lines = [f"{LABELS[name]}：{count}" for name, count in result.items()]
    emit(result, as_json=as_json, text="\n".join([*lines, NOTE]))


def doctor(as_json: AsJson = False) -> None:
    """检查设置、数据库、队列、日历和模型。"""
    from flows.doctor import examine

    findings = examine(open_house(ready=False))
    lines = [f"{'正常' if f.ok else '异常'}  {f.name}：{f.why}" for f in findings]
    result = {
        "ok": all(f.ok for f in findings),
        "checks": [{"name": f.name, "ok": f.ok, "why": f.why} for f in findings],
    }
    emit(result, as_json=as_json, text="\n".join(lines))
    if not result["ok"]:
        raise typer.Exit(COULD_NOT_RUN)


def export(
    what: Annotated[str, typer.Argument(help="messages、work-orders、promises 或 callbacks。")],
    kind: Format = "jsonl",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """导出记录。密封件只列编号。"""
    write_rows(what, kind, out, as_json=as_json)


@audit.command()
def verify(as_json: AsJson = False) -> None:
    """核对审计链：记录是否被改动过。"""
    from flows.sealing import verify_chain

    result = verify_chain(open_house())
    emit(dict(result), as_json=as_json, text=str(result["why"]))
    finish(failed=not result["ok"])


@dead_letters.command("list")
def list_letters(as_json: AsJson = False) -> None:
    """列出处理失败的来件。"""
    from flows.dead_letters import waiting

    letters = waiting(open_house())
    rows = [
        {"id": str(x.id), "at": x.created_at.isoformat(), "attempts": x.attempts, "error": x.error} for x in letters
    ]
    text = "\n".join(f"{row['id']}  {row['at']}  {row['error']}" for row in rows) or "没有处理失败的来件。"
    emit({"dead_letters": rows}, as_json=as_json, text=text)


@dead_letters.command()
def replay(
    ids: Annotated[list[uuid.UUID] | None, typer.Argument(help="要重新送入队列的编号；不写则为全部。")] = None,
    as_json: AsJson = False,
) -> None:
    """重新送入队列；已处理过的不会重复。"""
    from flows import dead_letters as letters

    house = open_house()
    count = letters.replay(house, ids or [], house.now())
    emit({"replayed": count}, as_json=as_json, text=f"已重新送入队列 {count} 件。")
    if ids and count < len(ids):
        complain("有的编号没有找到，或此前已重新送入队列。")
        raise typer.Exit(SOME_FAILED)
