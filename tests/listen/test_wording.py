from __future__ import annotations

import pytest

from probe.errors import UserError
from probe.listen.spoken import written
from probe.listen.wording import Wording, phrases, position
from probe.speech import text as speech_text


def meanings(text: str, language: str = "zh") -> set[str]:
    return {phrase.meaning for phrase in Wording(language).search(written(text, language))}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("正在为您转接人工客服，请稍候", "queue"),
        ("坐席全忙，请您耐心等待", "queue"),
        ("您前面还有三位客户", "queue"),
        ("您是第三位客户", "queue"),
        ("您是第三个等待接入的客户", "queue"),
        ("您可以说查话费、办套餐、转人工", "human_offered"),
        ("请简单描述您的问题", "bot_invitation"),
        ("抱歉，我没有听清", "rejected"),
        ("您的按键有误，请重新输入", "rejected"),
        ("请关注微信公众号办理", "elsewhere"),
        ("请下载客户端", "elsewhere"),
        ("现在是非工作时间", "closed"),
        ("您拨打的号码是空号，请核对后再拨", "not_in_service"),
        ("您拨打的用户正在通话中", "not_in_service"),
        ("您好，工号1023，请问有什么可以帮您", "agent_opening"),
        ("我是智能客服小移", "bot_name"),
        ("通话可能会被录音", "machine"),
        ("人工服务已下线，请于工作日上午再来电", "closed"),
        ("现在是非服务时段", "closed"),
        ("人工服务时间周一到周五", "hours"),
        ("请通过政务服务网或当地网点办理", "elsewhere"),
        ("请携带身份证到营业厅办理", "elsewhere"),
    ],
)
def test_a_sentence_means_what_it_says(text: str, meaning: str) -> None:
    assert meaning in meanings(text)


@pytest.mark.parametrize(
    ("misheard", "meaning"),
    [("正在为你转接人工课服", "queue"), ("您拨打的号码是空好", "not_in_service"), ("为您好请讲", "agent_opening")],
)
def test_homophones_and_small_errors_do_not_matter(misheard: str, meaning: str) -> None:
    assert meaning in meanings(misheard)


@pytest.mark.parametrize(
    "text", ["水费查询", "您的话费余额为三十六元", "请问您的用户编号是多少", "停水信息", "您是第一次打来吗"]
)
def test_plain_sentences_are_neither_queue_nor_closed_nor_refusal(text: str) -> None:
    assert not meanings(text) & {"queue", "closed", "rejected", "not_in_service", "elsewhere", "human_offered"}


def test_new_words_are_searched_together_with_the_end_of_the_old() -> None:
    text = written("好的，正在为您转接人工")
    half = text.text.index("转接")
    assert "queue" in {phrase.meaning for phrase in Wording().search(text, since=half)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("您前面还有三位", 3),
        ("您排在第十二位", 12),
        ("前面有二十五人", 25),
        ("您前方还有一百零二位", 102),
        ("您是第一位", 1),
        ("您是第一次打来吗", None),
        ("请稍候", None),
    ],
)
def test_the_position_in_the_queue_is_read(text: str, place: int | None) -> None:
    assert position(text) == place


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("坐席正忙请稍后再拨", "not_in_service"),
        ("您输入的号码不正确请重新输入", "not_in_service"),
        ("本次服务结束请对本次服务进行评价", "closed"),
        ("抱歉未听清请再说一遍", "elsewhere"),
        ("稍后您会收到一条评价短信", "elsewhere"),
        ("春节期间充值有优惠", "closed"),
    ],
)
def test_what_sounds_near_to_an_end_of_the_call_is_none(text: str, meaning: str) -> None:
    assert meaning not in meanings(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("All of our agents are currently assisting other customers", "busy"),
        ("your call will be answered in the order it was received", "queue"),
        ("our offices are closed, please call back during our business hours", "closed"),
        ("our opening hours are monday to friday", "hours"),
        ("for faster service visit us online", "elsewhere"),
        ("the number you are calling cannot be reached", "not_in_service"),
        ("at the tone please record your message", "voicemail"),
        ("sorry I did not catch that, in your own words", "rejected"),
        ("thanks for holding, how can I assist you", "agent_opening"),
        ("I'm a virtual agent", "bot_name"),
    ],
)
def test_an_english_sentence_means_what_it_says(text: str, meaning: str) -> None:
    assert meaning in meanings(text, "en")


def test_english_has_its_own_wording() -> None:
    assert {"queue", "machine"} <= meanings("please hold while we connect you, this call may be recorded", "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_phrase_finds_itself_with_its_meaning(language: str) -> None:
    for meaning, rows in phrases(language).items():
        for phrase in rows:
            assert meaning in meanings(phrase.replace("…", "查话费"), language), phrase


def test_an_unknown_language_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="zh or en"):
        phrases("xx")


def test_a_phrase_found_with_an_error_gives_way_to_one_that_stands_there_to_the_letter() -> None:
    found = meanings("人工服务已接通")
    assert "presented" in found
    assert "closed" not in found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_phrase_is_found_amid_other_words_and_the_long_ones_with_a_sound_missing(language: str) -> None:
    gap = " " if language == "en" else ""
    for meaning, rows in phrases(language).items():
        for phrase in rows:
            if "…" in phrase:
                continue
            said = speech_text.normalise(phrase, language)
            around = gap.join(["好的", said, "谢谢"] if language == "zh" else ["well", said, "thanks"])
            found = Wording(language).search(written(around, language))
            assert any(other.phrase == phrase for other in found), phrase
            units = said.split() if language == "en" else list(said)
            if len(units) >= 6 and len(speech_text.sounds(phrase, language)) == len(units):
                missing = gap.join(units[:2] + units[3:])
                best = speech_text.find(phrase, missing, 0.8, language)
                others = Wording(language).search(written(missing, language))
                assert best is None or others, (meaning, phrase)


def test_a_goodbye_after_the_word_service_tells_no_hours() -> None:
    said = written("本热线没有人工服务，再见")
    assert "hours" not in {phrase.meaning for phrase in Wording().search(said)}
    assert "hours" in {phrase.meaning for phrase in Wording().search(written("人工服务时间是早上九点到下午五点"))}
