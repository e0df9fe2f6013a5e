"""A solicitation that runs as the month ends: what citizens send in is heard in it, and the unit writes one down."""

from datetime import date, timedelta
from typing import Final

from sqlmodel import select

from flows.demo.people import MODERATOR, writer
from flows.entering import Entry, enter
from flows.house import House
from flows.solicitations import hear
from models.actions import solicitations as acts
from models.actions.solicited import write_down
from models.database import reading, writing
from models.queries.solicited import messages_of
from models.solicited import code_of
from models.tables.knowledge import Solicitation, SolicitedOpinion
from models.vocabulary import Channel

_UNIT: Final = "urban_bureau"
_DAYS: Final = 14  # before the present that it begins, and after it that it ends
_TITLE: Final = "关于《望溪市城市公园夜间开放办法（草案）》公开征求意见的公告"
_ABOUT: Final = "拟将城市公园夏季开放时间延长到 22 时，并划定夜间健身区域，公开征求意见。"
_OPINION: Final = "夏季开放到 22 时，健身区域与居民楼保持距离。"
# By its code, by its subject, and one that only a person can place.
_SENT: Final = (
    ("对征集 {code} 的意见：希望夏天开放到晚上十点，跳舞的地方离居民楼远一些。", "闻人知夏", "19900006101"),
    ("看了《望溪市城市公园夜间开放办法》，建议同时增加路灯和应急电话。", "澹台一鸣", "19900006102"),
    ("希望多听听带孩子的家长的意见，晚上人多的地方要有人管。", "公孙晓禾", "19900006103"),
)


class Listening:
    """Asked once; most of what came in is left for a visitor to write down or to place."""

    def __init__(self, house: House) -> None:
        self._house = house

    def ask(self, day: date, last: date) -> None:
        """The first working day within the last two weeks; the letters come with that day's post."""
        if last - day >= timedelta(days=_DAYS) or self._asked() is not None:
            return
        now, clerk = self._house.now(), writer(_UNIT)
        with writing(self._house.engine) as session:
            until = last + timedelta(days=_DAYS)
            row = acts.open_solicitation(session, _TITLE, _UNIT, _ABOUT, day, until, clerk, now)
            code = code_of(row.id or 0, day)
        for text, name, phone in _SENT:
            letter = Entry(channel=Channel.SURVEY, at=now, text=text.format(code=code), name=name, phone=phone)
            enter(self._house, letter, MODERATOR.login, None, now)

    def hear(self) -> None:
        """What is registered by now is looked at; the first that names the solicitation is written down."""
        hear(self._house, self._house.now())
        number = self._asked()
        if number is None:
            return
        with writing(self._house.engine) as session:
            if session.exec(select(SolicitedOpinion).where(SolicitedOpinion.solicitation_id == number)).first():
                return
            for line in messages_of(session, number)[:1]:
                write_down(session, number, line.message.id, _OPINION, None, writer(_UNIT), self._house.now())

    def _asked(self) -> int | None:
        with reading(self._house.engine) as session:
            return session.exec(select(Solicitation.id).where(Solicitation.title == _TITLE)).first()
