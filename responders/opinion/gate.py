"""What a release must say before a leader sees it: three points, no private data, no «rumour» without a finding."""

import re
from collections.abc import Sequence
from typing import Any

_LEAST = 10  # characters below which a point says nothing
_POINTS = {"facts": "事实真相", "measures": "政策措施", "result": "处置结果"}
_REFUTING = re.compile(r"谣言|造谣|辟谣|不实|虚假信息|假消息|子虚乌有|纯属捏造")
_ALLOWED = "疑似不实，待核实"


def review(facts: str, measures: str, result: str, *, refuted: bool, private: Sequence[str]) -> list[dict[str, Any]]:
    """Checks as {"name", "passed", "why"}. `private`: kinds of personal data found in the text (九江市意见 21)."""
    said = {"facts": facts, "measures": measures, "result": result}
    checks = [
        {"name": name, "passed": len(said[name].strip()) >= _LEAST, "why": f"“{label}”没有讲清楚，请写具体"}
        for name, label in _POINTS.items()
    ]
    refutes = _REFUTING.search("\n".join(said.values()).replace(_ALLOWED, ""))
    word = refutes[0] if refutes else ""
    checks += [
        {"name": "refutation", "passed": refuted or not refutes,
         "why": f"写有“{word}”，但没有经核对的主管部门查明结论；未查明前只能写“{_ALLOWED}”"},
        {"name": "privacy", "passed": not private, "why": f"含个人信息（{'、'.join(private)}），请删去"},
    ]  # fmt: skip
    for check in checks:
        if check["passed"]:
            check["why"] = ""
    return checks
