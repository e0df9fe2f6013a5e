"""Who works in the demonstration: accounts by role, two people in every unit (writer and signer)."""

from dataclasses import dataclass

from models.actors import Actor
from models.profile import Profile
from models.vocabulary import Role

MODERATOR = Actor("shenkan1", Role.MODERATOR)
REVIEWER = Actor("shenhe1", Role.MODERATOR)
SUPERVISOR = Actor("duban1", Role.SUPERVISOR)
SECOND_SUPERVISOR = Actor("duban2", Role.SUPERVISOR)
EDITOR = Actor("bianji1", Role.EDITOR)
SECRECY = Actor("baomi1", Role.EDITOR)
FIRST = Actor("chushen1", Role.EDITOR)
SECOND = Actor("fushen1", Role.EDITOR)
FINAL = Actor("zhongshen1", Role.EDITOR)
INSPECTOR = Actor("zhuanban1", Role.INSPECTOR)
OPINION = Actor("yuqing1", Role.OPINION)
OPINION_LEADER = Actor("fenguan1", Role.OPINION_LEADER)
CITIZEN = Actor("citizen")


# Units whose people a visitor may be: hashing passwords for all of them would take a minute.
SHOWN_UNITS = frozenset({"market_bureau", "labour_bureau", "urban_bureau"})


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    name: str
    role: Role
    unit: str | None = None
    signs: bool = True


def office_accounts() -> list[Account]:
    return [
        Account("shenkan1", "审看员甲", Role.MODERATOR),
        Account("shenhe1", "审核员乙", Role.MODERATOR),
        Account("duban1", "督办员丙", Role.SUPERVISOR),
        Account("duban2", "督办员戊", Role.SUPERVISOR),
        Account("bianji1", "编辑丁", Role.EDITOR),
        Account("baomi1", "保密审查员", Role.EDITOR),
        Account("chushen1", "初审", Role.EDITOR),
        Account("fushen1", "复审", Role.EDITOR),
        Account("zhongshen1", "终审", Role.EDITOR),
        Account("guanli1", "系统管理员", Role.OPERATOR),
        Account("shenji1", "审计员", Role.AUDITOR),
        Account("zhuanban1", "检举件专办员", Role.INSPECTOR),
        Account("yuqing1", "舆情专员", Role.OPINION),
        Account("fenguan1", "舆情分管领导", Role.OPINION_LEADER),
    ]


def unit_accounts(profile: Profile) -> list[Account]:
    """承办人 and 审签人 of every unit."""
    return [
        Account(who.login, f"{unit.name}{'审签人' if signs else '承办人'}", Role.UNIT, unit.code, signs)
        for unit in profile.units
        for who, signs in ((writer(unit.code), False), (signer(unit.code), True))
    ]


def writer(unit: str) -> Actor:
    return Actor(f"{unit}_cb", Role.UNIT, unit)


def signer(unit: str) -> Actor:
    return Actor(f"{unit}_sq", Role.UNIT, unit)
