"""`huiyin demo`: a workspace of its own, a month lived through, what happened, and the door to the console."""

import json
import os
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from console.accounts import create_user
from console.cli.common import WRONG_USE, complain
from console.passwords import random_password
from flows.demo.figures import figures
from flows.demo.life import Clock, Month
from flows.demo.people import SHOWN_UNITS, Account, office_accounts, unit_accounts
from flows.house import House
from flows.opening import initialise, is_demos, mark_demo
from models.actors import SYSTEM
from models.database import writing
from models.settings import Settings, settings


def run_demo(*, days: int, seed: int, serving: bool, as_json: bool) -> None:
    if serving:
        from console.serving import ports_are_free

        ports_are_free(settings())  # rather now than after the month
    configured = _workspace(settings())
    clock = Clock(datetime.now(UTC))
    house = House(configured, clock=clock)
    initialise(house)
    mark_demo(house)
    shown = _accounts(house, clock.now)
    month = Month(house, clock, random.Random(seed), configured.data_dir)
    _live(month, days)
    result = {**figures(house, clock.now), "reminders": month.reminders, "editions": month.editions}
    _tell(result, house, as_json=as_json)
    if serving:
        _serve(configured, shown, as_json=as_json)
    elif not as_json:
        typer.echo(_later(shown))


def _workspace(configured: Settings) -> Settings:
    """The demonstration's own folder, emptied; any other workspace is refused."""
    demo = configured.model_copy(update={"profile": "demo", "queue_url": "embedded:", "model": ""})
    if configured.database_url or configured.blob_url:
        complain("演示只用自带的数据库和文件夹，请去掉 HUIYIN_DATABASE_URL、HUIYIN_BLOB_URL 后再试。")
        raise typer.Exit(WRONG_USE)
    folder = configured.data_dir
    if folder.exists() and any(folder.iterdir()):
        if not is_demos(House(demo)):
            complain(f"文件夹 {folder} 里不是演示数据，演示不会动它。请用 HUIYIN_DATA_DIR 另指一个空文件夹。")
            raise typer.Exit(WRONG_USE)
        shutil.rmtree(folder)
    return demo


def _accounts(house: House, now: datetime) -> list[tuple[Account, str]]:
    """Everybody who works here; those whom a visitor may be get random passwords."""
    shown = []
    for account in (*office_accounts(), *unit_accounts(house.profile)):
        known = account.unit is None or account.unit in SHOWN_UNITS
        password = random_password(house.profile.security) if known else None
        with writing(house.engine) as session:
            user = create_user(
                session, login=account.login, name=account.name, role=account.role, unit=account.unit,
                password=password, actor=SYSTEM, now=now,
            )  # fmt: skip
            user.signs = account.signs
        if password is not None:
            shown.append((account, password))
    return shown


def _live(month: Month, days: int) -> None:
    columns = (TextColumn("望溪市的一个月  {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=days)
        last = month.clock.now.astimezone(month.house.settings.zone).date()

        def tell(day: str) -> None:
            progress.update(task, description=day, advance=1)

        month.live(last, days, tell)


def _tell(result: dict[str, Any], house: House, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    lines = (
        f"【演示数据】{house.profile.name}，一个月的来件与答复：",
        f"  收到来件 {result['messages']} 件，生成工单 {result['work_orders']} 件，已派单 {result['dispatched']} 件，"
        f"已答复 {result['replied']} 件（含来电当场答复、未再派单的）。",
        f"  答复中登记承诺 {result['promises']} 项；未当场答复的来电 {result['callbacks']} 个，均限 5 个工作日内回电。",
        f"  发出催办 {result['reminders']} 次；目前超期的时限 {result['overdue']} 个"
        f"（工单的各环节、回电、承诺等各计一个），涉及在办工单 {result['overdue_orders']} 件，"
        f"其中密封件 {result['overdue_sealed']} 件（总览和清单不列）。",
        f"  公开《网民留言办理情况选登》{len(result['editions'])} 期：",
        *(f"    {path}" for path in result["editions"]),
    )
    typer.echo("\n".join(lines))


def _later(shown: list[tuple[Account, str]]) -> str:
    """How to come in where nothing is served now: nobody will know the passwords that were made."""
    logins = "、".join(account.login for account, _ in shown)
    return (
        "以后打开工作台：在同一个 HUIYIN_DATA_DIR 下运行 huiyin serve；"
        f"登录前先用 huiyin account password 账号 设一个口令，可用的账号：{logins}。"
    )


def _serve(configured: Settings, shown: list[tuple[Account, str]], *, as_json: bool) -> None:
    from console.serving import address, serve_forever

    os.environ["HUIYIN_PROFILE"] = "demo"  # the worker and the scheduler read their settings themselves
    os.environ["HUIYIN_DATA_DIR"] = str(Path(configured.data_dir).absolute())
    pages = address(configured)
    rows = [f"  {a.role.label:　<8}{a.login:<20}{password}" for a, password in shown]
    text = (
        f"\n工作台：{pages}/login   公众页：{pages}/   流程（Prefect）：http://127.0.0.1:{configured.prefect_port}/\n"
        "演示账号（口令每次随机）：\n" + "\n".join(rows) + "\n按 Ctrl-C 结束。"
    )
    serve_forever(House(configured), ready=lambda: typer.echo(text, err=as_json))
