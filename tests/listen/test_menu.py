from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.listen.menu import Menu, Option, options
from probe.listen.spoken import spoken, written
from probe.speech import text as speech_text
from probe.timeline import Word


def read(text: str, language: str = "zh") -> list[tuple[str, str]]:
    return [(option.key, option.label) for option in options(written(text, language))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("人工服务请按零", [("0", "人工服务")]),
        ("按0转人工", [("0", "转人工")]),
        ("请按0转人工服务", [("0", "转人工服务")]),
        ("转人工请按零", [("0", "转人工")]),
        ("转人工请按休", [("9", "转人工")]),
        ("转人工请按休息", []),
        ("请选择酒店", []),
        ("报修请按二号键", [("2", "报修")]),
        ("如需人工服务，请按0", [("0", "人工服务")]),
        ("普通话服务请按1，英语服务请按2", [("1", "普通话服务"), ("2", "英语服务")]),
        ("返回请按星号键，重听请按井号键", [("*", "返回"), ("#", "重听")]),
        ("按一查询水费，按二报修，按零转人工", [("1", "查询水费"), ("2", "报修"), ("0", "转人工")]),
        ("您好，欢迎致电镇江自来水公司，水费查询请按一", [("1", "水费查询")]),
        ("业务办理，请按一。人工服务，请按零。", [("1", "业务办理"), ("0", "人工服务")]),
        ("请输入手机号码，按井号键结束", [("#", "结束")]),
        (
            "您的通话可能会被录音，按一办理体检咨询，按零转客服代表，重复收听请按星号键",
            [("1", "办理体检咨询"), ("0", "转客服代表"), ("*", "重复收听")],
        ),
        ("按八转人工客服，按一办理退货，人工投诉请按二", [("8", "转人工客服"), ("1", "办理退货"), ("2", "人工投诉")]),
        ("欢迎您的来电按八转人工服务按一办理退货退款", [("8", "转人工服务"), ("1", "办理退货退款")]),
        ("按一办理查询按零转客服代表重复收听请按星号键", [("1", "办理查询"), ("0", "转客服代表"), ("*", "重复收听")]),
        (
            "欢迎致电银行，按一，账户查询，按零，转人工，重听请按星号键",
            [("1", "账户查询"), ("0", "转人工"), ("*", "重听")],
        ),
        ("人工坐席请订单查询请按七", [("7", "订单查询")]),
        ("本次通话将被录音，三转人工服务请按九", [("9", "三转人工服务")]),
        ("收听请按一，九转人工服务，三办理", [("1", "收听"), ("9", "转人工服务")]),
        ("欢迎致电银行，一号键账户查询，零号键人工服务", [("1", "账户查询"), ("0", "人工服务")]),
        ("账户查询请选一，贷款业务请输入二，人工服务请摁零", [("1", "账户查询"), ("2", "贷款业务"), ("0", "人工服务")]),
        ("账户查询请按数字键一，人工服务请按数字键零", [("1", "账户查询"), ("0", "人工服务")]),
        (
            "欢迎致电，按一办理会员服务，三三办理智能客服，重听请按星号键",
            [("1", "办理会员服务"), ("3", "办理智能客服"), ("*", "重听")],
        ),
        ("欢迎致电中心参三办理异地就医，按一办理查询", [("3", "办理异地就医"), ("1", "办理查询")]),
        ("停车请按二，重复收听请，按四办理门禁，按一办理装修", [("2", "停车"), ("4", "办理门禁"), ("1", "办理装修")]),
        ("普通话服务请按一次英语服务请按二", [("1", "普通话服务"), ("2", "英语服务")]),
        ("按零转人工返回上一级菜单请按井号键", [("0", "转人工"), ("#", "返回上一级菜单")]),
    ],
)
def test_options_are_read_in_both_styles(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "请按照提示操作",
        "请选择一项",
        "请输入一至九位号码",
        "请拨一零零八六",
        "请按一下免提",
        "请按键选择",
        "您拨打的号码是空号",
        "请按时缴费",
        "您按的键有误",
        "您刚才按四是想办理什么业务",
    ],
)
def test_what_is_no_option_is_not_read_as_one(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("for an agent press 0", [("0", "agent")]),
        ("for billing, press 1. for support, press 2.", [("1", "billing"), ("2", "support")]),
        ("press 1 for sales, press 0 to speak to an operator", [("1", "for sales"), ("0", "to speak to an operator")]),
    ],
)
def test_english_menus_are_read(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text, "en") == found


@pytest.mark.parametrize(
    ("text", "human"),
    [("人工服务请按零", True), ("按零转客服代表", True), ("人工智能助手请按一", False), ("报修请按二", False)],
)
def test_an_option_knows_whether_it_leads_to_a_person(text: str, human: bool) -> None:
    assert [option.human for option in options(written(text))] == [human]


