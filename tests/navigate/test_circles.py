from __future__ import annotations

from probe.navigate.circles import TIMES, Circles
from probe.timeline import Kind, Segment, SegmentEnded

MENU = "查询请按一投诉请按二返回请按星号键"


def heard(circles: Circles, text: str, prompt: str | None = None, queueing: bool = False) -> int:
    segment = Segment(Kind.SPEECH, 1.0, 5.0, text, prompt=prompt)
    circles.take(SegmentEnded(at=5.0, known=5.7, segment=segment), queueing)
    return circles.times


def test_the_same_words_three_times_are_a_circle() -> None:
    circles = Circles()
    assert [heard(circles, MENU) for _ in range(TIMES)] == [1, 2, 3]


def test_the_same_recording_is_the_same_prompt_whatever_words_were_made_of_it() -> None:
    circles = Circles()
    readings = [MENU, "查询请安一头数请按二", "茶寻按一投诉按二反悔"]
    assert [heard(circles, text, "p-1") for text in readings] == [1, 2, 3]
    assert heard(Circles(), readings[2], "p-2") == 1


def test_a_recording_recognised_only_the_second_time_goes_on_counting() -> None:
    circles = Circles()
    assert heard(circles, MENU) == 1
    assert heard(circles, MENU, "p-1") == 2
    assert heard(circles, "查询请安一头数", "p-1") == 3


def test_a_queue_repeats_itself_without_being_a_circle() -> None:
    circles = Circles()
    heard(circles, MENU, "p-1")
    assert heard(circles, "请您耐心等待", queueing=True) == 0
    assert heard(circles, MENU, "p-1") == 1


def test_the_two_parts_of_a_recording_that_a_pause_parted_are_no_circle() -> None:
    for first, second in ((8.0, 4.7), (4.7, 6.4)):
        circles = Circles()
        for start, length, text in ((1.0, first, MENU), (9.3, second, "改装业务请按一开户请按二"), (25.0, first, MENU)):
            segment = Segment(Kind.SPEECH, start, start + length, text, prompt="p-1")
            circles.take(SegmentEnded(at=start + length, known=start + length, segment=segment), queueing=False)
        assert circles.times == 2
