"""`huiyin ledger list | export | import | revisions | revise | …`: the promise ledger on the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from console.cli.common import AsJson, complain, emit, finish, given_by_hand, open_house
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
    revises: Annotated[
        int | None, typer.Option("--revises", help="这是第几号工作要点的修订稿，编号见 ledger plans。")
    ] = None,
    separate: Annotated[bool, typer.Option("--separate", help="与已导入的相像，但确是另一份。")] = False,
    as_json: AsJson = False,
) -> None:
    """导入台账文件或工作要点；同一文件再导一次不会重复，换了文件名的同一份会先问。"""
    from flows.ledger_files import import_ledger
    from flows.plan_likeness import plan_named
    from models.database import reading

    house = open_house()
    if revises is not None:
        with given_by_hand(), reading(house.engine) as session:
            plan_named(session, revises)
    result = import_ledger(house, source, house.now(), dry_run=dry_run, revises=revises, separate=separate)
    for problem in result["problems"]:
        complain(f"{problem['where']}：{problem['why']}")
    if like := (result["plan"] or {}).get("like"):
        complain(
            f"是它的修订稿的，加 --revises {like['id']} 再导入，文字不同的逐项核对（ledger revisions）；"
            "确是另一份的，加 --separate。"
        )
    text = (
        f"读到 {result['read']} 项：入账 {result['entered']}，已有 {result['duplicates']}，"
        f"须人工核对 {len(result['problems'])} 处。{_placed(result['plan'])}"
    )
    emit(result, as_json=as_json, text=text)
    finish(failed=result["read"] > result["entered"] + result["duplicates"])


def _placed(plan: dict[str, Any] | None) -> str:
    """What of a plan was placed with its unit, and what waits for a person."""
    if plan is None:
        return ""
    return (
        f"\n其中已对应到单位 {plan['placed']} 项，待指定单位 {plan['to_assign']} 项；周期性 {plan['recurring']} 项，"
        f"期限有缺字 {plan['damaged']} 项，事后计时 {plan['events']} 项；"
        f"不是任务的编号段落 {plan['asides']} 处，编号中断 {plan['gaps']} 处。"
    )


@commands.command("plans")
def list_plans(as_json: AsJson = False) -> None:
    """列出已导入的工作要点。"""
    from models.database import reading
    from models.queries import plans

    with reading(open_house().engine) as session:
        rows = [
            {"id": p.id, "name": p.name, "title": p.title, "year": p.year, "made_on": str(p.made_on or "")}
            for p in plans.list_plans(session)
        ]
    text = "\n".join(f"{r['id']}  {r['year'] or '—'}  {r['title']}" for r in rows) or "还没有导入工作要点。"
    emit({"plans": rows}, as_json=as_json, text=text)


@commands.command("revisions")
def list_revisions(as_json: AsJson = False) -> None:
    """列出再次导入后文字与台账不同、等待核对的任务。"""
    from models.database import reading
    from models.queries.plan_revisions import revision_lines

    with reading(open_house().engine) as session:
        rows = [
            {"id": line.row.id, "promise": line.promise.id, "plan": line.plan.title if line.plan else None,
             "task": line.promise.task, "old": line.row.old_text, "old_due": str(line.row.old_due or ""),
             "new": line.row.text, "new_due": str(line.row.due or "")}
            for line in revision_lines(session, waiting=True)
        ]  # fmt: skip
    lines = [f"{r['id']}  {r['task'] or ''}\n  原文（{r['old_due'] or '未定'}）：{r['old']}\n"
             f"  新文（{r['new_due'] or '未写明'}）：{r['new']}" for r in rows]  # fmt: skip
    emit({"revisions": rows}, as_json=as_json, text="\n".join(lines) or "没有待核对的任务。")


@commands.command("revise")
def revise(
    revision: Annotated[int, typer.Argument(help="核对编号，见 huiyin ledger revisions。")],
    decision: Annotated[str, typer.Argument(help="take 采用新文，keep 保留原文。")],
    by: Annotated[str, typer.Option("--by", help="谁决定：审看员或督办员的账号。")],
    reason: Annotated[str, typer.Option("--reason", help="理由。")],
    due: Annotated[
        str | None, typer.Option("--due", help="新的期限，如 2026-06-30；不写即按新文，或沿用原期限。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """决定一项任务采用新文还是保留原文；已确认的任务采用新文，须另一人批准变更。"""
    from datetime import date

    from models.actions.plan_revisions import keep_old, take_revision
    from models.actors import Actor
    from models.database import writing
    from models.errors import BadInput
    from models.queries.people import find_user
    from models.vocabulary import Role

    if decision not in {"take", "keep"}:
        raise BadInput(f"“{decision}”不认识，应为 take 或 keep。")
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError:
        raise BadInput(f"--due “{due}”不是日期，应如 2026-06-30。") from None
    house = open_house()
    with writing(house.engine) as session:
        user = find_user(session, by)
        actor = Actor(user.login, Role(user.role), user.unit)
        if decision == "keep":
            row = keep_old(session, revision, reason, actor, house.now())
        else:
            row = take_revision(session, house.reckoner, revision, day, reason, actor, house.now())
        told = {"revision": row.id, "decision": row.decision, "change": row.change_id}
    text = "已提出变更，等待另一人审批。" if told["change"] else "已办理。"
    emit(told, as_json=as_json, text=text)


@commands.command("report")
def report_plan(
    plan: Annotated[str, typer.Argument(help="工作要点的编号、文件名或标题。")],
    out: Annotated[Path, typer.Option("--out", help="存到哪个文件夹。")] = Path(),
    kind: Annotated[str, typer.Option("--format", help="docx、xlsx，或两种都要（all）。")] = "all",
    as_json: AsJson = False,
) -> None:
    """完成情况上报：一份工作要点各项任务到哪一步，DOCX 和 XLSX。"""
    from flows.paper_files import save
    from flows.paper_matters import print_plan
    from models.errors import BadInput

    if kind not in {"docx", "xlsx", "all"}:
        raise BadInput(f"--format “{kind}”不认识，应为 docx、xlsx 或 all。")
    house = open_house()
    now = house.now()
    kinds = ("docx", "xlsx") if kind == "all" else (kind,)
    files = [save(out, print_plan(house, plan, each, now)) for each in kinds]
    emit({"files": [str(f) for f in files]}, as_json=as_json, text="\n".join(f"已写出 {f}" for f in files))


@commands.command("rates")
def show_rates(
    year: Annotated[int | None, typer.Option("--year", help="只算某一年的工作要点（含结转）。")] = None,
    as_json: AsJson = False,
) -> None:
    """各单位兑现率；分母写明，超期未兑现的计入。"""
    from flows.ledger_rates import rates_table

    house = open_house()
    rows, formulas = rates_table(house, year, house.now())
    lines = [f"{r['unit_name']}  应兑现 {r['owed']}  兑现率 {r['kept_share']}  按期 {r['on_time_share']}" for r in rows]
    text = "\n".join([*(lines or ["还没有已确认的承诺。"]), *(f"{k} = {v}" for k, v in formulas)])
    emit({"units": rows, "formulas": dict(formulas)}, as_json=as_json, text=text)
