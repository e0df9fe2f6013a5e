"""What can be wrong with a source as a whole. A single bad item is no error: it is quarantined."""

from pathlib import Path
from typing import ClassVar

from models.errors import BadInput, Unavailable


class SourceMissing(BadInput):
    """来源不存在。"""

    status_code: ClassVar[int] = 404
    exit_code: ClassVar[int] = 3


class SourceUnreadable(BadInput):
    """来源无法读取。"""

    exit_code: ClassVar[int] = 3


class BadSource(BadInput):
    """来源写法有误。"""

    exit_code: ClassVar[int] = 2


class MailServerAway(Unavailable):
    """邮件服务器暂时无法连接。"""


def present(path: Path) -> Path:
    """The path itself if something stands there; raises SourceMissing or SourceUnreadable."""
    try:
        path.stat()
    except FileNotFoundError:
        raise SourceMissing(f"找不到 {path}，请检查路径是否写对。") from None
    except (OSError, ValueError) as error:
        raise SourceUnreadable(f"无法读取 {path}（{cause(error)}），请检查访问权限。") from None
    return path


def unreadable(path: Path, error: OSError) -> SourceUnreadable:
    return SourceUnreadable(f"无法读取 {path}（{cause(error)}），请检查文件权限或磁盘。")


def cause(error: BaseException) -> str:
    """The system's own words, without the path that the sentence around it names."""
    known: dict[type[BaseException], str] = {PermissionError: "没有权限", IsADirectoryError: "是文件夹而不是文件"}
    if type(error) in known:
        return known[type(error)]
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
