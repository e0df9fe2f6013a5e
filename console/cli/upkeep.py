"""`huiyin deadline | calendar | backup | restore | account`: what keeps the house in order."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from console.cli.common import WRONG_USE, AsJson, complain, emit, given_by_hand, open_house

calendar = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="工作日历。")
account = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="工作人员账号。")

_WEEKDAYS = "一二三四五六日"


def enter(app: typer.Typer) -> None:
    app.command()(deadline)
    app.command()(backup)
    app.command()(restore)
    app.add_typer(calendar, name="calendar")
    app.add_typer(account, name="account")


def deadline(
    start: Annotated[str, typer.Argument(help="起算时间，如 2026-02-13T10:00；当日不计。")],
    count: Annotated[int, typer.Argument(metavar="N", min=0, max=2600, help="工作日数。")],
    as_json: AsJson = False,
) -> None:
    """N 个工作日后是哪一天，逐日说明。"""
    from flows.calendars import count_workdays

    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        complain(f"起算时间“{start}”无法识别，请写成 2026-02-13T10:00。")
        raise typer.Exit(WRONG_USE) from None
    with given_by_hand():
        result = count_workdays(open_house(ready=False), moment, count)
    emit(result, as_json=as_json, text=_told(moment, count, result))


def _told(start: datetime, count: int, result: dict[str, Any]) -> str:
    lines, counted = [f"{_day(start)}  起算日，不计"], 0
    for step in result["steps"]:
        counted += step["counted"]
        mark = f"第 {counted} 个工作日" if step["counted"] else "不计"
        lines.append(f"{_day(datetime.fromisoformat(step['date']))}  {mark}  {step['reason']}")
    note = "（暂定：超出已公布的放假安排，公布后重新计算）" if result["provisional"] else ""
    return "\n".join([*lines, f"{count} 个工作日的期限：{result['due']} 当日结束前{note}"])


def _day(day: datetime) -> str:
    return f"{day:%Y-%m-%d} 周{_WEEKDAYS[day.weekday()]}"


@calendar.command("recompute")
def recompute_deadlines(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览哪些时限会变，不改。")] = False,
    as_json: AsJson = False,
) -> None:
    """辖区配置中的时限或作息改了以后，重新计算未结的时限。"""
    from flows.calendars import recompute

    house = open_house()
    result = recompute(house, house.now(), dry_run=dry_run)
    done = "将要改变" if dry_run else "已改变"
    emit(result, as_json=as_json, text="\n".join([*_moved(result), f"{done} {len(result['changes'])} 项时限。"]))


def _moved(result: dict[str, Any]) -> list[str]:
    return [f"{c['what']}：{c['from']} → {c['to']}" for c in result["changes"]]


@calendar.command("import")
def import_calendar(
    source: Annotated[Path, typer.Argument(help="ICS，或 CSV：日期,off 或 work,名称。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览哪些时限会变，不改。")] = False,
    as_json: AsJson = False,
) -> None:
    """导入放假安排，重新计算未结的时限。"""
    from flows.calendars import import_days

    house = open_house()
    result = import_days(house, source, house.now(), dry_run=dry_run)
    for skipped in result["skipped"]:
        complain(skipped)
    lines = _moved(result)
    head = "预览，尚未改动：" if dry_run else "已导入："
    if result["changes"] and not dry_run:
        lines.append("正在运行的 huiyin serve 和 work 请重启，以便按新日历计算。")
    lines.append(f"{head}放假 {result['off']} 天，上班 {result['work']} 天；重算时限 {len(result['changes'])} 个。")
    emit(result, as_json=as_json, text="\n".join(lines))


def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT.tar", help="备份文件。")],
    as_json: AsJson = False,
) -> None:
    """备份数据库、原始件、辖区配置、模型和密钥。"""
    from flows.backups import back_up

    house = open_house()
    result = back_up(house, out, house.now())
    text = f"已备份 {result['rows']} 行、{result['blobs']} 个原始件：{out}。其中有密钥和来件内容，请妥善保管。"
    emit(result, as_json=as_json, text=text)


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件。")],
    as_json: AsJson = False,
) -> None:
    """将备份恢复到空的安装中。"""
    from flows.backups import restore as restore_file

    result = restore_file(open_house(ready=False), source)
    emit(result, as_json=as_json, text=f"已恢复 {result['rows']} 行、{result['blobs']} 个原始件，逐项核对无误。")


@account.command("add")
def add(
    login: Annotated[str, typer.Argument(help="登录名。")],
    name: Annotated[str, typer.Option("--name", help="姓名。")],
    role: Annotated[str, typer.Option("--role", help="moderator、unit、supervisor、editor、operator……或其中文名。")],
    unit: Annotated[str | None, typer.Option("--unit", help="承办单位的代码或名称。")] = None,
    password: Annotated[str | None, typer.Option("--password", envvar="HUIYIN_PASSWORD", help="不写则随机。")] = None,
    oidc: Annotated[bool, typer.Option("--oidc", help="只用统一身份认证登录，没有口令。")] = False,
    as_json: AsJson = False,
) -> None:
    """新建账号；不给口令就随机生成并打印一次。"""
    from console.accounts import create_user
    from console.oidc import must_have_provider
    from console.passwords import random_password
    from models.actors import SYSTEM
    from models.database import writing

    house = open_house()
    rules = house.profile.security
    chosen = None if oidc else password or random_password(rules)
    with given_by_hand(), writing(house.engine) as session:
        if oidc:
            must_have_provider(house.settings)
        create_user(
            session, login=login, name=name, role=_role(role), unit=_unit(house, unit), password=chosen,
            actor=SYSTEM, now=house.now(), rules=rules,
        )  # fmt: skip
    told = chosen is not None and not password
    result = {"login": login, "password": chosen} if told else {"login": login}
    emit(result, as_json=as_json, text=f"已建账号 {login}。" + (f"口令：{chosen}" if told else ""))


@account.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """列出账号。"""
    from sqlmodel import col, select

    from models.database import reading
    from models.tables.people import User
    from models.vocabulary import Role

    with reading(open_house().engine) as session:
        users = session.exec(select(User).order_by(col(User.login))).all()
    rows = [{"login": u.login, "name": u.name, "role": u.role, "unit": u.unit, "active": u.active} for u in users]
    lines = [f"{u.login}  {u.name}  {Role(u.role).label}  {u.unit or ''}{'' if u.active else '  停用'}" for u in users]
    emit({"accounts": rows}, as_json=as_json, text="\n".join(lines) or "还没有账号，请用 huiyin account add 新建。")


@account.command("password")
def change_password(
    login: Annotated[str, typer.Argument(help="登录名。")],
    password: Annotated[str | None, typer.Option("--password", envvar="HUIYIN_PASSWORD", help="不写则随机。")] = None,
    as_json: AsJson = False,
) -> None:
    """重设口令；该账号的登录全部失效。"""
    from console.passwords import random_password, set_password
    from models.actors import SYSTEM
    from models.database import writing

    house = open_house()
    rules = house.profile.security
    chosen = password or random_password(rules)
    with given_by_hand(), writing(house.engine) as session:
        set_password(session, login, chosen, rules, SYSTEM, house.now())
    result = {"login": login} if password else {"login": login, "password": chosen}
    emit(result, as_json=as_json, text=f"已重设 {login} 的口令。" + ("" if password else f"新口令：{chosen}"))


@account.command("reset-factor")
def reset_factor(
    login: Annotated[str, typer.Argument(help="登录名。")],
    as_json: AsJson = False,
) -> None:
    """取消账号的动态码：手机和恢复码都丢了的系统管理员，凭这台机器恢复登录。"""
    from console.second_factor import reset
    from models.actors import SYSTEM
    from models.database import writing

    house = open_house()
    with given_by_hand(), writing(house.engine) as session:
        reset(session, login, SYSTEM, house.now())
    emit({"login": login}, as_json=as_json, text=f"已取消 {login} 的动态码，其登录已全部失效。")


def _role(given: str) -> Any:  # noqa: ANN401  (lazy import)
    from models.vocabulary import Role

    for role in Role:
        if given in {role.value, role.label}:
            return role
    complain(f"没有角色“{given}”，可用：{'、'.join(f'{r.value}（{r.label}）' for r in Role)}。")
    raise typer.Exit(WRONG_USE)


def _unit(house: Any, given: str | None) -> str | None:  # noqa: ANN401  (lazy import)
    if given is None:
        return None
    for unit in house.profile.units:
        if given in {unit.code, unit.name, *unit.aliases}:
            return str(unit.code)
    complain(f"辖区配置里没有单位“{given}”。")
    raise typer.Exit(WRONG_USE)
