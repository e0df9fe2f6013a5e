"""Names of places as citizens write them: estates, roads, schools, villages, and the regions before them.

No list of a town's estates is complete, so names are known by how they end, by what stands before them, and by
how they are used in a collection of messages (classifiers/topics.py).
"""

import re

_PLACE = re.compile(
    r"[\u4e00-\u9fffA-Z0-9·]{2,12}?(?:小区|花园|家园|社区|公寓|大道|广场|学校|中学|小学|幼儿园|医院|公园|市场|[车铁交]站|街道|公馆|新城"
    r"|城(?![市区镇乡管际投])|园(?![区林丁长])|村(?![民委里])|镇(?!政)|乡(?![村镇亲])|街(?![坊上])|[路巷苑桥](?![上况费]))"
)
_LEAD = re.compile(
    r"^(?:.*(?<![小社园校厂库])[市区县](?!场)|.*(?:关于|反映|投诉|举报|咨询|请求|建议|希望|请问|位于|居住|附近|购买|因为|我们?[是在家]|的|住在|而|定|购房|时|问问))"
)
# What was caught with a name and is none.
_SENTENCE = re.compile(
    r"尽快|目前|当时|什么|如何|可以|成功|楼盘|了|这|那|有|没|各|不|加快|建设|创建|建议|希望|设置|安全|实施|监督|加强|包括|问问"
)
_REGION = re.compile(
    r"[A-Z]\d{0,2}[市区县](?!场|政府)|(?:(?<=^)|(?<=[，。；：、\s“（在是省市县]))[\u4e00-\u9fff]{2,3}?(?<![小社园片校厂矿住宅城])[市区县](?!场"
    r"|民|政|委|长|级|域|里|内|房)"
)


def bare(name: str) -> str:
    """A name without the words and the regions before it."""
    return _LEAD.sub("", name)


def spots(text: str) -> set[str]:
    """Names below the county: 丽景小区, 学府路, 双井镇."""
    names = (bare(name) for name in _PLACE.findall(text))
    return {name for name in names if len(name) > 1 and not _SENTENCE.search(name)}


def regions(text: str) -> list[str]:
    """Names of cities, districts and counties, in order."""
    return [match.group() for match in _REGION.finditer(text)]


def first_regions(text: str) -> list[str]:
    """The regions that are named first, one inside the other (石湖市青禾区)."""
    found: list[str] = []
    end = -1
    for match in _REGION.finditer(text):
        if found and match.start() != end:
            break
        found.append(match.group())
        end = match.end()
    return found
