"""Personal numbers, whatever their spelling, and the numbers that are nobody's secret."""

import pytest

from classifiers.number_spans import is_identity, luhn
from classifiers.redaction import leaks, redact


def kinds(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in redact(text).spans]


def identity(body: str) -> str:
    """A well-formed number of a region that does not exist."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


ID = identity("99010119900307123")
CARD = next(f"622202999900000{n:04}" for n in range(10_000) if luhn(f"622202999900000{n:04}"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"身份证号{ID}，请核实", ID),
        (f"证件号码：{ID[:6]} {ID[6:14]} {ID[14:]}", f"{ID[:6]} {ID[6:14]} {ID[14:]}"),
        ("身份证：" + ID.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}), None),
        (f"没有说明的一串{ID}也要遮", ID),
        ("老证号990101600307123", "990101600307123"),
    ],
)
def test_an_identity_number_is_known_by_its_check_character(text: str, value: str | None) -> None:
    found = kinds(text)
    assert [kind for kind, _ in found] == ["id_card"]
    assert value is None or found[0][1] == value


def test_an_identity_number_ending_in_x_is_hidden_with_its_x() -> None:
    ending = next(identity(f"99010119900307{n:03}") for n in range(99) if identity(f"99010119900307{n:03}")[-1] == "X")
    assert redact(f"号码{ending.lower()}。").text == "号码[身份证号]。"


def test_a_wrong_check_character_is_no_identity_number() -> None:
    assert is_identity(ID)
    assert not is_identity(ID[:-1] + ("0" if ID[-1] != "0" else "1"))


@pytest.mark.parametrize(
    "number",
    [
        "19900001234",
        "１９９００００１２３４",
        "199-0000-1234",
        "199 0000 1234",
        "1990000-1234",
        "+86 199 0000 1234",
        "+8619900001234",
        "0086-19900001234",
        "一九九零零零零一二三四",
        "幺九九〇〇〇〇幺二三四",
        "1 9 9 0 0 0 0 1 2 3 4",
        "199零零零零1234",
    ],
)
def test_a_mobile_is_found_in_any_spelling(number: str) -> None:
    text = f"打我电话{number}一直没人接"
    assert [kind for kind, _ in kinds(text)] == ["mobile"]
    assert redact(text).text == "打我电话[手机号]一直没人接"


@pytest.mark.parametrize(
    "number",
    [
        "0990-6000123",
        "（0990）6000 123",
        "099060001234",
        "０９９０—６０００１２３",
        "010 6000 1234",
        "0990-6000123转801",
    ],
)
def test_a_landline_is_found_in_any_spelling(number: str) -> None:
    assert redact(f"家里座机{number}。").text == "家里座机[电话号码]。"


def test_a_local_number_needs_a_telephone_to_be_spoken_of() -> None:
    assert [kind for kind, _ in kinds("我家电话：60001234。")] == ["landline"]
    assert kinds("工程造价60001234元，面积6000123平方米") == []


def test_a_bank_card_is_known_by_luhn() -> None:
    spaced = " ".join(CARD[at : at + 4] for at in range(0, len(CARD), 4))
    assert kinds(f"打到{CARD}里") == [("bank_card", CARD)]
    assert kinds(f"卡号 {spaced}，") == [("bank_card", spaced)]
    wrong = CARD[:-1] + str((int(CARD[-1]) + 1) % 10)
    assert kinds(f"流水{wrong}，") == []


@pytest.mark.parametrize(
    "text",
    [
        "依据渝府办〔2020〕53号文件第三十五条",
        "工单GX20260213000123已转办，受理编号202602130001",
        "2026-02-13至2026-03-01，2018.09.28-10.28期间",
        "投资13800000000元，补贴19900001234元",
        "订单号19900001234还没发货",
        "拨打12345热线或110、400-800-1234",
        "南塘路3栋2单元的电梯坏了，共600多户",
        "三峡大坝一九九四年开工，二〇〇六年建成",
        "G318国道K1234+500处，X012县道",
        "每天08:00-12:00，14:30-17:30",
        "统一社会信用代码91990101MA0000000X",
    ],
)
def test_documents_orders_amounts_dates_and_public_lines_stay(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("车牌渝A·12345乱停", "plate"),
        ("一辆渝 A 9 9 F 1 2 没有停", "plate"),
        ("渝A 99F12撞坏了护栏", "plate"),
        ("邮箱是lin艾特example点com", "email"),
        ("lin at example dot com", "email"),
        ("lin（at）example（点）cn", "email"),
        ("加我V❤：linyue_77", "wechat"),
        ("Q：990123457", "qq"),
        ("台胞证号码 99012345", "passport"),
        ("渝a d12345占了消防通道", "plate"),
        ("新能源车渝AD12345堵门", "plate"),
        ("粤Z1234港停在路口", "plate"),
        ("邮箱zhang.san@example.com", "email"),
        ("发到 ＺＳ_99＠ｅｘａｍｐｌｅ．ｃｏｍ 吧", "email"),
        ("加我微信：zs_wx-1990", "wechat"),
        ("vx zs199012", "wechat"),
        ("我的QQ是123456789", "qq"),
        ("扣扣号：10001234", "qq"),
        ("我的q是99012345", "qq"),
        ("my qq is 99012345", "qq"),
        ("wechat id is zs_wx1990", "wechat"),
        ("家住柳荫路28号5楼左户", "address"),
        ("护照号码E12345678", "passport"),
        ("持EA1234567出境", "passport"),
        ("港澳通行证C12345678", "passport"),
    ],
)
def test_what_has_a_shape_or_a_name_is_found(text: str, kind: str) -> None:
    assert [found for found, _ in kinds(text)] == [kind]


def test_an_address_is_hidden_to_the_side_of_its_landing() -> None:
    assert kinds("家住柳荫路28号5楼左户，漏水") == [("address", "柳荫路28号5楼左户")]
    assert kinds("办事请到8号楼3楼左转") == []


def test_an_offices_number_stays_in_its_reply_and_a_citizens_goes() -> None:
    reply = (
        "如有疑问请致电我局0990-6000123（联系人：李工，19900005678）。您反映时留下的电话19900001234我们多次拨打未接通。"
    )
    shown = redact(reply, "official").text
    assert "0990-6000123" in shown
    assert "19900005678" in shown
    assert "19900001234" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "市住建局电话0990-6000123没人接",
        "多次拨打便民服务中心0990-6000123",
        "派出所值班电话6000123打不通",
        "缴费请问医保局（0990-6000123）",
    ],
)
def test_an_offices_line_stays_in_a_citizens_text_too(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "我在市住建局，电话0990-6000123",
        "我是住建局电话0990-6000123",
        "请教育局回电0990-6000123",
        "请教育局电话0990-6000123联系我",
        "市住建局19900001234",
    ],
)
def test_a_number_beside_an_office_that_is_somebodys_own_goes(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] in (["landline"], ["mobile"])


@pytest.mark.parametrize("author", ["citizen", "official"])
def test_nothing_leaks_from_a_redacted_text(author: str) -> None:
    text = f"我叫王小明，{ID}，19900001234，家住学府路12号3栋2单元501，车牌渝A12345，邮箱a@b.cn，微信abc12345，卡{CARD}"
    assert leaks(text, author)  # type: ignore[arg-type]
    assert leaks(redact(text, author).text, author) == []  # type: ignore[arg-type]


def test_spans_refer_to_the_text_as_given() -> None:
    text = "😀电话19900001234、19900005678"
    assert [text[span.start : span.end] for span in redact(text).spans] == ["19900001234", "19900005678"]
