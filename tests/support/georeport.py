"""GeoReport v2 as a client meets it: the endpoint, a form as it is sent, an answer in XML."""

from xml.etree import ElementTree as ET

from httpx import Response
from support.desk import at

NOW = at("2026-03-02 09:00")
ROOT = "/open311/v2"
FORM = {
    "service_code": "transport", "description": "学府路东段坑洼不平，\n电动车难走。", "address_string": "学府路东段",
    "lat": "30.1", "long": "114.2", "first_name": "小满", "last_name": "覃", "phone": "19900001234",
}  # fmt: skip


def tree_of(said: Response) -> ET.Element:
    return ET.fromstring(said.content)  # noqa: S314  (our own answer)
