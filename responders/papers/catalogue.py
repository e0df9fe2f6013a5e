"""Every paper of the office with its fields in the order in which it reads them (DOMAIN: Papers of an office)."""

from typing import Final

from models.errors import NotFound
from responders.papers.kinds import Column, Field, Format, Group, Paper, Row, Sentence
from responders.papers.typography import FORM, LETTER, REPORT, ROLL, TABLE


def _row(*fields: str | Field, height: float = 10, signed: bool = False) -> Row:
    return Row(tuple(Field(f) if isinstance(f, str) else f for f in fields), height, signed)


_REQUEST_END = (
    _row("申请人", "申请时间"),
    _row("审核意见", height=36, signed=True),
    _row("审核结果", "审核人"),
    _row("审核时间"),
)

_INTAKE = (
    _row("来源", "收到时间"),
    _row("摘要", height=38),
    _row("拟办意见", height=34, signed=True),
    _row("领导批示", height=44, signed=True),
    _row("承办意见", height=40, signed=True),
    _row("结果", height=16),
)
_ASSIGNMENT = (
    _row("工单编号", "交办时间"),
    _row("主办单位", "紧急程度"),
    _row("协办单位"),
    _row("知会单位"),
    _row("来源", "收到时间"),
    _row("来件人", "联系电话"),
    _row("诉求类型", "事发地点"),
    _row("诉求内容", height=64),
    _row("办理时限", "派单依据"),
    _row("办理要求", height=16),
    _row("交办单位", Field("交办联系电话", "咨询电话")),
    _row("签收人", "签收时间"),
)
_FEEDBACK = (
    _row("工单编号", "承办单位"),
    _row("诉求类型", "办理时限"),
    _row("诉求摘要", height=32),
    _row("办理情况", height=84),
    _row("办理结果", "答复时间"),
    _row("承办人", "承办日期", height=14),
    _row("审签人", "审签日期", height=14),
)
_RETURN = (
    _row("工单编号", "申请单位"),
    _row("派单时间", "退单期限"),
    _row("诉求摘要", height=36),
    _row("退单理由", height=56),
    _row(Field("建议改派单位", "建议改派")),
    *_REQUEST_END,
)
_EXTENSION = (
    _row("工单编号", "申请单位"),
    _row("申请事项", "申请时长"),
    _row("诉求摘要", height=36),
    _row("原时限", "批准后时限"),
    _row("申请理由", height=56),
    *_REQUEST_END,
)


def _supervision(demand: str) -> tuple[Row, ...]:
    return (
        _row("编号", "承办单位"),
        _row("来源工单号", "签发日期"),
        _row("事由", height=32),
        _row("原时限", "超期"),
        _row(Field("督办要求", demand), height=32),
        _row("反馈时限", "签发人"),
        _row("联系人电话"),
        _row("反馈", height=40, signed=True),
        _row("核查意见", height=34, signed=True),
    )


_CARD = "经研究，决定对{{{{ 承办单位 }}}}予以{}警示。请按下列要求整改，并按时书面反馈。"

# A page holds these with some lines more than usual in each: the seal must not stand on a page of its own.
_RISK = (
    _row("政策名称"),
    _row("起草单位", "拟出台日期"),
    _row("涉及群体和范围", height=27),
    _row("可能的舆情风险", height=36),
    _row("风险等级"),
    _row("应对和解读预案", height=36),
    _row("填报人", "填报时间"),
    _row("评估意见", height=27),
    _row("评估结论", "审定人"),
    _row("审定时间"),
)
_RELEASE = (
    _row("舆情编号", "发布次序"),
    _row("舆情名称"),
    _row("回应主体", "舆情等级"),
    _row("事实真相", height=34),
    _row("政策措施", height=27),
    _row("处置结果", height=27),
    _row("会商意见", height=24),
    _row("拟稿人", "拟稿时间"),
    _row("签发人", "签发时间"),
    _row("发布渠道", "发布时间"),
    _row("发布网址"),
)

