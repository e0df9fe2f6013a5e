"""Phone, name and consent, as citizens write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wording import cleaned, is_confidential, may_publish, name_in, phone_in


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("路灯坏了，联系电话：19900001234。", "19900001234"),
        ("请回电 199 0000 1234", "19900001234"),
        ("手机号：+86-199-0000-1234", "19900001234"),
        ("联系方式是１９９００００１２３４", "19900001234"),
        ("电话0571-6400 1234", None),
        ("电话：0571-64001234", "0571-64001234"),
        ("(0571)64001234 是我家电话", "0571-64001234"),
        ("物业电话19900005678从来打不通。\n我的电话：19900001234\n请尽快", "19900001234"),
        ("骗子用19900005678打来。\n\n还有19900006666也是。\n\n请查处。\n1\n2\n3\n4\n5\n6\n7", None),
        ("施工队19900005678天天扰民。\n一\n二\n三\n四\n五\n六\n七\n张三\n19900001234", "19900001234"),
        ("身份证990101199001011234", None),
        ("订单号 1990000123456", None),
        ("没有电话", None),
    ],
)
def test_the_authors_phone_is_found(text: str, phone: str | None) -> None:
    assert phone_in(text) == phone


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("此致\n敬礼\n联系人：王小明 19900001234", "王小明"),
        ("姓  名: 欧阳晓", "欧阳晓"),
        ("被投诉人：某物业", None),
        ("业主：代表全体业主反映问题", None),
        ("路灯坏了", None),
    ],
)
def test_a_labelled_name_is_found(text: str, name: str | None) -> None:
    assert name_in(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了。本人同意公开。",
        "我同意将来信内容公开",
        "（同意公开）",
        "同意公开",
        "我们也同意公开答复。",
        "是否同意公开：是",
        "我愿意公开发布，谢谢",
    ],
)
def test_a_clear_consent_is_heard(text: str) -> None:
    assert may_publish(text)


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了",
        "我不同意公开",
        "请不要公开我的来信",
        "是否同意公开：否",
        "开发商同意公开账目",
        "我同意公开账目",
        "你们同意公开吗？",
        "如果同意公开，请告知",
        "居委会说了，同意公开。",
        "我同意公开。请为我保密。",
        "我同意公开，但不得公开姓名",
    ],
)
def test_everything_else_is_no_consent(text: str) -> None:
    assert not may_publish(text)


@pytest.mark.parametrize(
    "text",
    [
        "请保密",
        "请为我保密！",
        "希望对我的个人信息予以保密",
        "不要泄露我的姓名",
        "务必不要泄漏",
        "是否保密：是",
        "保密",
        "举报人信息保密",
    ],
)
def test_a_wish_for_confidence_is_heard(text: str) -> None:
    assert is_confidential(text)


@pytest.mark.parametrize("text", ["路灯坏了", "不需要保密", "无需为我保密", "是否保密：否", "保密局门口的路坏了"])
def test_no_wish_for_confidence_is_invented(text: str) -> None:
    assert not is_confidential(text)


@given(st.text())
def test_a_cleaned_text_can_be_stored_and_cleaning_it_again_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert "\0" not in once
    once.encode("utf-8")
    assert cleaned(once) == once
