"""What another profile would change, in words: which units, limits and routes appear, vanish or change."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Literal

from models.notice_rules import EVENT_LABELS, WAY_LABELS
from models.profile import Profile, selector
from models.profile_packs import pack_name
from models.profile_parts import ANY, ClockRule, Part, Region, Route, SummerHours, Unit
from models.vocabulary import CaseType, Channel, Kind, Procedure, Urgency, Word

How = Literal["新增", "取消", "改动"]
NONE: Final = "无"
_LEVELS: Final = {
    "province": "省级",
    "city": "市级",
    "county": "区县",
    "town": "乡镇（街道）",
    "village": "村（社区）",
}
_OWN_WORDS: Final = {
    "source": "文件", "first_posted": "首发时间", "found": "发现时间", "automatic": "有把握的自动派单",
    "confirm": "一律由人确认", "weekly": "每周", "fortnightly": "每两周", "monthly": "每月", "any": "随时",
    "daytime": "白天", "unit": "承办单位", "supervisor": "督办单位", "leader": "分管领导", "centre": "服务中心",
    "duty": "值班人员", "citizen": "来件人",
} | EVENT_LABELS | WAY_LABELS  # fmt: skip
_UNITS: Final = {"_workdays": " 个工作日", "_hours": " 小时", "_minutes": " 分钟", "_years": " 年"}
_SHARES: Final = {"accept_precision", "rate"}
WRITTEN: Final = {"code", "number_prefix"}  # in files and numbers, as they are: no words of ours
LABELS: Final = {
    "code": "代码", "name": "名称", "demonstration": "演示", "number_prefix": "工单前缀",
    "document_prefix": "发文机关代字", "document_prefixes": "各类文书代字", "publisher": "发布机构",
    "jurisdiction": "辖区", "sources": "来源文件", "packs": "规则包", "centre": "服务中心",
    "supervisor": "督办单位", "recusal_unit": "回避后承办", "opinion_coordinator": "舆情协调单位",
    "opinion_liaison": "舆情上报单位", "upper_unit": "上级单位", "domains": "领域名称",
    "limits": "次数和上限", "callback_retry": "回电重拨", "follow_up": "回访", "lines": "电话拨测",
    "calendar": "工作日历", "office_hours": "作息时间", "edition": "选登", "opinion": "舆情",
    "security": "等保要求", "hotline_columns": "热线列名", "order_columns": "历史工单列名",
    "dispatch": "派单方式", "accept_precision": "采信精度", "retention_years": "保管年限", "level": "级别",
    "region": "地区", "parent": "上级地区", "aliases": "别名", "outside": "外地", "phone": "电话",
    "notify": "通知方式", "signers": "审签人通知方式", "basis": "来源", "lead": "主办", "words": "提到",
    "co_units": "协办", "informed": "知会", "source": "依据", "presumed": "推定", "limit": "时限",
    "unit": "计时单位", "stage": "阶段", "action": "措施", "after": "触发工作日", "to": "告知",
    "needs_decision": "须人工决定", "enabled": "启用", "quiet_from": "夜间免打扰自",
    "quiet_to": "夜间免打扰至", "role": "岗位", "wait_minutes": "等候时间", "event": "通知",
    "over": "发送方式", "hours": "时段", "digest": "合并发送", "off": "放假", "work": "上班",
    "known_until": "已知至", "summer": "夏令作息", "first": "自", "last": "至", "start": "开始",
    "end": "结束", "date": "日期", "title": "刊名", "period": "周期", "publish_weekday": "刊发星期",
    "max_items": "每期最多", "columns": "栏目", "salutation": "称呼", "returns": "退单次数",
    "extensions": "延期次数", "extension_workdays": "每次延期", "pause_days": "中止天数",
    "hanging_days": "挂账天数", "close_after_workdays": "答复后办结",
    "survey_after_workdays": "答复后请评价", "promise_review_days": "承诺核对天数",
    "link_days": "链接有效天数", "no_answer": "无人接听", "wrong_number": "号码有误", "refused": "拒接",
    "again_hours": "再拨间隔", "attempts": "次数", "days": "天数", "rate": "抽取比例",
    "after_workdays": "答复后回访", "within_workdays": "完成期限", "mail_days": "问卷等候天数",
    "every_workdays": "拨测间隔", "fails": "连续未通次数", "fix_workdays": "整改期限",
    "window_days": "观察天数", "heat": "热度", "posts": "条数", "votes": "点赞点踩数",
    "urgencies": "紧急程度", "kinds": "类型", "clock_from": "计时起点", "major": "重大等级",
    "joint": "联动规则", "grades": "等级", "units": "单位", "idle_minutes": "无操作退出",
    "password_length": "口令最短位数", "password_days": "口令有效天数", "log_days": "日志留存天数",
    "regions": "地区", "routing": "派单规则", "clocks": "时限", "ladder": "督办", "rungs": "督办措施",
    "duty_roster": "值班表", "notices": "通知规则", "external_id": "编号", "received_at": "来电时间",
    "caller": "来电人", "text": "内容", "answer": "答复", "answered_on_the_spot": "是否当场答复",
    "agent": "受理员", "confidential": "是否保密", "may_publish": "是否同意公开", "tries": "连续输错次数",
    "lock_minutes": "锁定时间", "session_hours": "最长登录", "password_classes": "口令字符种类",
    "contacts_most": "一次导出联系方式条数", "contacts_decide_workdays": "导出联系方式审批期限",
    "contacts_take_workdays": "联系方式下载期限",
    "password_history": "不得重复的旧口令数", "second_factor": "须用动态口令的角色", "case_type": "事项类别",
    "channel": "渠道", "domain": "领域", "kind": "类型", "procedure": "程序", "urgency": "紧急程度",
}  # fmt: skip
_COLUMN_LABELS: Final = {"title": "标题"}  # an edition's title is its 刊名, a letter's is not


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of the profile: where it stands, its name, and each value before and after."""

    room: str
    what: str
    how: How
    lines: tuple[str, ...] = ()


