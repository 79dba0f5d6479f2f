"""How well comfort noise and dead air are heard, in figures: `python -m pytest -s tests/benchmarks/bench_comfort_noise.py`.

Comfort noise of five levels, three spectra and four hang-over times through the eleven lines: the share of its seconds
(stretches of 0.3 s and longer) that is told, and what else is told to be one. Rooms that open after a recording and close
before another, of three kinds and many levels: how often one is taken for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt

from probe.listen.comfort_noise import ComfortNoise as Heard
from probe.listen.dead_air import DeadAir
from probe.listen.features import Features, Meter
from probe.simulator import rooms
from probe.simulator.channel import CONDITIONS, degrade
from probe.simulator.comfort_noise import ComfortNoise, Suppression
from probe.speech.voice import Voice
from probe.timeline import FRAME, RATE, ComfortNoiseHeard, Samples
from tests.listen.sounds import SENTENCES, Sound, noise, samples, silence, voiced

_FRAMES = RATE // FRAME
_LEVELS = (-66.0, -60.0, -54.0, -48.0, -42.0)
_EQUIPMENT = ((0.06, 0.0), (0.1, 0.5), (0.2, 0.8), (0.3, 0.3))
_VARIANTS = ("f1", "f2", "f3", "f4", "m1", "m2", "m3", "m4", "m7")
_LONG = 15  # frames of comfort noise that are to be found
_MACHINES, _PEOPLE = 100, 0
"""First seeds of what is said."""


def spoken(seed: int, seconds: float) -> Sound:
    """Voices that say two sentences each, with pauses of digital silence."""
    random = np.random.default_rng(seed)
    pieces = [silence(0.5)]
    while sum(piece.size for piece in pieces) < seconds * RATE:
        rate, pitch = int(random.integers(150, 235)), int(random.integers(25, 75))
        voice = Voice("cmn", str(random.choice(_VARIANTS)), rate, pitch, -16.0)
        for text in random.choice(SENTENCES, 2):
            pieces += [voiced(str(text), voice), silence(random.uniform(0.1, 2.0))]
    return np.concatenate(pieces)


def measured(audio: Samples) -> list[Features]:
    return Meter().measure_all(0.0, audio[: audio.size // FRAME * FRAME])


def told(audio: Samples) -> list[ComfortNoiseHeard]:
    comfort = Heard()
    found = []
    for features in measured(audio):
        comfort.hear(features)
        found += [comfort.over] if comfort.over else []
    last = comfort.finish(audio.size / RATE)
    return [*found, last] if last else found


def marked(heard: Sequence[ComfortNoiseHeard], count: int) -> npt.NDArray[np.bool_]:
    marks = np.zeros(count, np.bool_)
    for one in heard:
        marks[round(one.at * _FRAMES) : round(one.until * _FRAMES)] = True
    return marks


def made_up(sound: Samples, equipment: ComfortNoise) -> npt.NDArray[np.bool_]:
    """The frames in which the equipment plays its noise; without the first second, in which nobody has spoken yet."""
    suppression = Suppression(equipment, np.random.default_rng(0))
    marks = np.zeros(sound.size // FRAME, np.bool_)
    for n in range(marks.size):
        suppression.hear(sound[n * FRAME : (n + 1) * FRAME])
        marks[n] = suppression.sounds
    marks[:_FRAMES] = False
    return marks


def long_ones(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    steps = np.diff(np.concatenate([[0], marks.astype(np.int8), [0]]))
    kept = np.zeros_like(marks)
    for start, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
        kept[start:end] = end - start >= _LONG
    return kept


def test_comfort_noise_through_all_conditions() -> None:
    print("\nshare of comfort noise told, by its level in dBFS where it is made; s of anything else told to be one")
    calls = [samples(spoken(_PEOPLE + n, 20)) for n in range(len(_EQUIPMENT))]
    found_at_all, there_at_all = Counter[float](), Counter[float]()
    for name, condition in CONDITIONS.items():
        shares, others = [], 0.0
        for level in _LEVELS:
            found = there = 0
            for seed, ((hang_over, slope), call) in enumerate(zip(_EQUIPMENT, calls, strict=True)):
                equipment = ComfortNoise(level, slope, hang_over)
                truth = made_up(call, equipment)
                marks = marked(told(degrade(call, replace(condition, comfort=equipment), seed)), truth.size)
                wanted = long_ones(truth)
                found += int((marks & wanted).sum())
                there += int(wanted.sum())
                others += float((marks & ~truth).sum()) / _FRAMES
            shares.append(found / there)
            if level >= -60 and name in ("clear", "pcmu", "pcma", "g722"):
                found_at_all[level] += found
                there_at_all[level] += there
        print(
            f"  {name:27}",
            *(f"{at:.0f}: {share:4.0%} " for at, share in zip(_LEVELS, shares, strict=True)),
            f"{others:.1f} s",
        )
    assert sum(found_at_all.values()) > 0.85 * sum(there_at_all.values())


def test_rooms_that_open_and_close_are_no_comfort_noise() -> None:
    taken = Counter[str]()
    seconds = calls = 0.0
    for seed, (kind, above) in enumerate(product(("quiet", "office", "babble"), (14, 20, 26, 30, 34, 38, 42))):
        random = np.random.default_rng(seed)
        machine = spoken(_MACHINES + seed, 8)
        machine = machine[: np.flatnonzero(np.abs(machine) > 200)[-1]]
        person = np.concatenate([silence(random.uniform(0.3, 1.3)), spoken(_PEOPLE + seed, 14)])
        person += np.resize(rooms.noise(kind, seed % rooms.VARIETIES, -16 - above).astype(np.float64), person.size)
        gap = silence(random.uniform(0.05, 0.5))
        call = samples(np.concatenate([machine, gap, person, silence(0.3), spoken(2 * _MACHINES + seed, 8)]))
        for name, condition in CONDITIONS.items():
            heard = told(degrade(call, condition, seed))
            taken[name] += bool(heard)
            seconds += sum(one.until - one.at for one in heard)
            calls += 1
    print(
        f"\nroom noise taken for comfort noise: {seconds:.1f} s in {sum(taken.values())} of {calls:.0f} calls",
        dict(+taken),
    )
    assert sum(taken.values()) <= 0.02 * calls


def test_dead_air_through_all_conditions() -> None:
    print()
    for name, condition in CONDITIONS.items():
        right = false = 0
        for seed in range(8):
            random = np.random.default_rng(seed)
            length = random.uniform(3.5, 9.0)
            parts = [spoken(seed, 4)[: 4 * RATE], silence(length), spoken(seed + 50, 3)[RATE // 2 :][: 3 * RATE]]
            dead = DeadAir()
            heard = degrade(samples(np.concatenate(parts)), condition, seed)
            events = [event for frame in measured(heard) if (event := dead.hear(frame, True))]
            right += len(events) == 1 and abs(events[0].until - events[0].at - length) < 1.0
            dead = DeadAir()
            quiet = degrade(samples(np.concatenate([parts[0], noise(length, -62.0, seed), parts[2]])), condition, seed)
            false += sum(dead.hear(frame, True) is not None for frame in measured(quiet))
        print(
            f"dead air, {name}: {right} of 8 told with its length; {false} in as long a quiet room's noise at -62 dBFS"
        )
