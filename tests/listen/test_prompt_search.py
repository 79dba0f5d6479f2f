"""Where in what is remembered a piece of sound is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from probe.listen.prompt_memory import Prompt
from probe.listen.prompt_search import Library, Search

_ONE, _OTHER = np.random.default_rng(1).integers(0, 1 << 32, (2, 300), np.uint64).astype(np.uint32)
_ALL_MARKS = 0xFFFFFFFF


def _remembered(*sounds: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> Prompt:
    bits = np.concatenate(sounds)
    return Prompt("p-1", bits, np.full(bits.size, -20, np.int8), model="m")


def _search(library: Library, begin: int, sound: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> Search:
    search = Search(library, begin)
    for bits in sound.tolist():
        search.hear(bits, _ALL_MARKS, True)
    return search


def _found(prompt: Prompt, begin: int, frame: int) -> tuple[int, int]:
    """The place that differs least of what is heard from frame `frame` of the first sound on, by a search that began at live frame
    `begin`, and where the prompt is said to be."""
    library = Library()
    library.add([prompt])
    search = _search(library, begin, _ONE[frame : frame + 60])
    share, place = search.best()
    there, located = library.at(place, search.length), search.located(share, place)
    assert there is not None
    assert located is not None
    return there[1], located[1]


@pytest.mark.parametrize(
    ("begin", "frame", "expected"),
    [(80, 80, 80), (80, 0, 0), (200, 80, 680)],
    ids=["that began with the segment", "that begins there", "that sounds most like it"],
)
def test_of_a_recording_that_says_the_same_twice_the_place_is_found(begin: int, frame: int, expected: int) -> None:
    noisy = _ONE ^ (np.arange(_ONE.size) % 2).astype(np.uint32)  # a bit in every other frame
    assert _found(_remembered(noisy, _OTHER, _ONE), begin, frame) == (600 + frame, expected)


def test_of_two_recordings_that_begin_alike_the_one_is_found_that_differs_least() -> None:
    library = Library()
    noisy = _ONE ^ (np.arange(_ONE.size) % 2).astype(np.uint32)
    one, other = _remembered(noisy, _OTHER), replace(_remembered(_ONE, _OTHER), id="p-2")
    library.add([one, other])
    assert _search(library, 0, _ONE[:60]).located(0.0, _search(library, 0, _ONE[:60]).best()[1]) == (other, 0)


def test_of_neighbouring_places_the_one_is_found_that_differs_least() -> None:
    turned = (1 << np.random.default_rng(1).integers(0, 19, 300)).astype(np.uint32)
    turned[np.arange(300) % 3 != 0] = 0
    slow = np.bitwise_xor.accumulate(turned)  # one bit in three frames
    library = Library()
    library.add([_remembered(slow ^ (np.arange(300) % 4 == 3).astype(np.uint32), _OTHER, slow)])
    search = _search(library, 80, slow[80:140])
    first, second = [library.at(place, 60) for place in search.ties(0.0)]
    assert first is not None
    assert second is not None
    assert (first[1], second[1]) == (80, 680)


def test_where_nothing_is_near_no_place_is_told() -> None:
    library = Library()
    library.add([_remembered(np.zeros(200, np.uint32))])
    assert not list(_search(library, 0, np.full(60, _ALL_MARKS, np.uint32)).ties(1.0))


def test_another_sound_is_not_found_there() -> None:
    assert _found(_remembered(_OTHER, _OTHER[::-1], _ONE), 80, 80) == (680, 680)