def changes(live: Profile, other: Profile) -> list[Change]:
    """Everything in which the other profile differs from the live one, room by room."""
    return [change for name in Profile.model_fields for change in _room(name, live, other)]


def _room(name: str, live: Profile, other: Profile) -> Iterator[Change]:
    before, after = getattr(live, name), getattr(other, name)
    if before == after:
        return
    words = Words(live, other)
    if name in _ROWS:
        yield from _rows(words, LABELS[name], before, after, _ROWS[name])
    elif name == "ladder":
        yield from _rows(words, LABELS["rungs"], before.rungs, after.rungs, lambda _, rung: rung.name)
        rest = words.lines(before, after, without={"rungs"})
        if rest:
            yield Change(LABELS[name], "夜间免打扰", "改动", tuple(rest))
    elif isinstance(before, Part):
        yield Change(LABELS[name], LABELS[name], "改动", tuple(words.lines(before, after)))
    else:
        line = f"{words.say(name, before)} → {words.say(name, after)}"
        yield Change("基本情况", LABELS[name], "改动", (line,))


def route_changes(profile: Profile, before: Sequence[Route], after: Sequence[Route]) -> list[Change]:
    """What one routing matrix says otherwise than another, each row known by what it is for."""
    return list(_rows(Words(profile, profile), LABELS["routing"], before, after, _route))


def _rows(
    words: "Words", room: str, before: Sequence[Any], after: Sequence[Any], key: "Callable[[Words, Any], str]"
) -> Iterator[Change]:
    old, new = ({key(words, row): row for row in rows} for rows in (before, after))
    for name, row in old.items():
        if name not in new:
            yield Change(room, _called(name, row), "取消", tuple(words.facts(row)))
        elif new[name] != row:
            yield Change(room, _called(name, row), "改动", tuple(words.lines(row, new[name])))
    for name, row in new.items():
        if name not in old:
            yield Change(room, _called(name, row), "新增", tuple(words.facts(row)))


def _called(key: str, row: Part) -> str:
    """What is known by a code is called by its name."""
    return f"{row.name}（{key}）" if isinstance(row, Region | Unit) else key


