"""Which column of a call centre's sheet is what. A profile's own names are tried before these."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

LABELS = {
    "external_id": "工单编号",
    "received_at": "来电时间",
    "caller": "来电人",
    "phone": "联系电话",
    "title": "诉求标题",
    "text": "诉求内容",
    "region": "所属区域",
    "answered_on_the_spot": "是否当场答复",
    "answer": "当场答复内容",
    "agent": "受理员",
    "confidential": "是否保密",
    "may_publish": "是否同意公开",
}
COMMON: Mapping[str, Sequence[str]] = {
    "external_id": (
        "工单编号",
        "工单号",
        "受理编号",
        "受理单号",
        "流水号",
        "诉求编号",
        "来电编号",
        "工单流水号",
        "编号",
    ),
    "received_at": ("来电时间", "受理时间", "登记时间", "诉求时间", "接听时间", "创建时间", "时间"),
    "caller": ("来电人", "来电人姓名", "诉求人", "诉求人姓名", "市民姓名", "联系人", "姓名"),
    "phone": ("联系电话", "来电号码", "来电电话", "联系号码", "手机号码", "手机号", "联系方式", "电话"),
    "title": ("诉求标题", "工单标题", "来电标题", "标题", "主题"),
    "text": ("诉求内容", "反映事项", "诉求描述", "工单内容", "来电内容", "反映内容", "问题描述", "具体内容", "内容"),
    "region": ("所属区域", "事发地点", "所属区县", "诉求区域", "事发区域", "区域", "属地", "地址"),
    "answered_on_the_spot": ("是否当场答复", "当场答复", "是否直接答复", "是否在线答复"),
    "answer": ("当场答复内容", "答复内容", "在线答复内容", "处理结果"),
    "agent": ("受理员", "接听人", "话务员", "受理人", "坐席", "接线员", "登记人"),
    "confidential": ("是否保密", "保密"),
    "may_publish": ("是否同意公开", "是否公开", "同意公开"),
}
_FEWEST = 2


def known_names(
    own: Mapping[str, Sequence[str]],
    common: Mapping[str, Sequence[str]] = COMMON,
    labels: Mapping[str, str] = LABELS,
) -> dict[str, list[str]]:
    """Field → header names in the order to try: the profile's, the common ones, the field's own English name.

    A profile may key its names by our field or by our Chinese label.
    """
    by_label = {label: field for field, label in labels.items()}
    names: dict[str, list[str]] = {field: [] for field in labels}
    for key, given in own.items():
        field = by_label.get(key, key)
        if field in names:
            names[field] += [given] if isinstance(given, str) else list(given)
    return {field: [plain(name) for name in [*names[field], *common[field], field]] for field in labels}


def plain(cell: object) -> str:
    """A header cell without what decorates it: «* 联系电话（必填）» is 联系电话."""
    text = unicodedata.normalize("NFKC", str(cell or "")).lower()
    return re.sub(r"\([^()]{0,30}\)|[\s*:_\-\"'\ufeff]", "", text)


def find_columns(cells: Sequence[object], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Field → column of a header row; empty if the row is none."""
    headers = [plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for field, wanted in names.items():
        at = next((headers.index(name) for name in map(plain, wanted) if name and name in headers), None)
        if at is not None and at not in found.values():
            found[field] = at
    alone = sum(bool(header) for header in headers) == 1
    says_what = "text" in found or "title" in found
    return found if says_what and (len(found) >= _FEWEST or alone) else {}