def test_an_option_is_spoken_out_at_the_end_of_the_word_that_completes_it() -> None:
    words = [
        Word("人工", 1.0, 1.4, 1.0),
        Word("服务", 1.4, 1.8, 1.0),
        Word("请按", 1.8, 2.2, 1.0),
        Word("零", 2.2, 2.5, 1.0),
    ]
    assert options(spoken(words)) == [Option("0", "人工服务", 2.5, human=True)]


def test_a_digit_too_short_to_have_been_said_is_no_part_of_the_key() -> None:
    def asked(*keys: Word) -> list[tuple[str, str]]:
        words = [Word("人工服务", 1.0, 1.8, 1.0), Word("请", 1.8, 2.1, 1.0), Word("按", 2.1, 2.3, 1.0), *keys]
        return [(option.key, option.label) for option in options(spoken(words))]

    assert asked(Word("六", 2.3, 2.39, 0.9), Word("零", 2.39, 2.66, 0.9)) == [("0", "人工服务")]
    assert asked(Word("八", 2.3, 2.5, 0.9), Word("一", 2.5, 2.58, 0.9)) == [("8", "人工服务")]
    assert asked(Word("六", 2.3, 2.5, 0.9), Word("零", 2.5, 2.7, 0.9)) == []
    after_a_pause = Word("三三", 2.8, 3.0, 0.9), Word("查询", 3.0, 3.5, 0.9), Word("请按", 3.5, 3.9, 1.0)
    assert asked(Word("零", 2.3, 2.5, 0.9), *after_a_pause, Word("一", 3.9, 4.1, 1.0)) == [
        ("0", "人工服务"),
        ("1", "三三查询"),
    ]


LABELS = st.sampled_from(
    ["水费查询", "报修", "业务办理", "宽带业务", "发票", "停水信息", "人工服务", "投诉建议", "营业网点"]
)
KEYS = st.sampled_from("0123456789*#")
SPOKEN_KEYS = dict(zip("0123456789*#", [*"零一二三四五六七八九", "星号键", "井号键"], strict=True))
MENUS = st.lists(st.tuples(KEYS, LABELS), min_size=1, max_size=8, unique_by=lambda option: option[0])


@given(MENUS, st.booleans(), st.booleans())
def test_any_menu_in_any_order_is_read_back(menu: list[tuple[str, str]], key_first: bool, figures: bool) -> None:
    def said(key: str) -> str:
        return key if figures and key.isdigit() else SPOKEN_KEYS[key]

    clauses = [f"按{said(key)}{label}" if key_first else f"{label}请按{said(key)}" for key, label in menu]
    assert read("，".join(clauses)) == menu


SYLLABLE = st.floats(0.12, 0.3)
BETWEEN = st.floats(0.2, 0.6)
STYLES = st.lists(st.booleans(), min_size=8, max_size=8)


def laid_out(clauses: list[list[str]], syllable: float, pauses: list[float]) -> list[Word]:
    """Clauses of words as a recogniser times them: a pause after each clause, none within."""
    words, now = [], 1.0
    for clause, pause in zip(clauses, pauses, strict=False):
        for word in clause:
            words.append(Word(word, now, now + syllable * len(word), 1.0))
            now += syllable * len(word)
        now += pause
    return words


@given(MENUS, STYLES, SYLLABLE, st.lists(BETWEEN, min_size=9, max_size=9))
def test_a_menu_that_mixes_both_styles_is_told_as_it_is_spoken(
    menu: list[tuple[str, str]], styles: list[bool], syllable: float, pauses: list[float]
) -> None:
    clauses = [["您好", "欢迎", "您的", "来电"]] + [
        ["按", SPOKEN_KEYS[key], "办理", label] if key_first else [label, "请", "按", SPOKEN_KEYS[key]]
        for (key, label), key_first in zip(menu, styles, strict=False)
    ]
    words = laid_out(clauses, syllable, pauses)
    reader = Menu()
    told: list[Option] = []
    now = 1.0
    while now < words[-1].end + 0.1:
        known = [word for word in words if word.end <= now - 0.2]
        told += list(reader.read(spoken(known), now))
        now += 0.1
    told += list(reader.read(spoken(words), now + 0.6, final=True))
    expected = [(key, f"办理{label}" if first else label) for (key, label), first in zip(menu, styles, strict=False)]
    assert [(option.key, option.label) for option in told] == expected


def test_a_key_that_leads_to_a_person_is_known_by_its_whole_label() -> None:
    words = laid_out(
        [["按", "一", "办理", "体检"], ["按", "零", "转", "客服代表"], ["重听", "请", "按", "星号键"]], 0.2, [0.4] * 3
    )
    reader = Menu()
    told = [o for n in range(1, 13) for o in reader.read(spoken(words[:n]), words[n - 1].end + 0.2, final=n == 12)]
    assert [(option.key, option.human) for option in told] == [("1", False), ("0", True), ("*", False)]


