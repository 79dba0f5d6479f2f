"""Chinese text: one written form, compared by sound."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.errors import UserError
from probe.speech import chinese, text
from probe.speech.chinese_numbers import number


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("您好，欢迎 致电！", "您好欢迎致电"),
        ("请拨打10086", "请拨打一零零八六"),
        ("请拨打幺零零八六", "请拨打一零零八六"),
        ("按0转人工", "按零转人工"),
        ("工号1023为您服务", "工号一零二三为您服务"),
        ("1023号客服", "一零二三号客服"),
        ("预计等待30秒", "预计等待三十秒"),
        ("前面还有两位客户", "前面还有二位客户"),
        ("两百零五", "二百零五"),
        ("8:30到17:00", "八点三十分到十七点"),
        ("2026年12月3日", "二零二六年十二月三日"),
        ("余额3.5元，优惠5%", "余额三点五元优惠百分之五"),
        ("1,000元", "一千元"),
        ("重听请按*，返回请按#键", "重听请按星号键返回请按井号键"),
        ("重听请按星号，返回请按井号键", "重听请按星号键返回请按井号键"),
        ("下载APP", "下载app"),
        ("１２３４５热线", "一二三四五热线"),
    ],
)
def test_what_is_written_differently_and_said_alike_is_one(written: str, normal: str) -> None:
    assert chinese.normalise(written) == normal


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "零"), (10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1005, "一千零五"),
     (1050, "一千零五十"), (10_010, "一万零一十"), (10_500, "一万零五百"), (100_000, "十万"), (120_000_010, "一亿二千万零一十")],
)  # fmt: skip
def test_numbers_are_read_as_they_are_spoken(value: int, words: str) -> None:
    assert number(value) == words


@given(st.text(alphabet="您好请按零一二三两幺0123456789*#，。 ＡＢapp转人工星号井键:.%", max_size=30))
@example("星:号")
def test_normalising_twice_changes_nothing(written: str) -> None:
    once = chinese.normalise(written)
    assert chinese.normalise(once) == once


@given(st.text(alphabet="0123456789*#", min_size=1, max_size=12))
def test_keys_survive_being_spoken_one_by_one(keys: str) -> None:
    names = dict(zip("0123456789*#", [*"零一二三四五六七八九", "星号键", "井号键"], strict=True))
    assert chinese.digits("".join(names[key] for key in keys)) == keys


def test_keys_named_in_a_prompt_are_read() -> None:
    assert chinese.digits("人工服务请按零，重听请按星号，结束请按井号键") == "0*#"
    assert chinese.digits("幺零零八六") == "10086"


def test_sounds_are_pinyin_and_latin_words_stay() -> None:
    assert chinese.sounds("下载APP") == ("xia", "zai", "app")
    assert chinese.sounds("重庆") == ("chong", "qing")


def test_homophones_are_the_same_to_the_ear() -> None:
    assert chinese.similarity("人工坐席", "人工座席正忙") == 1.0


def test_a_phrase_with_one_wrong_word_is_still_similar() -> None:
    assert chinese.similarity("请问您需要办理什么业务", "您好请问你要办理什么业务呢") >= 0.8


def test_accents_that_merge_sounds_cost_little() -> None:
    assert chinese.similarity("正在为您转接", "真在为宁转接") >= 0.9


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        ("请问您需要办理什么业务", "人"),
        ("转人工", "工"),
        ("人工服务请按零", "话费查询请按一"),
        ("零", "您好"),
        ("正在为您转接人工", "请稍后再拨"),
        ("现在是非工作时间", "现在"),
    ],
)
def test_a_short_accidental_overlap_is_not_similar(wanted: str, heard: str) -> None:
    assert chinese.similarity(wanted, heard) < 0.6
    assert chinese.find(wanted, heard) is None


def test_a_phrase_is_found_where_it_stands() -> None:
    heard = "您好欢迎致电中国电信人工服务请按零重听请按星号键"
    span = chinese.find("人工服务请安零", heard)
    assert span is not None
    assert chinese.normalise(heard)[slice(*span)] == "人工服务请按零"


def test_a_phrase_is_found_in_a_long_announcement_that_misheard_it() -> None:
    heard = "尊敬的客户您好感谢您的来电" * 6 + "正在为你转接人公服务请稍候" + "感谢您的耐心等待" * 5
    span = chinese.find("正在为您转接人工服务", heard, at_least=0.8)
    assert span is not None
    assert chinese.normalise(heard)[slice(*span)] == "正在为你转接人公服务"


@given(
    st.text(alphabet="请按零一人工服务转接您好电信", min_size=1, max_size=12),
    st.text(alphabet="您请按人工好", max_size=20),
)
def test_a_phrase_is_fully_similar_to_any_text_that_holds_it(wanted: str, around: str) -> None:
    assert chinese.similarity(wanted, around + wanted + around) == 1.0


@given(st.text(max_size=20), st.text(max_size=40))
def test_similarity_is_a_share_of_one(wanted: str, heard: str) -> None:
    assert 0.0 <= chinese.similarity(wanted, heard) <= 1.0


def test_english_is_compared_by_words() -> None:
    assert text.normalise("For an agent, press 0.", "en") == "for an agent press zero"
    assert text.similarity("press zero", "to speak to an agent press 0", "en") == 1.0
    assert text.digits("press one zero then pound", "en") == "10#"
    assert text.find("speak to an agent", "To speak to an agent, press 0", language="en") == (3, 20)
    assert text.similarity("billing enquiries", "press two for technical support", "en") < 0.5


def test_a_language_without_rules_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="zh"):
        text.normalise("bonjour", "fr")