_LETTER_FIELDS = ("编号", "承办单位", "来源工单号", "事由", "要求", "反馈时限", "签发人", "签发日期", "联系人电话")
_SIGNED = (
    Sentence("签发人：{{ 签发人 }}"),
    Sentence("联系人电话：{{ 联系人电话 }}", "联系人电话"),
)
_ABOUT_ORDER = Sentence(
    "（来源工单号：{{ 来源工单号 }}{% if 原时限 %}；原时限：{{ 原时限 }}{% endif %}"
    "{% if 超期 %}；超期：{{ 超期 }}{% endif %}）",
    "来源工单号",
)

_SUMMONS = (
    Sentence("经研究，决定对你单位进行约谈。现将有关事项通知如下："),
    Sentence("一、约谈事由：{{ 事由 }}"),
    _ABOUT_ORDER,
    Sentence("二、约谈时间、地点：{{ 约谈时间地点 }}"),
    Sentence("三、约谈要求：{{ 要求 }}"),
    Sentence("四、书面反馈：请于{{ 反馈时限 }}前，将整改情况书面报送{{ 印发单位 }}。"),
    *_SIGNED,
)
_CIRCULAR = (
    Sentence("现将{{ 承办单位 }}有关情况通报如下："),
    Sentence("{{ 事由 }}"),
    _ABOUT_ORDER,
    Sentence("经研究，对{{ 承办单位 }}予以通报批评。"),
    Sentence("{{ 要求 }}"),
    Sentence("请{{ 承办单位 }}于{{ 反馈时限 }}前书面反馈。", "反馈时限"),
    *_SIGNED,
)
_PRAISE = (
    Sentence("现对{{ 承办单位 }}予以通报表扬。"),
    Sentence("{{ 事由 }}"),
    Sentence("（来源工单号：{{ 来源工单号 }}）", "来源工单号"),
    Sentence("{{ 要求 }}"),
    *_SIGNED,
)

_CALLS = Group("各行", (
    Column("序号", 8), Column("来电时间", 16, sheet=29), Column("来电人", 11), Column("电话", 20),
    Column("诉求类型", 9), Column("反映事项", 31, left=True), Column("事发地点", 13), Column("被反映单位", 13),
    Column("是否保密", 7), Column("是否重复", 7), Column("接听人", 11), Column("是否当场答复", 9),
    Column("答复内容", 24, left=True),
    Column("拟办转办科室", 14, "拟办/转办科室"), Column("应回复日期", 16, sheet=19),
    Column("回复时间", 16, sheet=29), Column("回复人", 10),
    Column("回复内容", 22, left=True), Column("来电人意见", 10), Column("备注", 10, left=True),
))  # fmt: skip
_PROMISES = Group("各行", (
    Column("序号", 9), Column("承诺内容", 58, left=True), Column("来源", 23), Column("来源工单号", 31),
    Column("责任单位", 27), Column("承诺日期", 20), Column("期限", 20), Column("状态", 14), Column("是否超期", 10),
    Column("进展和佐证", 28, left=True), Column("公开情况", 19), Column("销号", 18),
))  # fmt: skip
_SUPERVISIONS = Group("各行", (
    Column("序号", 8), Column("编号", 30), Column("文种", 15), Column("承办单位", 21), Column("来源工单号", 30),
    Column("事由", 29, left=True), Column("原时限", 18), Column("超期", 11), Column("督办要求", 26, left=True),
    Column("反馈时限", 18), Column("签发人", 12), Column("反馈", 29, left=True), Column("核查意见", 18, left=True),
    Column("状态", 12),
))  # fmt: skip
_ORDERS = Group("各行", (
    Column("序号", 9), Column("工单编号", 30), Column("来源", 14), Column("收到时间", 18), Column("受理日期", 18),
    Column("标题", 36, left=True), Column("领域", 21), Column("类型", 14), Column("地区", 15), Column("主办单位", 23),
    Column("办理时限", 18), Column("答复日期", 18), Column("办理结果", 14), Column("状态", 12), Column("是否超期", 8),
    Column("评价", 14),
))  # fmt: skip


