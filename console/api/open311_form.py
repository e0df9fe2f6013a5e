"""A GeoReport form (POST requests) to an inbound message."""

import re
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, field_validator

from channels.wording import one_line
from console.api.contacts import Email, Phone
from console.api.open311_format import WrongRequest
from console.api.problems import validated
from console.web.uploads import attachments_from
from flows.submitting import new_external_id
from models.errors import BadInput
from models.inbound import InboundAttachment, InboundMessage
from models.vocabulary import Channel

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_MOST_FIELDS = 200
_YES, _NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否", ""}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_HEADING = 30

LABELS = {
    "service_code": "服务代码", "description": "诉求内容", "lat": "纬度", "long": "经度", "address_string": "地址",
    "email": "电子邮箱", "first_name": "名", "last_name": "姓", "phone": "联系电话", "media_url": "图片地址",
    "jurisdiction_id": "辖区代码",
    "attribute[may_publish]": "是否同意公开（yes/no）", "attribute[confidential]": "是否要求保密（yes/no）",
}  # fmt: skip


class RequestIn(BaseModel):
    """The form's fields; unknown ones (device_id, account_id, api_key) are ignored."""

    model_config = ConfigDict(populate_by_name=True)

    service_code: str = Field(min_length=1, max_length=40)
    description: str = Field(min_length=1, max_length=20_000)
    lat: float | None = Field(default=None, ge=-90, le=90)
    long: float | None = Field(default=None, ge=-180, le=180)
    address_string: str | None = Field(default=None, max_length=200)
    email: Email = None
    first_name: str | None = Field(default=None, max_length=60)
    last_name: str | None = Field(default=None, max_length=60)
    phone: Phone = None
    media_url: str | None = Field(default=None, max_length=500, pattern=r"^https?://\S+$")
    may_publish: str = Field(default="", alias="attribute[may_publish]", max_length=10)
    confidential: str = Field(default="", alias="attribute[confidential]", max_length=10)
    jurisdiction_id: str = Field(default="", max_length=60)

    @field_validator("may_publish", "confidential")
    @classmethod
    def _yes_or_no(cls, value: str) -> str:
        """Guessed wrong, a wish to stay unnamed would be lost without a word."""
        word = value.strip().lower()
        if word not in _YES | _NO:
            raise ValueError("只能是 yes 或 no")
        return word


def form_schema() -> dict[str, Any]:
    """The form for OpenAPI, with the fields' Chinese names."""
    schema = RequestIn.model_json_schema()
    for name, field in schema["properties"].items():
        field["description"] = LABELS[name]
    return schema


def read_form(content_type: str, body: bytes) -> tuple[RequestIn, tuple[InboundAttachment, ...]]:
    """Raises WrongRequest or BadFields; empty fields count as absent. A multipart form brings pictures (`media`)."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        pairs, files = _parts(content_type, body)
    elif kind == URLENCODED:
        pairs, files = _pairs(body), ()
    else:
        raise WrongRequest(f"请以 {URLENCODED} 或 {MULTIPART} 提交表单。")
    form = validated(RequestIn, {name: value for name, value in pairs if value.strip()}, LABELS)
    if (form.lat is None) is not (form.long is None):
        raise WrongRequest("lat（纬度）和 long（经度）须一并填写，或都不填。")
    return form, files


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError:
        raise _not_utf8() from None
    except ValueError:
        raise WrongRequest(f"表单的字段超过 {_MOST_FIELDS} 个。") from None


def _parts(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], tuple[InboundAttachment, ...]]:
    """The standard library's mail parser reads a form's parts too: they are MIME."""
    if b"--" not in body:
        raise WrongRequest("表单不完整，请重新提交。")
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace") + body, policy=HTTP)
    pairs: list[tuple[str, str]] = []
    files: list[tuple[str, bytes]] = []
    for part in list(whole.iter_parts())[:_MOST_FIELDS]:
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if part.get_filename():
            files.append((str(part.get_filename()), content))
        else:
            name = part.get_param("name", "", header="content-disposition")
            pairs.append((str(name), _text(content)))
    try:
        return pairs, attachments_from(files)
    except BadInput as wrong:
        raise WrongRequest(str(wrong)) from None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> WrongRequest:
    """Read as it came, a form in GBK would be kept as question marks."""
    return WrongRequest("表单不是 UTF-8 编码，请改用 UTF-8 编码后重新提交。")


def message_of(
    form: RequestIn, files: tuple[InboundAttachment, ...], services: Mapping[str, str], now: datetime
) -> InboundMessage:
    """`services`: code → label. The sender's choice of service stands in the title; the judgement makes its own."""
    label = services[form.service_code]
    confidential = form.confidential in _YES
    return InboundMessage(
        channel=Channel.OPEN311,
        external_id=new_external_id(),
        received_at=now,
        title=f"{label}：{one_line(form.description.split(chr(10), 1)[0], _HEADING)}",
        text=form.description + _place(form),
        sender_name=_name(form),
        phone=form.phone,
        email=form.email,
        region_hint=one_line(form.address_string),
        url=form.media_url,
        attachments=files,
        confidential=confidential,
        may_publish=form.may_publish in _YES and not confidential,
    )


def _place(form: RequestIn) -> str:
    where = one_line(form.address_string) or ""
    if form.lat is not None and form.long is not None:
        where += f"（北纬{form.lat:g}，东经{form.long:g}）"
    return f"\n地点：{where}" if where else ""


def _name(form: RequestIn) -> str | None:
    """Family name first where the name is Chinese."""
    first, last = one_line(form.first_name) or "", one_line(form.last_name) or ""
    name = last + first if _CHINESE.search(last + first) else f"{first} {last}".strip()
    return name or None
