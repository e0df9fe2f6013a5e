"""What a machine leaves to the editor: who asked not to be named, and matters that identify a person. Pure."""

import re

_SECRECY = re.compile(
    r"(?:不|别|勿)(?:要|想|希望|愿意?|能|得|许)?"
    r"(?:让|给|被|告诉|透露|泄露|暴露|提|说|讲|外传|声张)[^，。！？]{0,10}"
    r"(?:是谁|姓名|名字|身份|信息|知道|是我|出去|我的|本人)"
    r"|(?:为我|替我|给我|对我|请|要求|希望)[^，。！？]{0,8}保密|不愿意?(?:透露|公开)|不(?:要|想|希望|同意|愿意?)公开"
    r"|匿名|怕(?:被)?(?:打击)?报复|不希望[^，。]{0,10}知道"
)
_MATTERS = {
    "病情": (
        r"抑郁|精神(?:病|分裂|障碍|失常)|癌|肿瘤|白血病|艾滋|HIV|乙肝|尿毒症|流产|怀孕|孕妇|不孕|自闭症|癫痫|残疾|瘫痪"
        r"|住院|化疗|透析|确诊|患有|性病|吸毒"
    ),
    "未成年人": (
        r"未成年|霸凌|欺凌|体罚|打学生|早恋|辍学|学生[^，。]{0,8}被(?:打|骂|罚)"
        r"|我(?:的|家)?(?:孩子|儿子|女儿|孙子|孙女|小孩|娃)[^，。]{0,16}(?:被|打|骂|伤|病|岁)"
    ),
    "轻生或伤害": r"自杀|轻生|不想活|跳楼|割腕|活不下去|家暴|家庭暴力|性侵|强奸|猥亵",
    "群体": r"集体(?:上访|签名|维权)|联名|聚集|(?:推选|选出)[^。]{0,6}代表|上访|讨薪",
    "特困人员": r"五保(?:老人|户)|特困(?:老人|户)|孤儿",
    "收养或身世": r"抱养|收养|领养|私生|亲生父母|亲子鉴定|寻亲",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _MATTERS.items()}


def asks_for_secrecy(text: str) -> bool:
    """The writer consented on a form and asked for silence in words: the words count (unstated = no)."""
    return bool(_SECRECY.search(text))


def delicate(text: str) -> list[str]:
    """Names of matters by which neighbours would recognise somebody; a person decides on those."""
    return [name for name, pattern in _COMPILED.items() if pattern.search(text)]