_PLAN_WHOLE = Group("概况", (
    Column("任务总数", 30), Column("已完成", 28), Column("部分完成", 28), Column("待核验", 28), Column("正在推进", 28),
    Column("待确认", 28), Column("无法完成", 28), Column("超期", 28), Column("上年结转", 25), Column("完成率", 26),
), "总体情况", "完成率=已完成÷全部任务（含待确认的，不含剔除的）；已完成指上报后经他人核验销号的“已兑现”，"
   "部分完成、无法完成指核验为“部分兑现”“无法兑现”，正在推进指“履行中”和“经批准变更”；"
   "超期按现行时限计算，经批准变更的注明原时限。")  # fmt: skip
_PLAN_TASKS = Group("各项", (
    Column("序号", 11), Column("任务编号", 20), Column("工作任务", 75, left=True), Column("牵头单位", 27),
    Column("责任单位", 36), Column("完成时限", 32), Column("完成情况", 46, left=True), Column("状态及备注", 30),
), "各项任务")  # fmt: skip


def _share(key: str, first: str, title: str) -> Group:
    note = "占比=该项件数÷本期来件总数；上期为前一个同长周期。"
    columns = (Column(first, 60), Column("件数", 25), Column("占比", 25), Column("上期件数", 25), Column("增减", 25))
    return Group(key, columns, title, note)


_BY_CHANNEL = _share("按渠道", "渠道", "来件渠道")
_BY_DOMAIN = _share("按领域", "领域", "来件领域")
_BY_REGION = _share("按地区", "地区", "来件地区")
_WHOLE = Group("总体", (Column("指标", 46), Column("数值", 36), Column("口径", 78, left=True)), "总体情况")
_BY_UNIT = Group("按单位", (
    Column("承办单位", 30), Column("办结", 10), Column("期末在办", 9), Column("期末超期", 9), Column("响应率", 17),
    Column("解决率", 17), Column("满意率", 17), Column("按期办结率", 17), Column("重办率", 17), Column("退单率", 17),
), "承办单位办理情况", "各率下方为分子/分母，口径同“总体情况”，期末超期未办结的计入分母；没有表态的不计入满意率。"
   "经审核剔除的工单不计入。")  # fmt: skip
_TOPICS = Group("热点", (
    Column("序号", 12), Column("热点事项", 72, left=True), Column("地点", 32),
    Column("件数", 16), Column("起止日期", 28),
), "热点事项", "由系统按内容相近程度归并，仅供研判，须人工核实。")  # fmt: skip
_PROMISE_FIGURES = Group("承诺", (
    Column("责任单位", 46), Column("在册", 16), Column("本期新增", 18), Column("本期到期", 18), Column("已兑现", 16),
    Column("超期未兑现", 22), Column("兑现率", 24),
), "承诺兑现情况", "兑现率=已兑现÷应兑现；应兑现为已确认、期限已到或已销号的承诺，"
   "含超期未兑现的。状态以编制时为准。")  # fmt: skip
_BY_MONTH = Group("按月", (
    Column("月份", 32), Column("来件", 26), Column("办结", 26), Column("按期办结", 26), Column("按期办结率", 50),
), "各月情况", "各月按当月来件、当月办结分别统计。")  # fmt: skip
_PERIODICAL = (_WHOLE, _BY_CHANNEL, _BY_DOMAIN, _BY_REGION, _BY_UNIT, _TOPICS, _PROMISE_FIGURES)

_DOCX: tuple[Format, ...] = ("docx",)
_XLSX: tuple[Format, ...] = ("xlsx",)
_BOTH: tuple[Format, ...] = ("docx", "xlsx")
_ISSUER: Final = "{{ 印发单位 }}（盖章处）"
_OF: Final = "{{{{ {} }}}}（盖章处）"
_REPORTED = "填报人：　　　　　　审核人：　　　　　　联系电话：　　　　　　　　　{{ 印发单位 }}（盖章处）"
_LATE = ("原时限", "超期")

