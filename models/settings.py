"""Settings from the environment (`HUIYIN_…`) or `.env`; a bad value stops the start with its name and reason."""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from models.errors import BadSettings

_PREFIX = "HUIYIN_"
_ADDRESS = Field(default="", repr=False)  # a password may stand in it


class Settings(BaseModel):
    """Every setting that an operator can give; README has the table."""

    # pydantic-settings would do, but importing it takes a command of one line a tenth of its time.
    model_config = ConfigDict(extra="ignore", validate_default=True)

    data_dir: Path = Path("var")
    database_url: str = _ADDRESS
    queue_url: str = Field(default="embedded:", repr=False)
    kafka_user: str = ""
    kafka_password: SecretStr = SecretStr("")
    blob_url: str = _ADDRESS
    profile: str = "demo"
    model: str = ""
    secret_key: SecretStr = SecretStr("")
    timezone: str = "Asia/Shanghai"
    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8000, ge=0, le=65535)
    prefect_port: int = Field(default=4200, ge=1, le=65535)
    public_url: str = ""
    upload_limit_mb: int = Field(default=100, ge=1, le=2000)
    hook_secret: SecretStr = SecretStr("")
    webhook_hosts: str = ""
    mailbox_sources: str = _ADDRESS
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "noreply@localhost"
    sms_url: str = _ADDRESS
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_base_url: str = "https://slack.com/api/"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_login_claim: str = "preferred_username"
    oidc_name: str = "统一身份认证"
    notify_urls: str = _ADDRESS
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def __init__(self, _env_file: str | None = ".env", **given: Any) -> None:  # noqa: ANN401  (checked by field)
        """What is given by hand goes before the environment, that before the file."""
        super().__init__(**{**_from_file(_env_file), **_ours(os.environ), **given})

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as error:
            raise ValueError(f"没有名为 {value} 的时区") from error
        return value

    @field_validator("queue_url")
    @classmethod
    def _known_queue(cls, value: str) -> str:
        if not value.startswith(("embedded:", "kafka://", "memory:")):
            raise ValueError("应为 embedded: 或 kafka://主机:端口[,主机:端口]")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql+psycopg:")):
            raise ValueError("应为 sqlite:///文件 或 postgresql+psycopg://用户@主机/库名")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        here = urlsplit(value).hostname in {"127.0.0.1", "localhost"}
        if value and not value.startswith("https://") and not here:
            raise ValueError("应为 https:// 开头的地址")
        return value

    @field_validator("oidc_client_secret")
    @classmethod
    def _whole_provider(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """Three settings make a provider; two of them would fail at the first sign-in."""
        issuer, client = info.data.get("oidc_issuer", ""), info.data.get("oidc_client_id", "")
        if len({bool(issuer), bool(client), bool(value.get_secret_value())}) > 1:
            raise ValueError("须与 HUIYIN_OIDC_ISSUER、HUIYIN_OIDC_CLIENT_ID 一并设置")
        return value

    @model_validator(mode="after")
    def _own_address(self) -> Self:
        """Links lead to the console itself where no other address is given."""
        self.public_url = self.public_url or f"http://{self.listen_host}:{self.listen_port}"
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'huiyin.db'}"

    @property
    def blobs(self) -> str:
        return self.blob_url or f"file://{self.data_dir.absolute() / 'blobs'}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _from_file(name: str | None) -> dict[str, str]:
    if name is None or not Path(name).is_file():
        return {}
    from dotenv import dotenv_values

    return _ours(dotenv_values(name))


def _ours(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {
        name[len(_PREFIX) :].lower(): value
        for name, value in variables.items()
        if value is not None and name.upper().startswith(_PREFIX)
    }


@cache
def settings() -> Settings:
    """Read once per process; tests pass their own."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"HUIYIN_{str(e['loc'][0]).upper()} {_reason(e)}（值：{_shown(e)}）" for e in error.errors()]
        raise BadSettings(f"设置有误：{'；'.join(faults)}") from None


_REASONS = {
    "int_parsing": "应为整数",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能是 {expected}",
    "value_error": "{error}",
}


def _reason(fault: ErrorDetails) -> str:
    context = {
        name: str(value).replace(" or ", "、").replace(", ", "、") for name, value in fault.get("ctx", {}).items()
    }
    told = _REASONS.get(fault["type"])
    return told.format(**context) if told else f"不符合要求：{fault['msg']}"


def _shown(fault: ErrorDetails) -> str:
    """The value as given, without a password that may stand in an address."""
    name = str(fault["loc"][0])
    if any(word in name for word in ("secret", "token", "key", "smtp", "password")):
        return "不显示"
    return without_password(str(fault["input"]))


def without_password(address: str) -> str:
    """An address as it may be printed: who signs in there, and with what, is left out."""
    return re.sub(r"//\S*@", "//***@", address)
