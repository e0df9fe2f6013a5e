"""JSON lines as a stream: each line an object, or the reason why it is none."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.charset import decode
from channels.faults import cause, present, unreadable
from channels.options import Limits
from models.inbound import Quarantined
from models.vocabulary import Channel

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class JsonLine:
    """`fields` is None where `reason` says what is wrong."""

    where: str
    raw: bytes
    fields: dict[str, Any] | None
    reason: str = ""


def json_lines(path: Path, limits: Limits) -> Iterator[JsonLine]:
    """Every line that is not blank. Raises SourceMissing or SourceUnreadable at once."""
    try:
        present(path).open("rb").close()
    except OSError as error:
        raise unreadable(path, error) from None
    return _lines(path, limits)


def quarantined(line: JsonLine, channel: Channel, reason: str | None = None) -> Quarantined:
    return Quarantined(channel, line.raw, line.where, reason or line.reason)


def _lines(path: Path, limits: Limits) -> Iterator[JsonLine]:
    number = 0
    try:
        with path.open("rb") as file:
            while raw := file.readline(limits.size + 1):
                number += 1
                too_long = len(raw) > limits.size
                while too_long and not raw.endswith(b"\n") and (rest := file.readline(limits.size)):
                    raw = raw[: limits.size] + (b"\n" if rest.endswith(b"\n") else b"")
                if raw.removeprefix(_MARK).strip():
                    yield _line(raw, f"{path} 第{number}行", limits, too_long=too_long)
    except OSError as error:
        yield JsonLine(
            f"{path} 第{number + 1}行", b"", None, f"文件读到此处中断（{cause(error)}），请检查磁盘后重新读取。"
        )


def _line(raw: bytes, where: str, limits: Limits, *, too_long: bool) -> JsonLine:
    if too_long:
        return JsonLine(
            where, raw, None, f"这一行超过 {limits.size / 1024 / 1024:g} MB，只存了开头，请拆分后重新读取。"
        )
    try:
        value = json.loads(decode(raw))
    except json.JSONDecodeError as error:
        return JsonLine(
            where, raw, None, f"第 {error.colno} 个字符处不是 JSON（{error.msg}），请修正这一行后重新读取。"
        )
    except (ValueError, RecursionError):
        return JsonLine(where, raw, None, "JSON 中的数字过长或嵌套过深，请修正这一行后重新读取。")
    if not isinstance(value, dict):
        return JsonLine(where, raw, None, "不是 JSON 对象，应为 {…}，请修正这一行后重新读取。")
    return JsonLine(where, raw, value)
