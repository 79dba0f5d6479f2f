"""Names, agents' IDs, telephone, card and identity numbers are masked, spoken ones too; what is public stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.evidence.redaction import MASK, redact, redacted, spans
from probe.timeline import CallInfo, Kind, Say, Segment, Timeline, Word

MASKED = {
    "工号幺零二四为您服务": "工号████为您服务",
    "您好工号1024很高兴为您服务": "您好工号████很高兴为您服务",
    "我的工号是八零五": "我的工号是███",
    "工号A1024为您服务": "工号█████为您服务",
    "我姓王请问有什么可以帮您": "我姓█请问有什么可以帮您",
    "免贵姓欧阳": "免贵姓██",
    "您好我叫李丽丽很高兴为您服务": "您好我叫███很高兴为您服务",
    "客服小李为您服务": "客服██为您服务",
    "您好我是小王": "您好我是██",
    "我是客服代表张伟，请讲": "我是客服代表██，请讲",
    "请稍等，我请李经理接听": "请稍等，我请█经理接听",
    "请拨打13812345678联系": "请拨打███████████联系",
    "幺三八幺二三四五六七八": "███████████",
    "一三八 一二三四 五六七八": "███ ████ ████",
    "电话０１０－８２３４５６７８": "电话████████████",
    "卡号6222 0210 0112 2334 455": "卡号████ ████ ████ ████ ███",
    "身份证号11010519491231002X": "身份证号██████████████████",
    "my name is Sarah, how can I help": "my name is █████, how can I help",
    "this is John Smith speaking": "this is ████ █████ speaking",
    "agent number 1024 speaking": "agent number ████ speaking",
    "my agent id is one zero two four": "my agent id is ███ ████ ███ ████",
}
KEPT = [
    "人工服务请按零",
    "请拨打一二三一五投诉",
    "如需帮助请拨10086或95598",
    "客服热线4008123456",
    "前面还有十二位客户",
    "二零二六年十一月",
    "客服高峰时段请耐心等待",
    "客服中心的服务时间为八点三十分",
    "余额为一百二十三元",
    "请按一，返回请按星号键",
    "王府井营业厅",
    "小心地滑",
    "press one for an agent",
    "this is not speaking for anybody",
]


@pytest.mark.parametrize("text", MASKED)
def test_what_is_personal_is_masked(text: str) -> None:
    assert redact(text) == MASKED[text]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_personal_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet="工号是小王我姓叫客服13８幺零二四x- ，agent name is", max_size=60))
def test_masking_keeps_length_and_masks_nothing_twice(text: str) -> None:
    masked = redact(text)
    assert len(masked) == len(text)
    assert all(a == b or b == MASK for a, b in zip(text, masked, strict=True))
    assert spans(text) == sorted(spans(text))


@given(
    st.text(max_size=20), st.from_regex(re.compile(r"1[3-9][0-9]{9}", re.ASCII), fullmatch=True), st.text(max_size=20)
)
def test_no_mobile_number_survives_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    assert number not in redact(before + number + after)


def test_words_are_masked_with_their_text_and_their_times_are_told() -> None:
    words = [
        Word("工号", 1.0, 1.4, 0.9),
        Word("幺", 1.4, 1.6, 0.9),
        Word("零二四", 1.6, 2.0, 0.9),
        Word("为您服务", 2.0, 2.5, 0.9),
    ]
    timeline = Timeline(CallInfo(id="c"))
    timeline.segments.append(Segment(Kind.SPEECH, 1.0, 2.5, text="工号幺零二四为您服务", words=tuple(words)))
    aside = "sip_13912345678_127.0.0.1.damaged-1: line 1: not JSON"
    digest = {"path": "prompts.jsonl", "sha256": "13912345678" * 5, "prompts": 3}
    timeline.call.memory = digest | {"damaged": aside}
    timeline.actions.append(Say(at=3.0, value="我的电话是13812345678"))
    copy, times = redacted(timeline)
    assert copy.segments[0].text == "工号████为您服务"
    assert [word.word for word in copy.segments[0].words] == ["工号", "█", "███", "为您服务"]
    assert times == [(1.4, 1.6), (1.6, 2.0)]
    assert "138" not in copy.dumps()
    assert copy.call.memory == digest | {"damaged": f"sip_{MASK * 11}_127.0.0.1.damaged-1: line 1: not JSON"}
    assert timeline.call.memory["damaged"] == aside
    assert "幺零二四" in timeline.dumps(), "the original is left alone"
