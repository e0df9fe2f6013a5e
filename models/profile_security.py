"""登录安全: how people prove who they are, and for how long. Two presets, 等保二级 and 三级; each value may be set."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, model_validator

from models.profile_parts import Name, Part
from models.vocabulary import Role

_SOURCE = (
    "GB/T 22239—2019 {clause}（身份鉴别）要求口令有复杂度并定期更换、限制失败次数、超时退出，没有规定数值；"
    "数值为推定，待本地确认。日志留存不少于六个月：网络安全法"
)
_PRESETS: dict[int, dict[str, Any]] = {
    2: {"source": _SOURCE.format(clause="7.1.4.1")},
    3: {
        "source": _SOURCE.format(clause="8.1.4.1") + "；两种以上鉴别技术：8.1.4.1 d)",
        "lock_minutes": 30,
        "idle_minutes": 15,
        "session_hours": 8,
        "password_length": 10,
        "password_classes": 3,
        "password_history": 5,
        "password_days": 90,
        "log_days": 365,
        "second_factor": list(Role),
    },
}


class SecurityRules(Part):
    """The values of 等保二级 where nothing is written. `second_factor`: the roles that can't do without one."""

    level: Literal[2, 3] = 2
    tries: int = Field(default=5, ge=3, le=20)
    lock_minutes: int = Field(default=15, ge=5, le=1440)
    idle_minutes: int = Field(default=30, ge=1, le=240)
    session_hours: int = Field(default=12, ge=1, le=24)
    password_length: int = Field(default=8, ge=8, le=64)
    # Of capital letters, small letters, figures and other signs.
    password_classes: int = Field(default=2, ge=1, le=4)
    # So many earlier passwords may not be taken again.
    password_history: int = Field(default=3, ge=0, le=24)
    password_days: int = Field(default=180, ge=1, le=365)
    # Six months are up to 184 days; how long it is known who tried to sign in, when and from where.
    log_days: int = Field(default=184, ge=180, le=3650)
    second_factor: list[Role] = Field(default=[])
    # 导出联系方式: so many senders at once; workdays until somebody else has to decide, and until the file is taken.
    contacts_most: int = Field(default=500, ge=1, le=2000)
    contacts_decide_workdays: int = Field(default=2, ge=1, le=10)
    contacts_take_workdays: int = Field(default=1, ge=1, le=5)
    source: Name = _PRESETS[2]["source"]

    @model_validator(mode="before")
    @classmethod
    def _on_the_preset(cls, given: Any) -> Any:  # noqa: ANN401  (whatever the file holds)
        if not isinstance(given, dict) or given.get("level", 2) not in tuple(_PRESETS):
            return given
        return _PRESETS[given.get("level", 2)] | given

    @property
    def locked_for(self) -> timedelta:
        return timedelta(minutes=self.lock_minutes)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def password_age(self) -> timedelta:
        return timedelta(days=self.password_days)
