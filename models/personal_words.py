"""What people call the kinds of personal data that redaction finds."""

from typing import Final

PERSONAL: Final = {
    "id_card": "身份证号", "mobile": "手机号", "landline": "电话号码", "bank_card": "银行卡号", "plate": "车牌号",
    "email": "邮箱", "wechat": "微信号", "qq": "QQ号", "passport": "证件号", "address": "住址", "name": "姓名",
    "phone": "来件人电话",
}  # fmt: skip
