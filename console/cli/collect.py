"""`huiyin collect …`: read sources onto the queue."""

from typing import Annotated, Any

import typer

from console.cli.common import AsJson, complain, emit, finish, open_house

Sources = Annotated[list[str], typer.Argument(help="文件、文件夹，邮箱还可以是 imaps://用户:密码@主机/文件夹。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不入库。")]

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="读取来件，送入队列。")


def enter(app: typer.Typer) -> None:
    app.add_typer(commands, name="collect")


@commands.command()
def mailbox(sources: Sources, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """读取信箱：eml、mbox、Maildir、文件夹或 IMAP。"""
    _collect("mailbox", sources, as_json=as_json, dry_run=dry_run)


@commands.command()
def hotline(sources: Sources, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """读取热线工单：CSV、XLSX、JSONL。"""
    _collect("hotline", sources, as_json=as_json, dry_run=dry_run)


@commands.command()
def board(sources: Sources, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """读取留言板导出的 JSONL。"""
    _collect("board", sources, as_json=as_json, dry_run=dry_run)


@commands.command()
def opinion(sources: Sources, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """读取舆情监测导出的 JSONL。"""
    _collect("opinion", sources, as_json=as_json, dry_run=dry_run)


def _collect(kind: str, sources: list[str], *, as_json: bool, dry_run: bool) -> None:
    from flows import collecting
    from models.vocabulary import Channel

    house = open_house(ready=not dry_run)
    channel = Channel(kind)
    if dry_run:
        _dry_run(house, channel, sources, as_json=as_json)
        return
    queue = house.queue("collect")
    try:
        done = collecting.collect(house, queue, channel, sources, house.now())
    finally:
        queue.close()
    for fault in (*(said for said, _ in done.faults), *done.broken):
        complain(fault)
    if (more := done.counts.quarantined - len(done.broken)) > 0:
        complain(f"另有 {more} 件也已隔离，原因见工作台的隔离件。")
    _report(done.counts, as_json=as_json)
    if len(done.faults) == len(sources):
        raise typer.Exit(done.faults[0][1])
    finish(failed=bool(done.faults or done.counts.quarantined))


def _dry_run(house: Any, channel: Any, sources: list[str], *, as_json: bool) -> None:  # noqa: ANN401  (lazy imports)
    from flows import collecting
    from models.actions.intake import IntakeCounts
    from models.errors import HuiyinError

    total, faults = IntakeCounts(), []
    for source in sources:
        try:
            counts, broken = collecting.dry_run(house, channel, source, house.now())
        except HuiyinError as error:
            faults.append(error.exit_code)
            complain(str(error))
            continue
        total.add(counts)
        for item in broken:
            complain(f"{item.where}：{item.reason}")
    _report(total, as_json=as_json)
    if len(faults) == len(sources):
        raise typer.Exit(faults[0])
    finish(failed=bool(faults or total.quarantined))


def _report(counts: Any, *, as_json: bool) -> None:  # noqa: ANN401  (lazy imports)
    result = {name: getattr(counts, name) for name in ("read", "accepted", "duplicates", "quarantined")}
    text = (
        f"读到 {counts.read} 件：收下 {counts.accepted}，已有 {counts.duplicates}"
        f"（其中内容有更新 {counts.revised}），隔离 {counts.quarantined}。"
    )
    emit(result, as_json=as_json, text=text)
