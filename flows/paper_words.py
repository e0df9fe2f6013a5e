"""Names, times and labels as papers say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows.house import House
from models.vocabulary import DEMONSTRATION, Word
from responders.papers.filling import Contents, Shown, Value

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class PaperWords:
    """`names`: login → the person's name."""

    house: House
    names: Mapping[str, str]
    now: datetime

    def moment(self, at: datetime | None, nothing: str = "") -> str:
        local = at and at.astimezone(self.house.settings.zone)
        return f"{self.day(local)} {local:%H:%M}" if local else nothing

    def day(self, at: datetime | date | str | None, nothing: str = "") -> str:
        """2026年3月9日."""
        found = self._date(at)
        return f"{found.year}年{found.month}月{found.day}日" if found else nothing

    def short(self, at: datetime | date | str | None) -> str:
        """2026-03-09, for narrow columns."""
        found = self._date(at)
        return found.isoformat() if found else ""

    def dated(self, at: datetime | date | str | None) -> Value:
        """The same, as a day that a sheet sorts and counts by."""
        found = self._date(at)
        return Shown(found, found.isoformat(), "yyyy-mm-dd") if found else ""

    def _date(self, at: datetime | date | str | None) -> date | None:
        if isinstance(at, datetime):
            return self.house.day_of(at)
        return date.fromisoformat(at) if isinstance(at, str) else at

    def unit(self, code: str | None, nothing: str = "") -> str:
        found = self.house.profile.units_by_code.get(code or "")
        return found.name if found else (code or nothing)

    def region(self, code: str | None) -> str:
        found = self.house.profile.regions_by_code.get(code or "")
        return found.name if found else (code or "")

    def domain(self, code: str) -> str:
        return self.house.profile.domain_labels.get(code, code)

    def who(self, login: str | None) -> str:
        return "系统" if login == "system" else self.names.get(login or "", login or "")

    def contents(
        self, singles: Mapping[str, Value], groups: Mapping[str, Any] | None = None, *, issuer: str = "",
        citizens: bool = True, period: str = "",
    ) -> Contents:  # fmt: skip
        """What every paper says beside its own: who issues it, when it was printed, how it is kept."""
        profile = self.house.profile
        issuer = issuer or profile.unit(profile.centre).name
        common = {
            "印发单位": issuer, "打印日期": self.day(self.now), "期间": period,
            "保管提示": self._keeping() if citizens else "",
        }  # fmt: skip
        mark = DEMONSTRATION if profile.demonstration else ""
        return Contents({**common, **singles}, groups or {}, mark=mark, by=issuer, at=self.now)

    def _keeping(self) -> str:
        years = self.house.profile.retention_years
        return f"内部资料，含来件人信息：专人保管，不得外传、公开或拍照转发；保管期限 {years} 年，期满登记销毁。"


def label(words: type[Word], code: str | None) -> str:
    """The Chinese word of a code; an unknown code is shown as it is."""
    return next((word.label for word in words if word.value == code), code or "")
