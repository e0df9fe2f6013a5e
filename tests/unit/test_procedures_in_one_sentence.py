"""One sentence is enough to say which way a message goes, and a word that only sounds like one is not."""

import pytest

from classifiers.procedures import find_procedure
from models.vocabulary import Procedure

_SAID = {
    # Somebody in office gained, however few words tell it; a judge too, though the court is spoken of.
    Procedure.ACCUSATION: (
        "村主任家盖别墅的沙子是村里修路剩的",
        "所长开的车是辖区老板借给他的",
        "低保评的都是书记家的人",
        "办证窗口的人说不给两千就慢慢等",
        "村里卖树的钱不知道进了谁的腰包",
        "驾考安全员说给八百包过",
        "派出所有人给赌场报信",
        "评标前一天专家就知道我们的报价",
        "法官吃了被告的饭，判决明显偏袒",
        "办案法官接受对方当事人宴请",
        "检察官徇私，不起诉",
        "法官和开发商串通一气，枉法裁判",
        "法院的人被他买通了，判我输",
        "执行局的法官拿了被执行人的好处，就是不执行",
    ),
    # A judgement that pleases nobody, and a court's own words, stay the court's.
    Procedure.DECLINED: (
        "我对一审判决不服，怎么上诉",
        "法官判决不公，偏袒对方",
        "法官态度不好，让我等了两小时",
        "法官说调解对双方都有好处",
        "法官认定双方串通，我不服",
        "法官收了被告的答辩状没转给我",
    ),
    # Threats, to others or oneself.
    Procedure.EMERGENCY: (
        "网上说要炸学校",
        "有人扬言要炸学校",
        "车站有人放了炸弹",
        "前男友说要泼我硫酸",
        "他说要砍死我",
        "学生在群里说要带刀去学校报复",
        "群里有人说要去政府门口自焚",
        "他威胁要放火烧我家房子",
    ),
    # Who only names somebody in office, and what only sounds like a danger or a bribe.
    Procedure.ORDINARY: (
        "局长接待日是哪天",
        "村主任帮我家申请了低保，谢谢",
        "村支书带我们种的橘子卖不出去，求帮助销路",
        "纪委门口的红绿灯坏了",
        "书记来我们村调研后，路什么时候修",
        "教室不通风，老师说没办法",
        "把钱给孩子吃饭，老师不让",
        "游泳馆落水管漏水",
        "爆炸头发型店噪音大",
        "油烟威胁居民健康，炸串店天天营业",
        "楼道充电就是定时炸弹",
        "小区里像安了颗定时炸弹",
        "物业说要砍树",
    ),
}


@pytest.mark.parametrize(("way", "text"), [(way, text) for way, texts in _SAID.items() for text in texts])
def test_one_sentence_says_which_way_a_message_goes(way: Procedure, text: str) -> None:
    assert find_procedure(text)[0] is way
