"""Places that read like names: towns, estates and what stands in one word with its last characters."""

import re

from classifiers.surnames import FULL, PLACES_BEHIND

_PLACE_ENDS = frozenset("镇乡村县市区街路巷桥湖省局厂店站苑湾")
_DOCUMENT_YEAR = re.compile(r"[（(〔\[【]{1,2}(?:19|20)[0-9]{2}[）)〕\]】]")  # «某政发〔2024〕9号»
# Words that a place ends with, the first character of which may read as a given name's last: «尹集中|学», «江景华|庭».
_ACROSS = (
    "中学", "小学", "大学", "医院", "社区", "公园", "广场", "街道", "华庭", "华府", "华苑", "华城", "豪庭", "豪苑",
    "雅居", "雅苑", "雅筑", "雅园", "名居", "名苑", "名都", "名城", "嘉园", "嘉苑", "佳园", "佳苑", "新村", "新城",
    "新苑", "花苑", "花城", "丽都", "丽城", "丽苑", "福居", "福苑",
)  # fmt: skip
_TOWN = re.compile(r"[\u4e00-\u9fff]?(?:镇|乡|街道)")
# «某景华庭二期», «某德苑7栋»: an estate, told by its parts or by those who live there.
_ESTATE = re.compile(
    r"[庭苑府园湾轩邸阁城居郡墅](?:[一二三四五六七八九十0-9]{1,3}(?:期|栋|幢|座|号楼|单元|区)|小区|业主|物业|楼盘|的业主)"
)


def is_place(source: str, start: int, end: int) -> bool:
    """Tell whether these characters are a place's or begin one.

    «石湖|镇», «石湖镇|政府», «江景华|庭二期», «李家|坪镇», «尹集中|学».
    """
    if source.startswith(PLACES_BEHIND, end) or source.startswith(_ACROSS, end - 1) or _TOWN.match(source, end):
        return True
    if _ESTATE.match(source, end) or _ESTATE.match(source, end - 1):
        return True
    return bool(_DOCUMENT_YEAR.match(source, end)) or (end - start >= FULL and source[end - 1] in _PLACE_ENDS)
