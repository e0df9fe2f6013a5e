"""One tree of errors. An error class's docstring is its default message; users read Chinese."""

from typing import ClassVar


class HuiyinError(Exception):
    """系统出错。"""

    status_code: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    permanent: ClassVar[bool] = True

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class BadInput(HuiyinError):
    """输入有误。"""

    status_code = 422


class BadProfile(BadInput):
    """辖区配置有误。"""

    exit_code = 3


class BadSettings(BadInput):
    """设置有误。"""

    exit_code = 3


class BadModel(BadInput):
    """模型文件有误。"""

    exit_code = 3


class NotFound(HuiyinError):
    """没有找到。"""

    status_code = 404


class NotAllowed(HuiyinError):
    """没有权限。"""

    status_code = 403


class Conflict(HuiyinError):
    """与当前状态冲突，请刷新后再试。"""

    status_code = 409


class Simultaneous(Conflict):
    """正好有人同时办理同一件事，这次没有保存；请看过现在的情况再办。"""


class Unavailable(HuiyinError):
    """依赖的服务暂时不可用。"""

    status_code = 503
    exit_code = 3
    permanent = False
