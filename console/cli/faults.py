"""What a command says when it stops: one line in Chinese, never a traceback, and the exit code that belongs to it.

With HUIYIN_LOG_LEVEL=DEBUG the traceback is logged as well, for whoever has to find the cause.
"""

import errno
import logging
import re
import sqlite3

import typer

from console.cli.common import COULD_NOT_RUN, WRONG_USE
from models.errors import HuiyinError

log = logging.getLogger("huiyin.cli")

# typer's own sentences (it has no Chinese ones) and what we say instead.
_USAGE = (
    (r"No such command '(.*)'", r"没有“\1”这个命令"),
    (r"No such option: ([^ ]+).*", r"没有 \1 这个选项"),
    (r"Missing (?:argument|parameter|option) '([^']*)'.*", r"缺少参数 \1"),
    (r"Got unexpected extra arguments?\(?s?\)? \((.*)\)", r"多出了参数 \1"),
    (r"Option '([^']*)' requires .*", r"选项 \1 后面要写值"),
    (r"Option '([^']*)' does not take a value.*", r"选项 \1 后面不写值"),
    (r"Invalid value for '?([^':]*)'?(?: / '[^']*')*: (.*)", r"参数 \1 有误：\2"),
)
_VALUES = (
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid UUID.*", "应为完整的编号"),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1"),
)
_CAUSES = {
    errno.ENOENT: "找不到",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EROFS: "所在的磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EADDRINUSE: "端口已被占用",
}


def fault(error: BaseException) -> tuple[str, int]:
    """What to say of this error, and the exit code."""
    if isinstance(error, typer.TyperException):
        return _usage(error), WRONG_USE
    if isinstance(error, HuiyinError):
        return f"huiyin：{error}", error.exit_code
    log.debug("错误详情", exc_info=error)
    if isinstance(error, OSError):
        return f"huiyin：{_file(error)}", COULD_NOT_RUN
    if isinstance(error, UnicodeDecodeError):
        return "huiyin：文件不是 UTF-8 文本，请转换编码后再试。", COULD_NOT_RUN
    if cause := _database(error):
        return f"huiyin：数据库不可用：{cause}", COULD_NOT_RUN
    what = " ".join(f"{type(error).__name__} {error}".split())
    return (
        f"huiyin：程序内部出错（{what}），请用 HUIYIN_LOG_LEVEL=DEBUG 重新运行，把详细日志报给维护人员。",
        COULD_NOT_RUN,
    )


def _usage(error: typer.TyperException) -> str:
    """Typer's complaint in Chinese, with where to read on; the help itself where a group was called bare."""
    context = getattr(error, "ctx", None)
    if context is not None and error.message == context.get_help():
        return error.message
    said = _reworded(_reworded(error.format_message().rstrip("."), _USAGE), _VALUES)
    return f"huiyin：{said}。用法见 {context.command_path if context else 'huiyin'} --help"


def _reworded(text: str, sentences: tuple[tuple[str, str], ...]) -> str:
    for pattern, chinese in sentences:
        text = re.sub(pattern, chinese, text)
    return text


def _file(error: OSError) -> str:
    cause = _CAUSES.get(error.errno or 0, error.strerror or str(error))
    return f"{error.filename}：{cause}，请检查后再试。" if error.filename else f"{cause}，请检查后再试。"


def _database(error: BaseException) -> str | None:
    """The database driver's reason in one line; None where the error is not the database's."""
    from sqlalchemy.exc import DBAPIError

    if isinstance(error, DBAPIError):
        error = error.orig or error
    elif not isinstance(error, sqlite3.Error):
        return None
    reason = " ".join(str(error).split())
    if "readonly" in reason:
        return "文件或所在文件夹只读，请检查权限。"
    if "unable to open" in reason:
        return "打不开数据库文件，请检查路径和权限。"
    return f"{reason}。请检查 HUIYIN_DATABASE_URL 和数据库服务。"
