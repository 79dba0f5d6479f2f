"""What counts as heard, in half-heard and in finished speech."""

from __future__ import annotations

import pytest

from probe.navigate.matching import hear, is_called
from probe.navigate.scenario import Hear
from probe.navigate.transcript import Passage, Transcript
from probe.timeline import MenuOption, Word


def transcript(*texts: str, final: bool = True) -> Transcript:
    """Passages two seconds apart, five syllables a second."""
    ear = Transcript()
    now = 0.0
    for text in texts:
        words = tuple(Word(s, now + 0.2 * n, now + 0.2 * (n + 1), 1.0) for n, s in enumerate(text))
        ear.passages.append(Passage(now, now + 0.2 * len(text), words, final))
        now += 0.2 * len(text) + 2.0
    return ear


def test_a_part_of_a_prompt_is_enough_and_its_last_word_dates_it() -> None:
    match = hear(Hear(text=("普通话请按一",)), transcript("您好普通话请按一英文请按二"), 0.0)
    assert match is not None
    assert match.until == pytest.approx(0.2 * 8)


def test_what_was_said_before_is_not_heard_again() -> None:
    wanted, ear = Hear(text=("请按一",)), transcript("查询请按一", "报修请按一")
    first = hear(wanted, ear, 0.0)
    assert first is not None
    second = hear(wanted, ear, first.until)
    assert second is not None
    assert second.passage.start == 3.0
    assert hear(wanted, ear, second.until) is None


def test_a_prompt_that_a_noise_parts_in_two_is_heard_and_one_that_a_pause_parts_is_not() -> None:
    wanted, ear = Hear(text=("请问您要办理什么业务",)), transcript("我是小安请问您要办理", "什么业务")
    assert hear(wanted, ear, 0.0) is None
    first, second = ear.passages
    first.end = second.start - 0.3
    match = hear(wanted, ear, 0.0)
    assert match is not None
    assert (match.passage, match.until) == (second, pytest.approx(second.start + 0.8))
    assert hear(wanted, ear, second.start) is None, "what was said before the caller's move is behind it"


def test_an_imperfect_match_at_the_end_of_half_heard_words_is_waited_with() -> None:
    wanted = Hear(text=("普通话请按一",))
    assert hear(wanted, transcript("普通话请按", final=False), 0.0) is None
    assert hear(wanted, transcript("普通话请按", final=True), 0.0) is not None
    assert hear(wanted, transcript("普通话请按一", final=False), 0.0) is not None


@pytest.mark.parametrize("said", ["普通花请安一", "葡通话请按一", "普通话情按一号键"])
def test_words_are_compared_by_their_sounds(said: str) -> None:
    assert hear(Hear(text=("普通话请按一",)), transcript(said), 0.0) is not None


def test_similarity_says_how_exact_it_must_be() -> None:
    said = transcript("普通话请听一")
    assert hear(Hear(text=("普通话请按一",)), said, 0.0) is not None
    assert hear(Hear(text=("普通话请按一",), similarity=0.95), said, 0.0) is None


def test_a_pattern_looks_at_text_without_punctuation_with_figures_as_spoken() -> None:
    said = transcript("您前面还有12位客户")
    assert hear(Hear(pattern="还有.{1,4}位"), said, 0.0) is not None
    assert hear(Hear(pattern="还有三位"), said, 0.0) is None


def test_an_option_goes_by_any_of_its_names_by_sound() -> None:
    option = MenuOption(at=1.0, known=1.0, key="0", label="人公服务")
    assert is_called(option, ("客服代表", "人工"), "zh")
    assert not is_called(option, ("投诉",), "zh")
