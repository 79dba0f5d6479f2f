"""A call as a ladder: its stages leave no gap, and each says what the caller was waiting through."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from probe.measure import measure
from probe.report.ladder import ladder, parts
from probe.timeline import (
    Answered,
    BotAsked,
    CallInfo,
    Dialed,
    Ended,
    HumanAnswered,
    Kind,
    MenuOption,
    Press,
    Queued,
    Say,
    Segment,
    Timeline,
    Verdict,
    Word,
)  # fmt: skip
from tests.report.calls_made_up import timeline


def speech(start: float, end: float, text: str, is_: str = "recording") -> Segment:
    """Speech whose words are one second long each."""
    words = tuple(Word(char, start + n, start + n + 1, 1.0) for n, char in enumerate(text))
    return Segment(Kind.SPEECH, start, end, text, words, verdict=Verdict(is_, 0.9))  # type: ignore[arg-type]


def call(*segments: Segment, human: float | None = None, end: float = 60.0) -> Timeline:
    """A call answered at 2 s that ended at `end`."""
    found = Timeline(CallInfo(id="call", goal="human"), list(segments))
    found.add(Dialed(at=0.0, known=0.0))
    found.add(Answered(at=2.0, known=2.0))
    if human is not None:
        found.add(HumanAnswered(at=human, known=human + 1, earliest=human, latest=human))
    found.add(Ended(at=end, known=end, by="hotline"))
    return found


def stages(found: Timeline) -> list[tuple[str, float, float]]:
    return [(span.stage, span.start, span.end) for span in ladder(measure(found)).spans]


def test_what_is_heard_before_the_answer_is_ringing_whatever_it_sounds_like() -> None:
    assert stages(call(Segment(Kind.MUSIC, 0.5, 2.0)))[0] == ("ringing", 0.0, 2.0)


def test_everything_from_the_queue_to_the_person_is_the_queue() -> None:
    found = call(
        speech(3, 6, "正在转接"), Segment(Kind.MUSIC, 6, 10), Segment(Kind.SILENCE, 10, 12), speech(12, 15, "请稍候"),
        speech(20, 25, "您好", "human"), human=20.0,
    )  # fmt: skip
    found.add(Queued(at=5.0, known=5.0, text="正在转接"))
    assert [stage for stage, start, _ in stages(found) if 3 <= start < 20] == ["queue", "queue"]
    assert stages(found)[-1] == ("human", 20.0, 60.0)


def test_a_bot_and_a_menu_are_told_from_an_announcement() -> None:
    found = call(
        speech(3, 6, "欢迎致电"), speech(7, 10, "查询请按一"), speech(12, 15, "请说"), speech(17, 20, "我能", "bot")
    )
    found.add(MenuOption(at=9.9, known=10.0, key="1", label="查询"))
    found.add(BotAsked(at=14.9, known=15.0, text="请说"))
    assert [stage for stage, *_ in stages(found) if stage not in ("ringing", "quiet")] == [
        "announcement",
        "menu",
        "bot",
        "bot",
    ]


def test_speech_that_goes_on_after_a_key_belongs_to_what_the_key_led_to() -> None:
    found = call(speech(3, 11, "查询请按一正在转"))
    found.add(MenuOption(at=8.0, known=8.0, key="1", label="查询"))
    found.did(Press(at=7.8, value="1"))
    found.add(Queued(at=10.9, known=11.0, text="正在转"))
    drawn = ladder(measure(found)).spans
    assert [(span.stage, span.text) for span in drawn if span.text] == [("menu", "查询请按一"), ("queue", "正在转")]


def test_an_unsure_verdict_stays_unsure() -> None:
    assert ("unsure", 3, 6) in stages(call(speech(3, 6, "喂", "unsure")))


def test_a_courtesy_to_the_person_is_not_a_step() -> None:
    found = call(speech(3, 6, "您好", "human"), human=3.0)
    found.did(Say(at=8.0, value="谢谢", purpose="courtesy"))
    assert [given.step for given in ladder(measure(found)).inputs] == [False]


def test_the_person_is_cut_out_of_a_stretch_without_any_segment() -> None:
    drawn = ladder(timeline("call", wait=20.0))
    assert drawn.human == 27.0
    assert [(span.stage, span.end) for span in drawn.spans[-2:]] == [("queue", 27.0), ("human", 31.0)]


kinds = st.sampled_from([Kind.SILENCE, Kind.MUSIC, Kind.NOISE, Kind.RINGBACK, Kind.BUSY])
samples = st.integers(1, 160_000)  # whole samples, as listening gives them
lengths = st.lists(st.tuples(samples, st.integers(0, 40_000), kinds), max_size=12)


@given(lengths, st.none() | st.floats(2.5, 50))
def test_stages_leave_no_gap_and_never_overlap(heard: list[tuple[int, int, Kind]], human: float | None) -> None:
    segments, number = [], 0
    for long, gap, kind in heard:
        segments.append(Segment(kind, (number + gap) / 8000, (number + gap + long) / 8000))
        number += gap + long
    at = number / 8000
    spans = ladder(measure(call(*segments, human=human))).spans
    edges = [(span.start, span.end) for span in spans]
    assert edges[0][0] == 0.0
    assert edges[-1][1] == max(60.0, at)
    assert all(first[1] == second[0] for first, second in pairwise(edges))


@given(st.lists(st.floats(0, 20), max_size=5))
def test_no_word_is_lost_when_speech_is_cut(cuts: list[float]) -> None:
    segment = speech(2, 12, "一二三四五六七八九十")
    assert "".join(text for _, _, text in parts(segment, cuts)) == segment.text
