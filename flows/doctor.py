"""`huiyin doctor`: is everything here that the house needs, before somebody misses it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from flows import conditions
from flows.calendars import calendar_of
from flows.conditions import Trouble
from flows.house import House
from flows.opening import has_record, recorded_profile
from flows.secret_checks import secrets
from models.errors import Unavailable
from models.migrating import drift
from models.settings import without_password
from models.workdays import disagreements
from responders.notifying.mail import MailNotifier


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and what it found, in words for an operator."""

    name: str
    ok: bool
    why: str


def examine(house: House) -> list[Finding]:
    """Every check, each by itself: one that fails hides no other. Before `huiyin init` asking makes nothing."""
    found = [_one(name, check, house) for name, check in _ALWAYS.items()]
    if next(f for f in found if f.name == _DATABASE).ok:
        found += [_one(name, check, house) for name, check in _WITH_A_RECORD.items()]
    return found


def _one(name: str, check: Callable[[House], str], house: House) -> Finding:
    try:
        return Finding(name, ok=True, why=check(house))
    except Exception as error:  # noqa: BLE001  (whatever is broken here is the finding)
        return Finding(name, ok=False, why=_in_one_line(error))


def _in_one_line(error: Exception) -> str:
    """An operator's list has one line for each check; a driver's advice about itself is left out."""
    if isinstance(error, SQLAlchemyError):
        return conditions.in_words(error)
    reason = getattr(error, "orig", None) or error
    return " ".join(str(reason).split()) or type(error).__name__


def _settings(house: House) -> str:
    settings = house.settings
    return f"数据目录 {settings.data_dir.absolute()}；时区 {settings.timezone}"


def _profile(house: House) -> str:
    profile = house.profile
    kept = recorded_profile(house) if has_record(house) else None
    if kept is not None and kept != profile.code:
        raise Trouble(f"数据库是为辖区“{kept}”建立的，现在的配置是“{profile.code}”，请改回 HUIYIN_PROFILE")
    return f"{profile.name}（{profile.code}）：{len(profile.units)} 个单位，{len(profile.routing)} 条派单规则"


def _database(house: House) -> str:
    shown = make_url(house.settings.database).render_as_string()
    if not has_record(house):
        raise Trouble(f"{shown} 尚未建立或版本较旧，请运行 huiyin init")
    if differences := drift(house.engine):
        told = f"{shown} 与程序的表结构不一致（{differences[0]}，共 {len(differences)} 处）"
        raise Trouble(f"{told}：数据库可能由另一版本建立，请用那个版本运行，或备份后恢复到新建的库")
    conditions.must_be_writable(house.engine)
    return f"{shown}，可读写"


def _queue(house: House) -> str:
    queue = house.queue("doctor")
    try:
        depth = queue.depth()
    finally:
        queue.close()
    return f"{without_password(house.settings.queue_url)}：排队 {depth.queued}，在办 {depth.leased}"


def _calendar(house: House) -> str:
    told = conditions.calendar_end(house)
    this_year = house.now().astimezone(house.settings.zone).year
    if differences := disagreements(range(this_year - 1, calendar_of(house).known_until.year + 1)):
        raise Trouble(f"两个节假日库有 {len(differences)} 天不一致，请核对：{'；'.join(differences[:5])}")
    return f"{told.rstrip('。')}；两个节假日库一致"


def _model(house: House) -> str:
    return f"{house.judgement.model_version}，{len(house.judgement.labels)} 个领域，校验值相符"


def _blobs(house: House) -> str:
    content = b"huiyin doctor"
    key = house.blobs.put(content)
    if house.blobs.get(key) != content:
        raise Unavailable(f"{without_password(house.settings.blobs)} 读回的内容与写入的不同")
    house.blobs.erase(key)
    return f"{without_password(house.settings.blobs)}，可读写"


def _clock(house: House) -> str:
    return conditions.clock(house)


def _mail(house: House) -> str:
    """The server that letters go through; without one, units that wait for mail hear nothing."""
    wanted = sorted({unit.name for unit in house.profile.units if any(t.startswith("mailto:") for t in unit.notify)})
    if not (url := house.settings.smtp_url.get_secret_value()):
        if wanted:
            raise Trouble(f"没有设置 HUIYIN_SMTP_URL，{wanted[0]}等 {len(wanted)} 个单位收不到邮件通知")
        return "没有设置 HUIYIN_SMTP_URL，也没有单位要用邮件通知"
    return f"{MailNotifier(url, house.settings.mail_from, timeout=_MAIL_SECONDS).greet()}，可以登录"


def _disk(house: House) -> str:
    return conditions.disk(house, conditions.ENOUGH_DISK)


_DATABASE = "数据库"
_MAIL_SECONDS = 5.0
_ALWAYS: dict[str, Callable[[House], str]] = {
    "设置": _settings,
    "密钥": secrets,
    "辖区配置": _profile,
    _DATABASE: _database,
    "工作日历": _calendar,
    "磁盘空间": _disk,
}
_WITH_A_RECORD: dict[str, Callable[[House], str]] = {
    "队列": _queue,
    "时钟": _clock,
    "邮件": _mail,
    "研判模型": _model,
    "原始件存储": _blobs,
}
