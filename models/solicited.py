"""征集意见: by what a citizen's message is known to answer one. Pure."""

import re
from datetime import date

from models.vocabulary import Word

_CODE = re.compile(r"ZJ\s*(\d{4})\s*[-－—]\s*(\d{1,9})", re.IGNORECASE)
_FRAME = re.compile(
    r"^关于|(公开|广泛|向社会)*(征求|征集|听取)[^，。]{0,12}(意见|建议)[^，。]*$|[（(][^）)]*[）)]|[《》“”\s]"
)
_FEWEST = 6  # characters of a subject: a shorter one stands in messages about other matters


class Heard(Word):
    """How a message came to a solicitation."""

    WAITING = "waiting", "待人工归入"
    CODE = "code", "写明征集编号"
    SUBJECT = "subject", "写明征集事项"
    PERSON = "person", "人工归入"
    NONE = "none", "不属于征集"


def code_of(number: int, opens_on: date) -> str:
    """What citizens are asked to write: ZJ2026-3."""
    return f"ZJ{opens_on.year}-{number}"


def codes_in(text: str) -> set[str]:
    """The codes that a text names, as code_of writes them."""
    return {f"ZJ{year}-{int(number)}" for year, number in _CODE.findall(text)}


def names_subject(title: str, text: str) -> bool:
    """Whether the text says what the solicitation of this title is about, without its frame of 关于…征求意见的公告."""
    subject = _FRAME.sub("", _FRAME.sub("", title))
    return len(subject) >= _FEWEST and subject in re.sub(r"[《》“”\s]", "", text)
