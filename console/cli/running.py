"""`huiyin init | work | chase | publish | serve | demo`: the loop, by hand or by itself."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.common import (
    SOME_FAILED,
    WRONG_USE,
    AsJson,
    Now,
    complain,
    emit,
    finish,
    given_by_hand,
    moment,
    open_house,
)


def enter(app: typer.Typer) -> None:
    for command in (init, work, chase, publish, serve, demo):
        app.command()(command)


def init(as_json: AsJson = False) -> None:
    """建立或升级数据库，载入辖区配置。"""
    from flows.opening import initialise

    result = initialise(open_house(ready=False))
    emit(result, as_json=as_json, text=f"数据库已就绪：{result['database']}；辖区：{result['profile']}。")


def work(
    as_json: AsJson = False,
    drain: Annotated[bool, typer.Option("--drain", help="处理到队列清空为止。")] = False,
) -> None:
    """从队列取件：登记、研判、派单。"""
    from flows.worker import settle
    from flows.worker import work as work_queue

    house = open_house()
    settle(house)
    queue = house.queue("work")
    try:
        counts = work_queue(house, queue, drain=drain)
    finally:
        queue.close()
    text = (
        f"处理 {counts.handled} 件，生成工单 {counts.work_orders}，重复 {counts.duplicates}，"
        f"处理失败 {counts.dead_letters}，用时 {counts.seconds:.1f} 秒。"
    )
    emit(counts.as_json(), as_json=as_json, text=text)
    finish(failed=bool(counts.dead_letters))


def chase(as_json: AsJson = False, now: Now = None) -> None:
    """催办：处理所有到期事项，送出通知。"""
    from flows.chasing import chase as chase_due
    from flows.deliveries import deliver

    house = open_house()
    at = moment(house, now)
    result = chase_due(house, at)
    deliver(house, at)
    text = f"到期 {result['due']} 项：催办 {result['reminders']}，升级 {result['escalated']}，失败 {result['failed']}。"
    emit(dict(result), as_json=as_json, text=text)
    finish(failed=bool(result["failed"]))


def publish(
    week: Annotated[str, typer.Argument(help="周次，如 2026-W47。")],
    as_json: AsJson = False,
    approve: Annotated[bool, typer.Option("--approve", help="发布：须已有不同人员的审核记录。")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="输出文件夹。")] = None,
    unfinished: Annotated[bool, typer.Option("--unfinished", help="这一周还没有结束，也编。")] = False,
) -> None:
    """编一期《选登》；加 --approve 才对外发布。"""
    from flows.edition_weeks import still_running
    from flows.editions import publish_edition
    from models.actors import SYSTEM
    from models.errors import Conflict, NotAllowed

    house = open_house()
    if not approve:  # what is there already is released or refused by its reviews alone
        with given_by_hand():
            running = still_running(house, week, house.now())
        if running and not unfinished:
            complain(
                f"huiyin：{running}，没有编选。请在这一周结束后再编；确要现在编，请加 --unfinished，以后再运行补选。"
            )
            raise typer.Exit(WRONG_USE)
    folder = out or house.settings.data_dir / "editions"
    try:
        result = publish_edition(house, week, folder, SYSTEM, house.now(), approve=approve)
    except (Conflict, NotAllowed) as refused:
        complain(f"{'未发布' if approve else '未编选'}：{refused}")
        raise typer.Exit(SOME_FAILED) from None
    files = "\n".join(str(file) for file in result["files"])
    emit(dict(result), as_json=as_json, text=f"{week}：{result['items']} 条，{result['status']}。\n{files}".rstrip())


def serve() -> None:
    """启动工作台、处理进程和定时任务。"""
    from console.serving import address, serve_forever

    house = open_house()
    opened = f"工作台已打开：{address(house.settings)}/login　按 Ctrl-C 结束。"
    serve_forever(house, ready=lambda: typer.echo(opened))


def demo(
    as_json: AsJson = False,
    days: Annotated[int, typer.Option("--days", min=7, max=120, help="模拟多少天，到今天为止。")] = 30,
    seed: Annotated[int, typer.Option("--seed", help="随机种子。")] = 1,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="结束后打开工作台。")] = True,
) -> None:
    """演示：在虚构的望溪市过完一个月，然后打开工作台。"""
    from console.demonstration import run_demo

    run_demo(days=days, seed=seed, serving=serving, as_json=as_json)
