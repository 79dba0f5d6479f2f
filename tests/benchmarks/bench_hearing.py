"""How well the sound of a call is heard, in figures: `python -m pytest -s tests/benchmarks/bench_hearing.py`.

Tones of all plans through codecs, noise, gain and loss; special information tones with their meaning; keys; false tones
and keys in ten hours of speech and music; processor time. Real recordings are used where Debian's are installed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from probe.listen.features import Meter
from probe.listen.listener import Listener
from probe.listen.segments import Segmenter
from probe.listen.tone_plans import Cadence, Plan, plans
from probe.simulator.channel import CONDITIONS, Condition, degrade
from probe.simulator.music import STYLES, piece
from probe.simulator.songs import SONGS
from probe.timeline import FRAME, RATE, TONES, Kind, Samples, ToneHeard
from tests.listen import recordings
from tests.listen.sounds import Sound, at_level, frames, music, samples, silence, speech, tone
from tests.listen.test_keys import KEYS, dtmf
from tests.listen.test_special_information import CODES, coded

CALL_TONES = TONES | {Kind.RINGBACK}
_BLOCK = 5  # frames, as the listener hears them
_LEVELS = ((-14.0, -8.0), (-22.0, 8.0))  # dBFS, and Hz off the nominal frequencies


def heard_in(audio: Samples, country: str = "CN") -> tuple[list[tuple[Kind, float]], list[str]]:
    """The tones (with where they began) and the keys that the segmenter finds."""
    meter, segmenter = Meter(), Segmenter(country)
    found: list[tuple[Kind, float]] = []
    keys = []
    whole = audio[: audio.size // FRAME * FRAME].reshape(-1, FRAME)
    for start in range(0, len(whole), _BLOCK):
        block = whole[start : start + _BLOCK]
        for features, frame in zip(meter.measure_all(start * FRAME / RATE, block.ravel()), block, strict=True):
            for boundary in segmenter.hear(features, frame)[0]:
                while found and found[-1][1] >= boundary.at:
                    found.pop()
                found.append((boundary.kind, boundary.at))
            if segmenter.tone.key is not None:
                keys.append(segmenter.tone.key.key)
    return [(kind, at) for kind, at in found if kind in CALL_TONES], keys


def played(cadence: Cadence, cycles: int, level: float, shift: float) -> Sound:
    """A tone of a plan: `cycles` cadences of it, or 4.5 s of one that does not stop."""
    if cadence.continuous:
        return tone([f + shift for f in cadence.frequencies], (4.5, 0.0), 1, level)
    bursts = [
        tone([f + shift for f in cadence.frequencies], (on, off), 1, level - softer)
        for on, off, softer in zip(cadence.on, cadence.off, cadence.softer, strict=True)
    ]
    return np.concatenate(bursts * cycles)


def cycles(cadence: Cadence, plan: Plan) -> int:
    """Two cadences; where another tone of the plan begins alike, two of that one, before which nobody can tell."""
    longer = [
        other
        for other in plan.tones
        if other.kind is not cadence.kind
        and other.frequencies == cadence.frequencies
        and len(other.on) > len(cadence.on) == 1
        and abs(other.on[0] - cadence.on[0]) < 0.05
        and abs(other.off[0] - cadence.off[0]) < 0.05
    ]
    return 2 * max((len(other.on) for other in longer), default=1)


def test_tones_of_all_plans_through_all_conditions() -> None:
    right, total = Counter[str](), Counter[str]()
    wrong: list[str] = []
    seed = 0
    for plan in plans().values():
        for cadence in plan.tones:
            for level, shift in _LEVELS:
                wave = samples(
                    np.concatenate([silence(0.6), played(cadence, cycles(cadence, plan), level, shift), silence(0.8)])
                )
                for name, condition in CONDITIONS.items():
                    seed += 1
                    tones, _ = heard_in(degrade(wave, condition, seed), plan.country)
                    is_right = [kind for kind, _ in tones] == [cadence.kind]
                    right[name] += is_right
                    total[name] += 1
                    if not is_right:
                        wrong.append(f"{name}: {plan.country} {cadence.kind} at {level:.0f} dBFS: {tones}")
    print(f"\ntones: right kind within two cadences {sum(right.values())} of {sum(total.values())}")
    for name in CONDITIONS:
        print(f"  {name}: {right[name]} of {total[name]}")
    print("\n".join(wrong[:40]))
    assert sum(right.values()) >= 0.999 * sum(total.values())


def test_special_information_tones() -> None:
    right = meant = total = 0
    for name, condition in CONDITIONS.items():
        for meaning, notes in CODES:
            for seed in range(3):
                call = samples(np.concatenate([silence(0.7), coded(notes, -24.0 + 6 * seed), silence(0.7)]))
                found = [e for f in _call(degrade(call, condition, seed)) for e in f if isinstance(e, ToneHeard)]
                kinds = [e.tone for e in found]
                right += kinds == [Kind.SPECIAL_INFORMATION_TONE]
                meant += kinds == [Kind.SPECIAL_INFORMATION_TONE] and found[0].meaning == meaning
                total += 1
        print(f"{name}: {right} right, {meant} with the right meaning, of {total} so far")
    assert right >= 0.95 * total


def test_keys() -> None:
    for name, condition in CONDITIONS.items():
        hits = total = wrong = 0
        for seed, key in enumerate(KEYS * 4):
            length = (0.045, 0.07, 0.1, 0.25)[seed % 4]
            shift = (-0.015, 0.0, 0.015)[seed % 3]
            wave = np.concatenate(
                [silence(0.5), dtmf(key, length, -16.0, shift=shift, twist=(-6, 0, 4)[seed % 3]), silence(0.5)]
            )
            _, keys = heard_in(degrade(samples(wave), condition, seed))
            hits += keys == [key]
            wrong += len([k for k in keys if k != key])
            total += 1
        print(f"keys, {name}: {hits} of {total}, wrong ones {wrong}")


def _call(audio: Samples) -> Iterator[list[object]]:
    listener = Listener(None)
    for frame in frames(audio.astype(float)):
        yield list(listener.hear(frame))


def material() -> Iterator[tuple[str, Samples]]:
    """Distinct speech and music, in pieces of some minutes."""
    for voice in recordings.voices():
        yield f"voice {voice}", recordings.in_a_row(recordings.prompts(voice))
    for name, audio in recordings.music():
        yield f"music {name}", audio
    for style in (*sorted(STYLES), *sorted(SONGS)):
        yield f"music {style}", np.concatenate([piece(style, tune) for tune in range(8)])
    for seed in range(8):
        yield f"voices made here {seed}", samples(speech(150, seed))
        yield f"music made here {seed}", samples(music(60, seed=seed, drums=seed % 2 == 0))


_HOURS = 10.0
_PASSES: Sequence[tuple[str, Condition]] = (
    ("CN", Condition("pcma")),
    ("GB", Condition("pcmu", gain_db=-12.0, loss=0.02, burst=1.5)),
    ("US", Condition("gsm")),
    ("DE", Condition("pcma", gain_db=-24.0, noise_db=-60.0)),
    ("CN", Condition("gsm", loss=0.05, burst=1.5)),
)


def test_false_tones_and_keys_in_hours_of_speech_and_music() -> None:
    pieces = list(material())
    distinct = sum(audio.size for _, audio in pieces) / RATE / 3600
    real = sum(audio.size for name, audio in pieces if name.startswith("voice ")) / RATE / 3600
    print(f"\ndistinct material {distinct:.2f} h, of it {real:.2f} h of real voices")
    hours = 0.0
    tones: list[str] = []
    keys: list[str] = []
    for number, (country, condition) in enumerate(_PASSES):
        for name, audio in pieces:
            if hours >= _HOURS:
                break
            found, pressed = heard_in(degrade(audio, condition, number), country)
            tones += [f"{name}, {country}, {condition}: {kind} at {at:.2f} s" for kind, at in found]
            keys += [f"{name}, {country}: key {key}" for key in pressed]
            hours += audio.size / RATE / 3600
    print(f"false tones in {hours:.1f} h of speech and music: {len(tones)}; false keys: {len(keys)}")
    print("\n".join(tones[:40] + keys[:40]))
    assert not tones


def test_processor_time() -> None:
    sound = np.concatenate([silence(3), speech(20, 1), music(20, seed=1), tone([450], (1.0, 4.0), 4), silence(5)])
    call = list(frames(sound + at_level(np.random.default_rng(0).standard_normal(sound.size), -62)))
    seconds = len(call) * FRAME / RATE
    listener = Listener(None)
    begun = time.process_time()
    for frame in call:
        for _ in listener.hear(frame):
            pass
    spent = (time.process_time() - begun) / seconds
    print(f"\nlistening without recognition: {1000 * spent:.2f} ms of processor time a second of audio")
    assert spent < 0.02