PAPERS: Final[dict[str, Paper]] = {paper.code: paper for paper in (
    Paper("intake", "来件呈批表", FORM, _DOCX, _INTAKE, extras=("工单编号", "领域", "诉求类型", "事发地点")),
    Paper("assignment", "交办单", FORM, _DOCX, _ASSIGNMENT, seal=_OF.format("交办单位")),
    Paper("feedback", "办理情况反馈单", FORM, _DOCX, _FEEDBACK, seal=_OF.format("承办单位")),
    Paper("return", "退单申请表", FORM, _DOCX, _RETURN, seal=_OF.format("申请单位")),
    Paper("extension", "延期申请表", FORM, _DOCX, _EXTENSION, seal=_OF.format("申请单位")),
    Paper("supervise", "督办通知单", FORM, _DOCX, _supervision("督办要求"), seal=_ISSUER),
    Paper("yellow_card", "黄牌警示通知单", FORM, _DOCX, _supervision("整改要求"), opening=_CARD.format("黄牌"),
          seal=_ISSUER),
    Paper("red_card", "红牌警示通知单", FORM, _DOCX, _supervision("整改要求"), opening=_CARD.format("红牌"),
          seal=_ISSUER),
    Paper("summons", "约谈通知书", LETTER, _DOCX, sentences=_SUMMONS,
          letter_fields=(*_LETTER_FIELDS, *_LATE, "约谈时间地点"), addressee="{{ 承办单位 }}：", seal=_ISSUER),
    Paper("circular", "通报", LETTER, _DOCX, sentences=_CIRCULAR, letter_fields=(*_LETTER_FIELDS, *_LATE),
          title="关于{{ 承办单位 }}有关情况的通报", addressee="各承办单位：", seal=_ISSUER),
    Paper("praise", "通报表扬", LETTER, _DOCX, sentences=_PRAISE,
          letter_fields=tuple(f for f in _LETTER_FIELDS if f != "反馈时限"),
          title="关于表扬{{ 承办单位 }}的通报", addressee="各承办单位：", seal=_ISSUER),
    Paper("risk", "政策出台前舆情风险评估表", FORM, _DOCX, _RISK, seal=_OF.format("起草单位")),
    Paper("release", "舆情回应口径审签单", FORM, _DOCX, _RELEASE, seal=_ISSUER),
    Paper("plan", "工作要点完成情况表", TABLE, _BOTH, groups=(_PLAN_WHOLE, _PLAN_TASKS), seal=_REPORTED),
    Paper("calls", "来电登记表", ROLL, _BOTH, groups=(_CALLS,)),
    Paper("promises", "承诺台账", ROLL, _XLSX, groups=(_PROMISES,)),
    Paper("supervisions", "督办台账", ROLL, _XLSX, groups=(_SUPERVISIONS,)),
    Paper("orders", "工单台账", ROLL, _XLSX, groups=(_ORDERS,)),
    Paper("weekly", "政民互动办理情况周报", REPORT, _BOTH, groups=_PERIODICAL, seal=_ISSUER),
    Paper("monthly", "政民互动办理情况月报", REPORT, _BOTH, groups=_PERIODICAL, seal=_ISSUER),
    Paper("yearly", "政民互动办理情况年报", REPORT, _BOTH,
          groups=(_PERIODICAL[0], _BY_MONTH, *_PERIODICAL[1:]), seal=_ISSUER),
)}  # fmt: skip


def paper_of(code: str) -> Paper:
    """By its code or its Chinese name; NotFound names those that there are."""
    for paper in PAPERS.values():
        if code in {paper.code, paper.name}:
            return paper
    raise NotFound(f"没有“{code}”这种文书，现有：{'、'.join(p.name for p in PAPERS.values())}。")
