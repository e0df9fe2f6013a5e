"""Names and addresses of private persons go; officials, units and places stay."""

import pytest

from classifiers.redaction import redact, redact_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我叫王小明，家里停水三天。", "我叫王**，家里停水三天。"),
        ("联系人：欧阳静", "联系人：欧**"),
        ("业主刘建国反映物业乱收费。", "业主刘**反映物业乱收费。"),
        ("陈秀英女士的诉求", "陈**女士的诉求"),
        ("张先生多次来电询问", "张**多次来电询问"),
        ("村民赵志强、孙玉梅等人联名", "村民赵**、孙**等人联名"),
        ("我老公何平在工地受伤", "我老公何*在工地受伤"),
        ("被周伟打伤，周伟至今没有道歉", "被周*打伤，周*至今没有道歉"),
        ("此致敬礼 林晓燕", "此致敬礼 林**"),
        ("房东时桂珍不退押金", "房东时**不退押金"),
        ("与耿强发生口角", "与耿*发生口角"),
        ("我把钱交给了樊梨花，她开了收据", "我把钱交给了樊**，她开了收据"),
        ("借条上写的是邢大志", "借条上写的是邢**"),
        ("一起去的有甄红霞、耿强两人", "一起去的有甄**、耿*两人"),
        ("杨春晓，男，1975年生", "杨**，男，1975年生"),
        ("以上属实。\n签字：滕志文 符春燕", "以上属实。\n签字：滕** 符**"),
        ("我叫古丽巴哈尔·艾尔肯，想开饭馆", "我叫古********，想开饭馆"),
        ("乌兰图雅帮我写的信", "乌***帮我写的信"),
        ("孩子李子涵今年六岁，李子涵的户口在外地", "孩子李**今年六岁，李**的户口在外地"),
        ("我们班主任宋玉兰收补课费", "我们班主任宋**收补课费"),
        ("以上属实。\n此致\n敬礼\n滕志文", "以上属实。\n此致\n敬礼\n滕**"),
        ("姓 名：柯 辉　性 别：男", "姓 名：柯**　性 别：男"),
    ],
)
def test_a_private_persons_name_is_shortened_to_the_family_name(text: str, shown: str) -> None:
    assert redact(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "请李局长关注此事",
        "县委书记王建国到现场调研",
        "业主方明确表示反对",
        "居民高度重视，村民安全意识强",
        "孩子成长环境差，学生平时没有操场",
        "老板高兴地说",
        "望溪市青禾区南塘街道幸福里小区",
        "施工方拖欠农民工工资",
        "南塘路和平广场附近",
        "司机马上开走了",
        "我是石湖镇的村民，石湖镇石湖中学收补课费",
        "投诉人：龙泉镇政府",
        "把材料转给柳林派出所",
        "种桂花树、发展林果业",
        "高龄老人应当优先",
        "按照临政发〔2024〕9号文件办理",
        "奖学金转入学生银行卡中",
    ],
)
def test_officials_places_and_ordinary_words_stay(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我住在青禾区学府路12号3栋2单元501，漏水", "我住在青禾区[住址]，漏水"),
        ("南塘街道幸福里小区8栋1203室楼上噪音", "南塘街道[住址]楼上噪音"),
        ("家住白鹭镇双井村5组23号", "家住白鹭镇[住址]"),
        ("住址：望江花园A座2103", "住址：[住址]"),
        ("快递寄到翠竹苑12号楼1单元402室", "快递寄到[住址]"),
        ("家住1-2-501", "家住[住址]"),
        ("我租住在青年路61号201室", "我租住在[住址]"),
        ("我是安居小区A区3号楼2门501的住户", "我是[住址]的住户"),
        ("香樟名邸8-1-1802装修", "[住址]装修"),
        ("老房子在织布巷23号", "老房子在[住址]"),
        ("家住明湖里五号楼三单元六楼西户", "家住[住址]"),
        ("我住榆树巷9号院6号", "我住[住址]"),
        ("户口在柏木村4组门牌31号", "户口在[住址]"),
        ("住杨柳渡屯17号，没通水", "住[住址]，没通水"),
        ("住在南园新村第七排12号", "住在[住址]"),
        ("我租住在青云公寓1508室", "我租住在[住址]"),
        ("我家住锦程大厦2209室", "我家住[住址]"),
        ("隔壁1402室养狗", "隔壁[住址]养狗"),
        ("16栋乙单元302漏水", "[住址]漏水"),
    ],
)
def test_an_address_goes_from_the_street_to_the_door(text: str, shown: str) -> None:
    assert redact(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "幸福里小区3栋电梯坏了",
        "学府路12号路灯不亮",
        "南塘街道5号线地铁口",
        "双井村3组道路未硬化",
        "共建设12栋楼600户",
        "隔壁1200多户",
        "公司地址：创新路12号",
        "3号楼5号电梯坏了",
    ],
)
def test_a_building_or_a_village_without_a_door_stays(text: str) -> None:
    assert redact(text).text == text


def test_an_officials_signature_stays_and_a_citizens_name_goes() -> None:
    reply = "尊敬的王小明先生：您好！经青禾区住房局周建平副局长带队核查，情况属实。联系人：吴海燕"
    shown = redact(reply, "official").text
    assert "王小明" not in shown
    assert "周建平副局长" in shown
    assert "联系人：吴海燕" in shown


def test_a_line_of_the_filter_has_the_agreed_shape() -> None:
    assert redact_line({"id": "a", "text": "电话19900001234"}) == {
        "id": "a",
        "text": "电话[手机号]",
        "spans": [{"start": 2, "end": 13, "kind": "mobile"}],
    }


@pytest.mark.parametrize(
    "reply",
    [
        "联系人：市城管局执法二大队 陈亮，联系电话：0999-8990102。",
        "局党组书记、局长王建国，副局长李梅带队到现场办公。",
        "承办人：赵永强；审核人：钱雪梅。",
        "学校已约谈班主任宋玉兰，责令整改。",
        "举报邮箱：jyj@linjiang.example.gov.cn",
        "来信地址：临江市人民路1号市政府大院3号楼205室",
        "城管局地址：学府路20号2号楼306室",
    ],
)
def test_an_offices_people_mail_and_house_stay_in_its_reply(reply: str) -> None:
    assert redact(reply, "official").text == reply


def test_the_citizens_of_a_reply_go() -> None:
    shown = redact("经查，池晓芸之子池子昂符合条件。联系人：吴海燕", "official").text
    assert shown == "经查，池**之子池**符合条件。联系人：吴海燕"