class Words:
    """Codes of either profile as people call them."""

    def __init__(self, live: Profile, other: Profile) -> None:
        both = (live, other)
        self._names = {place.code: place.name for profile in both for place in profile.regions}
        self._names |= {unit.code: unit.name for profile in both for unit in profile.units}
        self._names |= live.domain_labels | other.domain_labels

    def name(self, code: str) -> str:
        return "不限" if code == ANY else self._names.get(code, code)

    def say(self, field: str, value: object) -> str:  # noqa: PLR0911  (one line for each kind of value)
        """A value for people; lists with 、 (； where an item has its own 、), what stands for nothing as 无."""
        if value is None or value in ([], "", {}):
            return NONE
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Word):
            return value.label
        if isinstance(value, list | tuple):
            said = [self.say(field, each) for each in value]
            return ("；" if any("、" in each for each in said) else "、").join(said)
        if isinstance(value, dict):
            return "；".join(f"{self._key(str(k))}：{self.say(field, v)}" for k, v in value.items())
        if isinstance(value, Part):
            return self._part(value)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        if isinstance(value, int | float):
            return _number(field, value)
        return str(value) if isinstance(value, date) else self._word(field, str(value))

    def _part(self, row: Part) -> str:
        """A part within a row; numbers alone would not say what they are of."""
        if isinstance(row, SummerHours):
            return f"{row.first} 至 {row.last}，{self.say('hours', row.hours)}"
        told = [(name, each) for name, each in row if each not in (None, [])]
        if all(isinstance(each, int | float) for _, each in told):
            return "，".join(f"{LABELS.get(name, name)} {self.say(name, each)}" for name, each in told)
        apart = "–" if all(isinstance(each, time) for _, each in told) else " "
        return apart.join(self.say(name, each) for name, each in told)

    def _key(self, key: str) -> str:
        return _COLUMN_LABELS.get(key) or LABELS.get(key) or self.name(key)

    def _word(self, field: str, text: str) -> str:
        if field in WRITTEN:
            return text
        if field == "packs":
            return pack_name(text)
        return _LEVELS.get(text) or _OWN_WORDS.get(text) or self.name(text)

    def values(self, row: Part) -> list[tuple[str, str]]:
        """Everything that a part says, also what is left to the usual."""
        return [(LABELS.get(name, name), self.say(name, value)) for name, value in row]

    def facts(self, row: Part) -> list[str]:
        """What a row says, without what it leaves to the usual."""
        told = row.model_fields_set
        return [f"{LABELS.get(n, n)}：{self.say(n, v)}" for n, v in row if n in told and n not in {"code", "name"}]

    def lines(self, before: Part, after: Part, *, without: set[str] | None = None) -> list[str]:
        """Each value that differs; rows within rows are compared value by value."""
        told: list[str] = []
        for name, old in before:
            new = getattr(after, name)
            if old == new or name in (without or set()):
                continue
            label = LABELS.get(name, name)
            if isinstance(old, Part) and isinstance(new, Part):
                told += [f"{label}：{line}" for line in self.lines(old, new)]
            elif isinstance(old, list) and isinstance(new, list):
                told += self._lists(name, label, old, new)
            else:
                told.append(f"{label}：{self._both(name, old, new)}")
        return told

    def _both(self, name: str, old: object, new: object) -> str:
        """Before and after; what bears the same name is told by its code."""
        before, after = self.say(name, old), self.say(name, new)
        return f"{before} → {after}" if before != after else f"{before}（{old} → {new}）"

    def _lists(self, name: str, label: str, old: list[Any], new: list[Any]) -> Iterator[str]:
        gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
        if gone:
            yield f"{label}去掉：{self.say(name, gone)}"
        if come:
            yield f"{label}增加：{self.say(name, come)}"
        if not gone and not come:
            yield f"{label}顺序：{self.say(name, old)} → {self.say(name, new)}"


def _number(field: str, value: float) -> str:
    if field == "publish_weekday":
        return f"周{'一二三四五六日'[int(value) - 1]}"
    if field in _SHARES:
        return f"{100 * value:g}%"
    unit = next((unit for ending, unit in _UNITS.items() if field.endswith(ending)), "")
    return f"{value:g}{unit}"


def _route(words: Words, row: Route) -> str:
    kind = Kind(row.kind).label if row.kind != ANY else ""
    case = CaseType(row.case_type).label if row.case_type not in {ANY, CaseType.ORDER} else ""
    place = words.name(row.region) if row.region != ANY else ""
    said = f"提到{'、'.join(row.words)}" if row.words else ""
    return " · ".join(filter(None, (words.name(row.domain), place, kind, case, said)))


def for_what(rule: ClockRule) -> str:
    """What a limit is for: 普通诉求 紧急, or 通用."""
    kinds = (Procedure, CaseType, Urgency, Kind, Channel)
    said = [kind(value).label for kind, value in zip(kinds, selector(rule), strict=True) if value is not None]
    return " ".join(said) or "通用"


_ROWS: Final[dict[str, Callable[[Words, Any], str]]] = {
    "regions": lambda _, row: row.code,
    "units": lambda _, row: row.code,
    "routing": _route,
    "clocks": lambda _, row: f"{row.stage.label}（{for_what(row)}）",
    "duty_roster": lambda _, row: " ".join(filter(None, (row.role, row.name))),
    "notices": lambda words, row: words.say("event", row.event),
}
