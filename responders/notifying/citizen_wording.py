"""What a citizen is told, by mail or SMS: that it came, the answer, and how it was. To its own addressee only."""

from responders.notifying.port import Item
from responders.notifying.wording import Letterhead, Wording, base, link_address, signature

_MOST_SMS = 300  # characters of an answer in a text message; the whole of it stands behind the query code


def receipt_wording(head: Letterhead, query_code: str, *, looks_up: bool) -> Wording:
    """The message has arrived: the query code, and what it is good for.

    `looks_up`: a telephone was left, whose last four digits the look-up asks for.
    """
    kept = f"您的来件已收到并登记，查询码：{query_code}。请妥善保存；"
    online = Item("", f"{kept}凭查询码和所留电话的后四位可以查看办理进度和答复。", f"{base(head)}/track")
    by_letter = Item("", f"{kept}答复将发送到本邮箱，其间可凭查询码来电查询进度。")
    hint = "需要补充情况，可直接回复本邮件，内容会并入同一件。"
    items = (online if looks_up else by_letter,)
    return Wording(f"来件已收到（查询码 {query_code}）", "您好：", items, f"{hint}\n{signature(head)}")


def reply_wording(
    head: Letterhead, query_code: str, unit: str, text: str, rating: str | None = None, *, may_rate: bool = True
) -> Wording:
    """The answer in full, who gave it, and where it can be rated, unless it can't (不予受理).

    `rating`: a signed link, for a sender who left no telephone and so can look nothing up.
    """
    by = head.unit_names.get(unit, head.publisher)
    items = (Item("", text), Item("", f"答复单位：{by}", None))
    where = f"可凭查询码 {query_code} 评价，不满意的将重新办理：{base(head)}/track"
    if rating:
        where = f"请打开链接评价，不满意的将重新办理：{link_address(head, rating)}"
    closing = f"如对答复不满意，{where}\n{signature(head)}" if may_rate else signature(head)
    return Wording(f"对您来件的答复（查询码 {query_code}）", "您的来件答复如下：", items, closing)


def promise_wording(head: Letterhead, query_code: str, unit: str, text: str, state: str, *, looks_up: bool) -> Wording:
    """A promise of the answer was checked and closed (销号): what it was, and what became of it."""
    by = head.unit_names.get(unit, head.publisher)
    said = f"答复您的来件时，{by}承诺：“{text}”现经核验，这项承诺{state}。"
    where = f"可凭查询码 {query_code} 查看并反映：{base(head)}/track" if looks_up else "请直接回复本邮件说明。"
    hint = f"与实际不符的，{where}"
    return Wording(
        f"答复中的承诺{state}（查询码 {query_code}）", "您好：", (Item("", said),), f"{hint}\n{signature(head)}"
    )


def survey_wording(head: Letterhead, query_code: str, link: str) -> Wording:
    """How was it? One click opens the form, one more sends it; not rated is no answer of its own."""
    text = "您的来件已经答复。请评价办理情况；不满意的，将交承办单位重新办理。"
    item = Item("", text, link_address(head, link))
    return Wording(f"请评价您来件的办理情况（查询码 {query_code}）", "您好：", (item,), signature(head))


def follow_up_wording(head: Letterhead, query_code: str, link: str) -> Wording:
    """回访问卷: three questions about how it was done, asked by the centre and not by the unit."""
    text = "您的来件已经答复一段时间。请用一分钟告诉我们：承办单位是否联系过您、问题是否解决、您是否满意。"
    item = Item("", text, link_address(head, link))
    return Wording(f"来件办理情况回访（查询码 {query_code}）", "您好：", (item,), signature(head))


def as_sms(wording: Wording, head: Letterhead) -> Wording:
    """The same in the length of a text message: one matter, one address, who writes."""
    first = wording.items[0]
    text = first.text if len(first.text) <= _MOST_SMS else f"{first.text[:_MOST_SMS]}……（全文请凭查询码查看）"
    link = first.link or f"{base(head)}/track"
    return Wording(wording.title, "", (Item("", text, link),), signature(head, ""))
