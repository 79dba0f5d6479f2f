"""Music against speech, in seconds: `python -m pytest -s tests/benchmarks/bench_singing.py`.

Songs of the simulator that nothing was fitted on, real hold music, voices alone and over both; each through several
lines. Real recordings are Debian's (`tests/listen/recordings.py`); without them only what is made here is measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np

from probe.listen.features import Meter
from probe.listen.listener import Listener
from probe.listen.segments import Segmenter
from probe.place import transcriber
from probe.simulator.channel import CONDITIONS, degrade
from probe.simulator.music import STYLES, piece
from probe.simulator.songs import SONGS
from probe.speech.voice import Voice
from probe.timeline import FRAME, RATE, Kind, Samples, SegmentEnded
from tests.listen import recordings
from tests.listen.sounds import Sound, at_level, frames, samples, silence, speech, voiced

_LINES = ("pcma", "g722", "gsm", "very soft", "noisy", "loss 5 %", "gsm, soft, noisy, loss 3 %")
_BLOCK = 5  # frames, as the listener hears them
_Kinds = dict[Kind, float]


def kinds(audio: Samples) -> list[Kind]:
    """What each frame of 20 ms is said to be in the end."""
    meter, segmenter = Meter(), Segmenter()
    found = [(0.0, Kind.SILENCE)]
    whole = audio[: audio.size // FRAME * FRAME].reshape(-1, FRAME)
    for start in range(0, len(whole), _BLOCK):
        block = whole[start : start + _BLOCK]
        for features, frame in zip(meter.measure_all(start * FRAME / RATE, block.ravel()), block, strict=True):
            for boundary in segmenter.hear(features, frame)[0]:
                while found and found[-1][0] >= boundary.at:
                    found.pop()
                found.append((boundary.at, boundary.kind))
    ends = [*found, (len(whole) * FRAME / RATE, Kind.SILENCE)]
    told: list[Kind] = []
    for (_, kind), (until, _) in pairwise(ends):
        told += [kind] * (round(until * RATE / FRAME) - len(told))
    return told


def heard(audio: Samples, line: str, seed: int, asked: np.ndarray | None = None) -> _Kinds:
    """Seconds of each kind through a line, of the frames that are `asked` for."""
    told = kinds(degrade(audio, CONDITIONS[line], seed))
    wanted = np.ones(len(told), bool) if asked is None else asked[: len(told)]
    seconds = dict.fromkeys(Kind, 0.0)
    for kind, counts in zip(told, wanted, strict=False):
        seconds[kind] += counts * FRAME / RATE
    return seconds


def total(each: Iterator[_Kinds]) -> _Kinds:
    seconds = dict.fromkeys(Kind, 0.0)
    for one in each:
        for kind, length in one.items():
            seconds[kind] += length
    return seconds


def share(seconds: _Kinds, of: Kind) -> float:
    """Share of `of` in what is music or speech."""
    return seconds[of] / max(seconds[Kind.MUSIC] + seconds[Kind.SPEECH], 1e-9)


def test_songs_are_music() -> None:
    print()
    for style in sorted(SONGS):
        tunes = [samples(np.concatenate([silence(0.5), piece(style, tune), silence(2.5)])) for tune in range(40, 44)]
        of_line = {
            line: total(heard(audio, line, seed) for seed, audio in enumerate(tunes, len(line))) for line in _LINES
        }
        whole = total(iter(of_line.values()))
        print(
            f"{style}: {_told(whole)}; speech by line:", {k: f"{share(v, Kind.SPEECH):.1%}" for k, v in of_line.items()}
        )
        assert share(whole, Kind.SPEECH) < 0.25


def test_real_hold_music_is_music() -> None:
    print()
    pieces = list(recordings.music())
    for line, most in (("pcma", 0.12), ("gsm", 0.35), ("loss 5 %", 0.2)):
        whole = total(heard(audio[: 120 * RATE], line, seed) for seed, (_, audio) in enumerate(pieces))
        print(f"real hold music, {line}: {_told(whole)}")
        assert share(whole, Kind.SPEECH) < most


def spoken() -> Iterator[tuple[str, Sound]]:
    """Voices at one level: real ones where they are installed, and those made here."""
    for voice in recordings.voices():
        yield voice, at_level(recordings.in_a_row(recordings.prompts(voice)[40:120])[: 150 * RATE].astype(float), -20.0)
    for seed in range(60, 64):
        yield f"made here {seed}", at_level(speech(40, seed), -20.0)


def test_speech_alone_is_not_music() -> None:
    print()
    for line in _LINES:
        whole = total(heard(samples(voice), line, seed) for seed, (_, voice) in enumerate(spoken()))
        print(f"speech alone, {line}: {_told(whole)}")
        assert share(whole, Kind.MUSIC) < 0.01


def test_speech_over_music_is_speech() -> None:
    print()
    under = [piece(style, 44).astype(float) for style in (*sorted(STYLES), *sorted(SONGS))]
    under += [audio[40 * RATE : 80 * RATE].astype(float) for _, audio in recordings.music()]
    for softer in (6.0, 9.0, 12.0):
        each = []
        for number, (_, voice) in enumerate(spoken()):
            tune = at_level(np.resize(under[number * 4 % len(under)], voice.size), -20.0 - softer)
            level = np.sqrt(np.mean(voice[: voice.size // FRAME * FRAME].reshape(-1, FRAME) ** 2, axis=1))
            talks = np.convolve(level > 32768 * 10 ** (-42 / 20), np.ones(25), "same") > 0
            each.append(heard(samples(voice + tune), ("pcma", "gsm", "loss 5 %")[number % 3], number, talks))
        whole = total(iter(each))
        print(f"speech over music {softer:.0f} dB softer: {_told(whole)}")
        assert share(whole, Kind.MUSIC) < 0.3


def test_short_announcements_over_music_are_heard_from_their_beginning() -> None:
    words = ("坐席全忙，请继续等待", "客服人员正忙，请您不要挂机", "您目前排在第一位，请稍候")
    for over in (3.0, 5.0, 8.0):
        begun = of = 0
        for style, tune, text in product(sorted(STYLES), (50, 51), words):
            under = at_level(piece(style, tune)[: 14 * RATE].astype(float), -24.0)
            said = at_level(voiced(text, Voice("cmn", "f2")), -24.0 + over)
            under[8 * RATE : 8 * RATE + said.size] += said
            told = kinds(degrade(samples(under), CONDITIONS["pcma"], of))[8 * 50 : 8 * 50 + 30]
            begun += Kind.SPEECH in told
            of += 1
        print(
            f"announcements of 2 to 3 s, {over:.0f} dB over the music: {begun} of {of} heard within 0.6 s of their beginning"
        )
        assert begun / of > 0.6


def test_words_show_a_voice_that_music_hides() -> None:
    said, at = at_level(voiced("正在为您转接人工客服，请稍候，您前面还有三位客户在等待"), -20.0), 8 * RATE
    print()
    for softer in (8.0, 4.0, 2.0, 0.0):
        found = {name: np.zeros(3) for name in ("sound", "words")}
        for style, tune in product((*sorted(STYLES), *sorted(SONGS)), (3, 5)):
            sound = at_level(piece(style, tune)[: 20 * RATE].astype(float), -20.0 - softer)
            sound[at : at + said.size] += said
            for name, hears in (("sound", None), ("words", transcriber(None, "zh"))):
                listener = Listener(hears)
                events = [event for frame in frames(sound) for event in listener.hear(frame)] + list(listener.finish())
                heard = [e.segment for e in events if isinstance(e, SegmentEnded) and e.segment.kind is Kind.SPEECH]
                until = (at + said.size) / RATE
                inside = sum(max(min(one.end, until) - max(one.start, at / RATE), 0.0) for one in heard)
                length = sum(one.end - one.start for one in heard)
                found[name] += inside, said.size / RATE, length - inside
        print(
            f"an announcement over music {softer:.0f} dB softer:",
            *(
                f"by its {n} {i / of:.0%} heard, {out:.1f} s of music taken for speech;"
                for n, (i, of, out) in found.items()
            ),
        )
        assert found["words"][0] >= found["sound"][0]


def _told(seconds: _Kinds) -> str:
    sounds = ", ".join(f"{kind} {length:.1f} s" for kind, length in seconds.items() if length >= 0.05)
    return f"{sounds}: {share(seconds, Kind.SPEECH):.2%} of it speech"
