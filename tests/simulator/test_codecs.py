from __future__ import annotations

import numpy as np
import pytest

from probe.simulator.codecs import CODECS, Codec, CodecName, codec
from probe.timeline import FRAME, RATE, Samples
from tests.listen.sounds import PROMPT, samples, tone, voiced


def through(coder: Codec, sound: Samples) -> Samples:
    return np.concatenate([coder.code(sound[at : at + FRAME]) for at in range(0, sound.size, FRAME)])


def noise_ratio(sound: Samples, heard: Samples, late: int) -> float:
    said, got = sound[: sound.size - late].astype(float), heard[late:].astype(float)
    return float(10 * np.log10((said @ said) / ((said - got) @ (said - got))))


@pytest.mark.parametrize(("name", "least"), [("pcmu", 35.0), ("pcma", 35.0), ("g722", 30.0)])
def test_a_waveform_codec_keeps_the_waveform(name: CodecName, least: float) -> None:
    sound = samples(tone([425.0, 1850.0], (2.0, 0.0), 1, -16.0))
    late = 34 if name == "g722" else 0
    assert noise_ratio(sound[:-FRAME], through(codec(name), sound)[:-FRAME], late) > least


@pytest.mark.parametrize("name", ["pcmu", "pcma"])
def test_g711_has_256_values_that_it_does_not_change_again(name: CodecName) -> None:
    every = np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)
    once = codec(name).code(every)
    assert len(np.unique(once)) in (255, 256)  # µ-law has two zeros
    assert np.array_equal(codec(name).code(once), once)
    assert np.all(np.diff(once.astype(int)) >= 0)
    assert np.max(np.abs(once.astype(int) - every)) <= 32768 - 32124 if name == "pcmu" else 512


def test_gsm_keeps_the_voice_but_not_the_waveform() -> None:
    voice = samples(voiced(PROMPT))[: 3 * RATE]
    heard = through(codec("gsm"), voice)
    said, got = (np.abs(np.fft.rfft(x.astype(float)[: 3 * RATE])) for x in (voice, heard))
    assert np.corrcoef(said, got)[0, 1] > 0.9
    assert not np.array_equal(heard, voice)


@pytest.mark.parametrize("name", CODECS)
def test_two_calls_do_not_share_a_codecs_state(name: CodecName) -> None:
    voice = samples(voiced(PROMPT))[: RATE // 2]
    alone = through(codec(name), voice)
    first, second = codec(name), codec(name)
    mixed = []
    for at in range(0, voice.size, FRAME):
        second.code(voice[::-1][at : at + FRAME].copy())
        mixed.append(first.code(voice[at : at + FRAME]))
    assert np.array_equal(np.concatenate(mixed), alone)