def test_a_key_heard_right_after_the_greeting_waits_for_what_it_does() -> None:
    words = laid_out(
        [["感谢您", "致电", "滨江", "度假村", "按", "零", "转", "人工"], ["按", "一", "查询", "积分"]], 0.25, [0.4] * 2
    )
    reader, heard_out = Menu(), words[5].end + 1.0
    assert list(reader.read(spoken(words[:6]), heard_out)) == []
    told = list(reader.read(spoken(words), words[-1].end + 1.0, final=True))
    assert [(option.key, option.label) for option in told] == [("0", "转人工"), ("1", "查询积分")]


def test_a_syllable_that_rhymes_with_press_is_that_before_a_figure_where_another_is_pressed() -> None:
    def said(*misheard: str) -> list[tuple[str, str]]:
        clauses = [["按", "一", "查询", "积分"], [*misheard, "人工", "服务"], ["按", "二", "报修", "服务"]]
        return [(o.key, o.label) for o in options(spoken(laid_out(clauses, 0.2, [0.3] * 3)))]

    assert said("暂", "三") == [("1", "查询积分"), ("3", "人工服务"), ("2", "报修服务")]
    for other in (("第", "三"), ("满", "三", "年")):
        assert [key for key, _ in said(*other)] == ["1", "2"]
    assert not options(spoken(laid_out([["您好"], ["暂", "三", "人工", "服务"]], 0.2, [0.3] * 2))), "no menu of keys"


def test_a_syllable_before_a_key_is_no_name_where_names_follow_their_keys() -> None:
    words = laid_out(
        [["请", "按", "一", "查询", "积分"], ["请", "按", "二", "办理", "退货"], ["听", "按", "三", "报修", "服务"]],
        0.2,
        [0.4] * 3,
    )
    reader = Menu()
    told = list(reader.read(spoken(words[:13]), words[12].end + 0.6))
    told += list(reader.read(spoken(words), words[-1].end + 1.0, final=True))
    assert [(option.key, option.label) for option in told] == [("1", "查询积分"), ("2", "办理退货"), ("3", "报修服务")]


@pytest.mark.parametrize(("gap", "labels"), [(0.3, ["办理退货", "查询积分"]), (0.0, ["银行客服热线", "办理退货"])])
def test_the_first_key_of_a_menu_without_a_pause_is_named_as_the_next_one_is(gap: float, labels: list[str]) -> None:
    clauses = [["银行", "客服热线", "请按", "二", "办理", "退货"], ["按", "一", "查询", "积分"]]
    told = options(spoken(laid_out(clauses, 0.2, [gap, 0.0])))
    assert [(option.key, option.label) for option in told] == list(zip("21", labels, strict=True))


def test_an_option_whose_name_was_only_half_heard_is_told_again_when_the_menu_is_over() -> None:
    half = laid_out([["办理", "请", "按", "四"], ["缴费", "请", "按", "二"]], 0.25, [0.4] * 2)
    whole = laid_out([["开栓", "办理", "请", "按", "四"], ["缴费", "请", "按", "二"]], 0.25, [0.4] * 2)
    reader = Menu()
    assert [option.label for option in reader.read(spoken(half), half[-1].end)] == ["办理"]
    assert ("4", "开栓办理") in [(o.key, o.label) for o in reader.read(spoken(whole), whole[-1].end + 1, final=True)]


def test_a_key_whose_label_turns_out_to_be_a_persons_is_told_again() -> None:
    words = laid_out(
        [["会员", "积分", "按", "零"], ["转", "人工"], ["按", "一", "查询", "积分"]], 0.25, [0.3, 0.05, 0.3]
    )
    reader = Menu()
    assert [option.label for option in reader.read(spoken(words[:4]), words[3].end + 1.0)] == ["会员积分"]
    clear = laid_out(
        [["会员", "积分"], ["按", "零", "转", "人工"], ["按", "一", "查询", "积分"]], 0.25, [0.3, 0.3, 0.3]
    )
    told = list(reader.read(spoken(clear), clear[-1].end + 1.0, final=True))
    assert [(option.key, option.label, option.human) for option in told] == [
        ("0", "转人工", True),
        ("1", "查询积分", False),
    ]


def test_another_menu_in_the_same_breath_may_give_a_key_another_meaning() -> None:
    words = laid_out(
        [["返回", "请", "按", "零"], ["水费", "请", "按", "一"], ["人工", "请", "按", "零"]], 0.25, [0.4] * 3
    )
    told = list(Menu().read(spoken(words), 9.0, final=True))
    assert [(option.key, option.label) for option in told] == [("0", "返回"), ("1", "水费"), ("0", "人工")]


