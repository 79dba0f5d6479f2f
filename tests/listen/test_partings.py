"""Where somebody else may have begun to speak."""

from __future__ import annotations

import pytest

from probe.listen.partings import partings, recorded
from probe.timeline import Word


def said(*parts: str) -> list[Word]:
    """Words of a character each, 0.2 s long, with a pause of 0.5 s between two parts."""
    words, at = [], 0.0
    for part in parts:
        for character in part:
            words.append(Word(character, at, at + 0.2, 1.0))
            at += 0.2
        at += 0.5
    return words


@pytest.mark.parametrize(
    ("parts", "begins"),
    [
        (("正在为您转接", "您好请讲"), [6]),
        (("客服代表三零二", "您好请问有什么可以帮您"), [7]),
        (("客服代表三零二", "请问有什么可以帮您"), [7]),
        (("客服代表三零二", "您好为您服务"), [7]),
        (("客服代表三零二", "号为您服务"), []),
        (("客服代表三零二", "为您服务"), []),
        (("客服代表三", "零二一号为您服务"), []),
        (("您前面还有", "五", "位客户在等待", "您好请讲"), [5, 12]),
        (("请稍候", "为您服务"), [3]),
    ],
)
def test_nobody_begins_between_a_number_and_what_is_said_of_it(parts: tuple[str, ...], begins: list[int]) -> None:
    assert partings(said(*parts), []) == begins


def test_over_music_nobody_begins_where_nothing_is_silent() -> None:
    words = said("请稍候", "您好请讲")
    assert partings(words, [], only_pauses=True) == []
    assert partings(words, [(words[3].start, words[2].end)], only_pauses=True) == [3, 4]


def test_nobody_begins_in_the_midst_of_a_remembered_recording() -> None:
    words = said("请稍候", "您好请讲", "喂您好")
    first, second = words[3].start, words[7].start
    assert partings(words, []) == [3, 7]
    assert partings(words, [], recordings=[(first - 0.4, second + 0.2)]) == [7]  # who speaks as it ends
    assert partings(words, [], recordings=[(first + 0.1, second)]) == [3, 7]  # it may begin where another is over
    assert partings(words, [], recordings=[(first + 0.1, second + 1.0)]) == []  # and then nobody else speaks
    assert partings(words, [], recordings=[(0.0, second + 1.0)]) == []


def test_over_music_somebody_begins_where_a_remembered_recording_ended() -> None:
    words = said("请稍候", "您好请讲")
    ended = words[2].end
    assert partings(words, [], only_pauses=True, recordings=[(0.0, ended)]) == [3]
    assert partings(words, [], only_pauses=True, recordings=[(0.0, words[-1].end + 1.0)]) == []


def test_a_recording_that_was_most_of_a_stretch_is_what_was_heard_there() -> None:
    assert recorded([(0.2, 1.0)], 0.0, 1.1)
    assert not recorded([(0.2, 0.9)], 0.0, 1.1)
    assert recorded([(0.0, 0.5), (0.6, 3.0)], 0.0, 1.0)
