"""How many frames are measured at once: more where nothing is about to be decided, and what was heard is the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from probe.listen import blocks
from probe.listen.blocks import BLOCK, Blocks
from probe.listen.listener import Listener
from probe.listen.segments import Segmenter
from probe.listen.transcript import Transcript
from probe.timeline import FRAME, Event, Frame, KeyHeard, Tick
from tests.listen.sounds import music, samples, silence, tone, voiced


def frames(call: np.ndarray) -> Iterator[Frame]:
    sound = samples(call)
    for at in range(0, sound.size - FRAME + 1, FRAME):
        yield Frame(at, sound[at : at + FRAME], np.zeros(FRAME, np.int16))


def heard(call: np.ndarray) -> list[Event]:
    listener = Listener(None)
    told = [event for frame in frames(call) for event in listener.hear(frame)]
    return [event for event in (*told, *listener.finish()) if not isinstance(event, Tick)]


CALL = np.concatenate(
    [
        silence(3),
        voiced("您好，欢迎致电"),
        silence(4.13),
        music(6.0),
        voiced("您好，请讲"),
        silence(2),
        tone([770, 1209], (0.2, 0), 1),
    ]
)


def test_instants_do_not_depend_on_how_many_frames_are_measured_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    long = heard(CALL)
    monkeypatch.setattr(blocks, "LONGEST", blocks.BLOCK)
    short = heard(CALL)
    assert [(type(event), event.at) for event in long] == [(type(event), event.at) for event in short]
    later = [a.known - b.known for a, b in zip(long, short, strict=True)]
    assert min(later) > -1e-9
    assert 0 < max(later) <= 0.3 + 1e-9


def test_what_breaks_a_long_quiet_is_known_within_400_ms() -> None:
    told = heard(np.concatenate([silence(5.04), tone([770, 1209], (0.1, 0), 1), silence(1)]))
    (key,) = [event for event in told if isinstance(event, KeyHeard)]
    assert key.at == pytest.approx(5.04, abs=0.02)
    assert key.known - (key.at + key.seconds) <= 0.42


@pytest.mark.parametrize(
    ("left", "words_in", "size"), [(12, 99, 12), (60, 99, blocks.LONGEST), (12, 8, 8), (3, 99, BLOCK)]
)
def test_a_block_of_a_remembered_recording_ends_with_it_or_where_its_next_words_are_told(
    left: int, words_in: int, size: int
) -> None:
    """`left`: frames of the recording that surely come."""

    class Remembered(Transcript):
        def foreseen(self, most: int) -> list[bool]:
            return [True] * min(left, most)

        @property
        def tells_in(self) -> int:
            return words_in

    measured = Blocks()
    transcript = Remembered(None, None, 0)
    taken = [len(measured.add(frame, Segmenter(), transcript)) for frame in frames(silence(0.6))]
    assert next(n for n, whole in enumerate(taken, 1) if whole) == size