@given(MENUS, st.integers(1, 6))
@settings(max_examples=60)
def test_streamed_words_give_the_same_options_once_each(menu: list[tuple[str, str]], step: int) -> None:
    whole = written("，".join(f"{label}请按{SPOKEN_KEYS[key]}" for key, label in menu))
    words = [Word(c, a, b, 1.0) for c, a, b in zip(whole.text, whole.starts, whole.ends, strict=True)]
    reader = Menu()
    told = []
    for count in range(1, len(words) + 1, step):
        told += list(reader.read(spoken(words[:count]), now=words[count - 1].end))
    told += list(reader.read(spoken(words), now=words[-1].end, final=True))
    assert [(option.key, option.label) for option in told] == menu


@given(st.text(alphabet="请按零一二三星号井键转人工服务查询您好0123*# ，", max_size=40))
def test_any_text_is_read_without_error_and_only_real_keys_come_out(text: str) -> None:
    for option in options(written(text)):
        assert option.key in "0123456789*#"
        assert option.label
        assert re.search(re.escape(option.label), speech_text.normalise(text)) or " " in text or "，" in text


def test_an_option_is_told_before_the_menu_ends() -> None:
    text = written("人工服务请按零，水费查询请按一，报修请按二")
    words = [Word(c, a, b, 1.0) for c, a, b in zip(text.text, text.starts, text.ends, strict=True)]
    assert [option.key for option in Menu().read(spoken(words[:9]), now=words[8].end)] == ["0"]


def test_a_key_whose_verb_was_not_heard_is_one_where_it_stands_alone_in_a_menu() -> None:
    assert read("贷款业务，请按一，理财产品咨询，请三，信用卡业务，请按二") == [
        ("1", "贷款业务"),
        ("3", "理财产品咨询"),
        ("2", "信用卡业务"),
    ]
    assert read("贷款业务请按一，理财产品请三思") == [("1", "贷款业务")]
    assert read("请三，理财产品") == []


def test_a_key_for_a_person_is_known_though_the_please_before_it_was_not_heard() -> None:
    """ "人工台，请按零" was recognised as "人工台 按零", with a pause before the key as long as the one after it."""
    clauses = [
        ["需要", "人工台"],
        ["按", "九"],
        ["办理", "开户", "业务", "请", "按", "一"],
        ["返回", "上层", "请", "按", "井号键"],
    ]
    words = spoken(laid_out(clauses, 0.15, [0.27, 0.22, 0.18, 0.0]), "zh")
    assert [(option.key, option.label, option.human) for option in options(words)] == [
        ("9", "人工台", True),
        ("1", "办理开户业务", False),
        ("#", "返回上层", False),
    ]
    key_first = [["按", "九"], ["办理", "人工台"], ["按", "一"], ["办理", "开户", "业务"]]
    words = spoken(laid_out(key_first, 0.15, [0.22, 0.27, 0.22, 0.0]), "zh")
    assert [(option.key, option.label) for option in options(words)] == [("9", "办理人工台"), ("1", "办理开户业务")]


def test_a_key_that_was_misheard_after_the_name_it_belongs_to_is_known_by_its_rhyme() -> None:
    def person(*misheard: str, parted: float = 0.13) -> list[str]:
        clauses = [["人工", "服务", "请", "按", *misheard], ["账单", "查询", "请", "按", "一"]]
        return [option.key for option in options(spoken(laid_out(clauses, 0.15, [parted, 0.0]))) if option.human]

    assert person("吗") == ["8"]
    assert person("单") == ["3"]
    assert person("流") == [], "one of two digits"
    assert person("吗", parted=0.0) == [], "no pause"
    assert not [o.key for o in options(spoken(laid_out([["请", "按", "吗"], ["人工", "服务"]], 0.15, [0.2, 0.0])))]


@pytest.mark.parametrize(
    ("clauses", "key"),
    [
        ([["三大", "转人工", "服务"], ["按", "一", "账单", "查询"]], "8"),
        ([["按", "一", "账单", "查询"], ["三流", "转接", "坐席"]], None),
        ([["按", "一", "账单", "查询"], ["马上", "转人工", "服务"]], None),
        ([["按", "一", "账单", "查询"], ["现大", "转人工", "服务"]], None),
        ([["按", "一", "账单", "查询", "三大", "转人工"]], "1"),
        ([["按", "一", "账单", "查询"], ["按", "二", "转人工", "服务"]], "2"),
    ],
    ids=["misheard", "one of two digits", "no verb", "another rhyme", "amid a clause", "heard"],
)
def test_a_key_that_was_misheard_before_the_person_it_leads_to_is_known_by_its_rhyme(
    clauses: list[list[str]], key: str | None
) -> None:
    words = spoken(laid_out(clauses, 0.15, [0.3] * (len(clauses) - 1) + [0.0]), "zh")
    assert [option.key for option in options(words) if option.human] == ([key] if key else [])
