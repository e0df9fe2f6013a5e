"""Secrets as `huiyin doctor` looks at them: which are weak, missing or readable by others. None is ever shown."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flows.conditions import Trouble
from flows.house import House
from models.settings import Settings

_LENGTHS: Final = {"secret_key": 32, "hook_secret": 16, "oidc_client_secret": 16}
_FEWEST_SIGNS: Final = 8  # different ones: 0000… and abcabc… are long and nothing worth
_MAKE_ONE: Final = "可用 openssl rand -hex 32 生成"
_HERE: Final = {"127.0.0.1", "localhost", "::1"}


def secrets(house: House) -> str:
    """Trouble names every weak one; what is missing but not wrong is advice."""
    settings = house.settings
    if faults := [*_weak(settings), *_alike(settings), *_open_file(settings.data_dir / "secret.key")]:
        raise Trouble("；".join(faults))
    return "；".join(["没有弱密钥", *_advice(settings)])


def _weak(settings: Settings) -> Iterator[str]:
    for name, least in _LENGTHS.items():
        given = getattr(settings, name).get_secret_value()
        if given and (len(given) < least or len(set(given)) < _FEWEST_SIGNS):
            yield f"{_variable(name)} 太弱，至少 {least} 位随机字符，{_MAKE_ONE}"


def _alike(settings: Settings) -> Iterator[str]:
    """One that leaks would give away the other."""
    names: dict[str, list[str]] = {}
    for name in _LENGTHS:
        names.setdefault(getattr(settings, name).get_secret_value(), []).append(_variable(name))
    for value, same in names.items():
        if value and len(same) > 1:
            yield f"{'、'.join(same)} 相同，应各用各的"


def _open_file(file: Path) -> Iterator[str]:
    if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield f"{file} 其他用户可读，请执行 chmod 600"


def _advice(settings: Settings) -> Iterator[str]:
    if not settings.secret_key.get_secret_value():
        yield f"未设 HUIYIN_SECRET_KEY，用数据目录中自动生成的；多机部署须统一设置，{_MAKE_ONE}"
    if not settings.hook_secret.get_secret_value():
        yield "未设 HUIYIN_HOOK_SECRET，热线推送接口关闭"
    address = urlsplit(settings.public_url)
    if address.scheme != "https" and address.hostname not in _HERE:
        yield "注意：HUIYIN_PUBLIC_URL 不是 https，口令会明文经过网络"


def _variable(name: str) -> str:
    return f"HUIYIN_{name.upper()}"
