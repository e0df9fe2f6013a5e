"""`huiyin classify | promises | redact | hotspots | review`: JSON lines in, JSON lines out, in the same order."""

import atexit
import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.common import SOME_FAILED, WRONG_USE, complain
from models.errors import HuiyinError

if TYPE_CHECKING:
    from models.profile import Profile

BATCH = 512
Line = dict[str, Any]


def enter(app: typer.Typer) -> None:
    for command in (classify, promises, redact, review, hotspots):
        app.command()(command)


def classify(
    model: Annotated[str | None, typer.Option("--model", help="模型文件夹；默认用当前启用的版本。")] = None,
    domains: Annotated[str | None, typer.Option("--domains", help="只在这些领域中判断，逗号分隔。")] = None,
) -> None:
    """研判来件：领域、类型、途径、紧急程度、地点。"""
    from classifiers.judgement import Judgement, classify_lines
    from models.live_model import live_model
    from models.settings import settings

    profile = _profile()
    chosen = model or settings().model or live_model(settings().database)
    judgement = Judgement.load(chosen, profile.regions, precision=profile.accept_precision)
    wanted = [d.strip() for d in domains.split(",") if d.strip()] if domains else None
    if unknown := sorted(set(wanted or ()) - set(judgement.labels)):
        complain(f"模型没有这些领域：{'、'.join(unknown)}；可用：{'、'.join(judgement.labels)}。")
        raise typer.Exit(WRONG_USE)
    _run(lambda lines: classify_lines(lines, judgement, wanted))


def promises() -> None:
    """从答复中找出承诺和期限。"""
    from classifiers.promises import promises_line
    from models.workdays import work_calendar

    calendar = work_calendar(_profile().calendar)
    _run(_each(lambda line: promises_line(line, calendar)))


def redact(
    author: Annotated[str, typer.Option("--author", help="citizen（群众）或 official（单位）。")] = "citizen",
) -> None:
    """隐去个人信息。"""
    from classifiers.redaction import redact_line

    if author == "citizen":
        _run(_each(lambda line: redact_line(line, "citizen")))
    elif author == "official":
        _run(_each(lambda line: redact_line(line, "official")))
    else:
        raise typer.BadParameter("应为 citizen 或 official", param_hint="--author")


def review() -> None:
    """检查答复质量。"""
    from classifiers.reply_review import review_line

    _run(_each(review_line))


def hotspots(top: Annotated[int, typer.Option("--top", min=1, help="列出前几个热点。")] = 10) -> None:
    """找出同一地方的同一问题，按热度排列。"""
    from classifiers.hotspots import hot_text, hotspot_rows
    from classifiers.hotspots import hotspots as find

    texts, bad = [], []
    for line in _lines(sys.stdin.buffer):
        try:
            if _is_bad(line):
                bad.append(line)
            else:
                texts.append(hot_text(line))
        except HuiyinError as error:
            bad.append({"id": line.get("id"), "error": str(error)})
    for row in [*hotspot_rows(find(texts, top)), *bad]:
        _print(row)
    if bad:
        raise typer.Exit(SOME_FAILED)


def _profile() -> "Profile":
    """Filters need no record, and must not wait for the record's libraries."""
    from models.profile import load_profile
    from models.settings import settings

    return load_profile(settings().profile)


def _each(handle: Callable[[Line], Line]) -> Callable[[list[Line]], Iterable[Line]]:
    def one(line: Line) -> Line:
        try:
            return handle(line)
        except HuiyinError as error:
            return {"id": line.get("id"), "error": str(error)}

    return lambda lines: map(one, lines)


def _run(handle: Callable[[list[Line]], Iterable[Line]]) -> None:
    """Every line gets one in its place; a bad one says why, and the exit code is 1."""
    # A filter leaves nothing open, and Python need not look for it: a seventh of the time for one line.
    atexit.register(gc.freeze)
    failed = False
    lines = _lines(sys.stdin.buffer)
    while batch := list(islice(lines, BATCH)):
        good = [line for line in batch if not _is_bad(line)]
        answers = iter(handle(good))
        for line in batch:
            answer = line if _is_bad(line) else next(answers)
            failed |= "error" in answer
            _print(answer)
    if failed:
        raise typer.Exit(SOME_FAILED)


def _is_bad(line: Line) -> bool:
    return line.get("__bad__") is True


def _lines(stream: Iterable[bytes]) -> Iterator[Line]:
    for number, raw in enumerate(stream, 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError) as error:  # brackets without end overflow the parser
            line = {"id": None, "error": f"第 {number} 行不是 JSON：{error}", "__bad__": True}
        if not isinstance(line, dict):
            line = {"id": None, "error": f"第 {number} 行应为 JSON 对象。", "__bad__": True}
        yield line


def _print(line: Line) -> None:
    text = json.dumps({k: v for k, v in line.items() if k != "__bad__"}, ensure_ascii=False)
    # Half a surrogate pair has no UTF-8; escaped it is JSON still.
    sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace") + b"\n")
