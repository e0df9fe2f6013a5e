"""What GeoReport v2 answers with, for OpenAPI: the same values stand in JSON and in XML."""

from collections.abc import Mapping
from typing import Any, Final

from console.api.problems import rows, shape

_MOMENT: Final = {"type": ["string", "null"], "format": "date-time"}
_NOWHERE: Final = {"type": "null", "description": "本接口不提供"}

DISCOVERY: Final = shape(
    changeset="string: 接口形式的版本时间", contact="string: 联系方式", key_service="string: 密钥说明",
    endpoints=rows(shape(
        specification="string: 规范", url="string: 地址", changeset="string: 版本时间",
        type={"type": "string", "enum": ["production", "test"]}, formats=rows({"type": "string"}),
    )),
)  # fmt: skip
SERVICES: Final = rows(
    shape(
        service_code="string: 领域代码",
        service_name="string: 领域名称",
        description="string: 说明",
        metadata="boolean: 有没有附加栏目",
        type="string: realtime",
        keywords="string: 关键词",
        group="string: 分组",
    )
)
DEFINITION: Final = shape(
    service_code="string: 领域代码",
    attributes=rows(shape(
        variable="boolean: 要不要填", code="string: 栏目代码", datatype="string: 类型", required="boolean: 必填",
        datatype_description="string: 填法", order="integer: 次序", description="string: 说明",
        values=rows(shape(key="string: 值", name="string: 名称")),
    )),
)  # fmt: skip
REQUESTS: Final = rows(
    shape(
        service_request_id="string: 工单编号",
        status={"type": "string", "enum": ["open", "closed"]},
        status_notes="string?: 答复",
        service_name="string: 领域名称",
        service_code="string: 领域代码",
        description="string?: 诉求摘要",
        agency_responsible="string?: 主办单位",
        service_notice="string?: 提示",
        requested_datetime=_MOMENT,
        updated_datetime=_MOMENT,
        expected_datetime=_MOMENT,
        address="string?: 地区",
        address_id=_NOWHERE,
        zipcode=_NOWHERE,
        lat=_NOWHERE,
        long=_NOWHERE,
        media_url=_NOWHERE,
    )
)
# "token" is GeoReport's word for a receipt.
POSTED: Final = rows(
    shape(token="string: 令牌，即查询码", service_notice="string: 提示", account_id=_NOWHERE)  # noqa: S106
)
TOKENS: Final = rows(
    shape(service_request_id="string?: 工单编号，尚未登记完时为空", token="string: 令牌")  # noqa: S106
)
_ERRORS: Final = rows(shape(code="integer: 状态码", description="string: 哪里不对、怎么改"))


def either(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in JSON or, where the suffix or the Accept header asks for it, in XML."""
    xml = {"schema": {"type": "string", "description": "同样内容的 XML"}}
    return {"description": description, "content": {"application/json": {"schema": schema}, "text/xml": xml}}


REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": either("请求有误；XML 为 errors/error", _ERRORS),
    "503": either("暂时不可用，请稍后再试", _ERRORS),
}
