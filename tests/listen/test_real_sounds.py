"""Real speakers and real music, through real codecs: speech is speech, music is music, and neither is a tone."""

from __future__ import annotations

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.simulator.channel import Condition, degrade
from probe.timeline import KeyHeard, Kind, Samples, SegmentEnded, ToneHeard
from tests.listen.recordings import in_a_row, music, needs_music, needs_prompts, prompts, voices
from tests.listen.sounds import frames

_SECONDS = 40.0


def heard(audio: Samples) -> tuple[dict[Kind, float], list[object]]:
    """Seconds of each kind, and the tones and keys."""
    listener = Listener(None)
    events = [event for frame in frames(audio.astype(float)) for event in listener.hear(frame)]
    events += list(listener.finish())
    seconds = dict.fromkeys(Kind, 0.0)
    for event in events:
        if isinstance(event, SegmentEnded):
            seconds[event.segment.kind] += event.segment.end - event.segment.start
    return seconds, [event for event in events if isinstance(event, ToneHeard | KeyHeard)]


@needs_prompts
@pytest.mark.parametrize("condition", [Condition("pcma"), Condition("gsm", gain_db=-10.0)])
@pytest.mark.parametrize("voice", voices() or ["none"])
def test_a_real_voice_is_speech(voice: str, condition: Condition) -> None:
    seconds, machines = heard(degrade(in_a_row(prompts(voice, _SECONDS)), condition))
    assert seconds[Kind.MUSIC] == 0
    assert seconds[Kind.SPEECH] > 0.6 * _SECONDS
    assert not machines


@needs_music
@pytest.mark.parametrize("condition", [Condition("pcma"), Condition("pcmu", gain_db=-12.0, loss=0.01)])
def test_real_hold_music_is_music_for_the_most_part_and_never_a_tone(condition: Condition) -> None:
    """Over two minutes of each of five pieces `bench_singing` prints 95 % through G.711; the rest is taken for speech."""
    notes = speech = 0.0
    for name, audio in music():
        seconds, machines = heard(degrade(audio[: round(_SECONDS * 8000)], condition))
        assert not machines, name
        notes, speech = notes + seconds[Kind.MUSIC], speech + seconds[Kind.SPEECH]
    assert notes >= 0.9 * (notes + speech)


@needs_prompts
@needs_music
def test_announcements_over_real_music_are_found_where_they_are() -> None:
    _, tune = next(iter(music()))
    (said,) = prompts(voices()[0], 1.0)[:1]
    voice = np.concatenate([said.astype(float)] * 3)[: 5 * 8000]
    mixed = tune[: 20 * 8000].astype(float) * 0.4
    level = np.sqrt(np.mean(mixed**2)) / np.sqrt(np.mean(voice**2)) * 10 ** (8 / 20)
    mixed[8 * 8000 : 8 * 8000 + voice.size] += voice * level
    seconds, _ = heard(np.clip(mixed, -32768, 32767).astype(np.int16))
    assert 1.5 <= seconds[Kind.SPEECH] <= 8.0
