"""Which key another menu announces for what was pressed."""

from __future__ import annotations

import pytest

from probe.navigate.repeats import Sent
from probe.navigate.scenario import Acts
from probe.navigate.transcript import Transcript
from probe.timeline import Kind, MenuOption, Press, SegmentStarted


@pytest.mark.parametrize(
    ("pressed", "announced", "key"),
    [
        ("办理温度测量预约", "温度测量预约", "1"),
        ("温度测量预约", "办理温度测量预约", "1"),
        ("供热报修", "温度测量预约", None),
    ],
)
def test_an_option_with_a_word_more_or_less_is_the_same(pressed: str, announced: str, key: str | None) -> None:
    ear = Transcript()
    ear.take(SegmentStarted(at=6.0, known=6.2, segment=Kind.SPEECH))
    ear.take(MenuOption(at=8.0, known=8.2, key="1", label=announced))
    sent = Sent(Acts.model_construct(), Press(at=5.0, value="3", option=pressed), 5.0, "walk")
    assert sent.other_key(ear) == key
