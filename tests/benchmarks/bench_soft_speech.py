"""How much of soft speech is heard as speech: `python -m pytest -s tests/benchmarks/bench_soft_speech.py`.

Sentences in all voices of the training half, at gains of 0 to -30 dB, over line noise and in rooms at several distances,
through four codecs: the share of the seconds of speech that are heard as speech, by each of them, and the seconds of noise
in pauses of 2 s that are taken for speech, and false tones, beside it.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from probe.listen.features import Meter
from probe.listen.segments import HANG_OVER, Segmenter
from probe.simulator import rooms
from probe.simulator.channel import Condition, degrade
from probe.simulator.codecs import CODECS
from probe.simulator.draft import VOICES
from probe.speech.voice import Voice
from probe.timeline import FRAME, RATE, TONES, Kind, Samples
from tests.listen.sounds import Sound, samples, silence, voiced

_FRAMES = RATE // FRAME
_TEXTS = (
    "普通话服务请按一，查询余额请按八，办理业务请按三，人工服务请按零",
    "您好，请问有什么可以帮您",
    "请您稍等，我帮您查一下，您的账户里还有五十六块八",
)
_PAUSE = 2.0
_GAINS = (0.0, -12.0, -18.0, -24.0, -30.0)
_OVER = (None, 25.0, 18.0, 12.0, 9.0)
"""dB of the speech over the line's noise; None: no noise."""
_ROOMS = (("quiet", 30.0), ("office", 22.0), ("babble", 17.0))
_SPEECH_DB = -18.0
_ACTIVE = 25.0  # dB under the sentence's loud frames that are speech still


def sentence(variant: str, seed: int) -> tuple[Sound, npt.NDArray[np.bool_]]:
    """Sentences with pauses of silence, and which frames speech sounds in; a gap of up to 0.3 s counts to it."""
    random = np.random.default_rng(seed)
    voice = Voice("cmn", variant, int(random.integers(165, 245)), int(random.integers(30, 72)), _SPEECH_DB)
    call = [silence(_PAUSE)]
    for text in _TEXTS:
        call += [voiced(text, voice), silence(_PAUSE)]
    sound = np.concatenate(call)
    sound = sound[: sound.size // FRAME * FRAME]
    level = 10 * np.log10(np.mean(sound.reshape(-1, FRAME) ** 2, axis=1) + 1)
    loud = np.flatnonzero(level > np.percentile(level, 95) - _ACTIVE)
    active = np.zeros(level.size, np.bool_)
    for before, after in pairwise(loud):
        active[before : after + 1] = after - before <= 0.3 * _FRAMES
    return sound, active


def spoken(audio: Samples) -> tuple[npt.NDArray[np.bool_], int]:
    """Which frames are heard as speech, and how many tones are heard."""
    segmenter = Segmenter("CN")
    found = [(Kind.SILENCE, 0.0)]
    for start in range(0, audio.size, 5 * FRAME):
        block = audio[start : start + 5 * FRAME]
        for features, frame in zip(_METERS[-1].measure_all(start / RATE, block), block.reshape(-1, FRAME), strict=True):
            for boundary in segmenter.hear(features, frame)[0]:
                while found and found[-1][1] >= boundary.at:
                    found.pop()
                found.append((boundary.kind, boundary.at))
    marks = np.zeros(audio.size // FRAME, np.bool_)
    for (kind, at), (_, until) in zip(found, [*found[1:], (Kind.SILENCE, audio.size / RATE)], strict=True):
        marks[round(at * _FRAMES) : round(until * _FRAMES)] = kind is Kind.SPEECH
    return marks, sum(kind in TONES or kind is Kind.RINGBACK for kind, _ in found)


_METERS: list[Meter] = []


def test_rooms_that_open() -> None:
    """A room opens on a noisy line and nobody speaks: the seconds of it that are taken for speech."""
    print()
    for kind in ("quiet", "office", "babble"):
        speech = whole = 0.0
        for variety, line, step in product(range(rooms.VARIETIES), (-62.0, -54.0), (8, 12, 18)):
            room = rooms.noise(kind, variety, round(line + step))
            call = np.concatenate([silence(3.0), np.resize(room, 12 * RATE).astype(np.float64)])
            _METERS[:] = [Meter()]
            marks, _ = spoken(degrade(samples(call), Condition("pcma", noise_db=line), variety))
            speech += float(marks.sum()) / _FRAMES
            whole += 12.0
        print(f"a room opens on a noisy line, {kind}: {speech:.1f} of {whole:.0f} s taken for speech")


def test_soft_speech() -> None:
    heard, there = Counter[tuple[str, object]](), Counter[tuple[str, object]]()
    noise = pauses = 0.0
    tones = 0
    for seed, variant in enumerate(VOICES["train"]):
        sound, active = sentence(variant, seed)
        # Pauses, without what the hang-over adds and what a sound's end takes.
        quiet = ~active
        for shift in range(1, round((HANG_OVER + 0.1) * _FRAMES)):
            quiet[shift:] &= ~active[:-shift]
        for number, (gain, over) in enumerate(product(_GAINS, (*_OVER, *_ROOMS))):
            call, noise_db = sound, None
            if isinstance(over, tuple):
                kind, above = over
                call = sound + np.resize(
                    rooms.noise(kind, seed % rooms.VARIETIES, round(_SPEECH_DB - above)), sound.size
                )
            elif over is not None:
                noise_db = _SPEECH_DB + gain - over
            codec = CODECS[(seed + number) % len(CODECS)]
            audio = degrade(samples(call), Condition(codec, gain, noise_db), seed)
            _METERS[:] = [Meter()]
            marks, false = spoken(audio)
            tones += false
            noise += float((marks & quiet).sum()) / _FRAMES
            pauses += float(quiet.sum()) / _FRAMES
            name = over[0] if isinstance(over, tuple) else over
            for key in (
                ("gain", gain),
                ("over noise", name),
                ("voice", variant),
                ("codec", codec),
                ("both", (gain, name)),
            ):
                heard[key] += int((marks & active).sum())
                there[key] += int(active.sum())
    print()
    for by in ("gain", "over noise", "codec", "voice"):
        shares = [f"{value}: {heard[key] / there[key]:.2%}" for key in there for value in [key[1]] if key[0] == by]
        print(f"speech heard as speech, by {by}: " + ", ".join(shares))
    for gain in _GAINS:
        row = [heard["both", (gain, n)] / there["both", (gain, n)] for n in (*_OVER, *(kind for kind, _ in _ROOMS))]
        print(f"  {gain:5.0f} dB: " + " ".join(f"{share:7.2%}" for share in row))
    share = sum(heard[k] for k in there if k[0] == "gain") / sum(there[k] for k in there if k[0] == "gain")
    print(f"in all {share:.2%}; noise taken for speech {noise:.1f} of {pauses:.0f} s; false tones {tones}")
    assert share > 0.95
