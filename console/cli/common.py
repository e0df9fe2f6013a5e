"""What commands share: the house, the result on stdout, the exit code."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from flows.house import House

DONE, SOME_FAILED, WRONG_USE, COULD_NOT_RUN = 0, 1, 2, 3

AsJson = Annotated[bool, typer.Option("--json", help="只在标准输出打印一个 JSON 对象。")]
Now = Annotated[str | None, typer.Option("--now", help="以该时刻（ISO 8601）为当前时间。")]


def open_house(*, ready: bool = True) -> "House":
    """The installation that the settings name; `ready`: its database must stand."""
    from flows.house import House
    from models.settings import settings

    house = House(settings())
    if ready:
        from flows.opening import must_be_open

        must_be_open(house)
    return house


def emit(result: dict[str, Any], *, as_json: bool, text: str) -> None:
    """One JSON object, or what a person reads."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, default=str))
    else:
        typer.echo(text)


@contextmanager
def given_by_hand() -> Iterator[None]:
    """What was typed after the command is wrong: wrong use, not a failed item."""
    from models.errors import BadInput

    try:
        yield
    except BadInput as error:
        complain(f"huiyin：{str(error).rstrip('。')}。")
        raise typer.Exit(WRONG_USE) from None


def complain(message: str) -> None:
    typer.echo(message, err=True)


def finish(*, failed: bool) -> None:
    """Exit 1 where some items failed."""
    if failed:
        raise typer.Exit(SOME_FAILED)


def moment(house: "House", text: str | None) -> datetime:
    """`--now`, or the present; a naive time is the house's local time."""
    if text is None:
        return house.now()
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        complain(f"--now 的时间“{text}”无法识别，请用 ISO 8601，例如 2026-02-27T10:00。")
        raise typer.Exit(WRONG_USE) from None
    return given if given.tzinfo else given.replace(tzinfo=house.settings.zone)
