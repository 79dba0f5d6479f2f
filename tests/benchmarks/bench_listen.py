"""How well and how cheaply the listener hears, in figures: `python -m pytest -s tests/benchmarks/bench_listen.py`.

Tones by every plan, level and noise; false tones and false speech in minutes of speech and music; onsets of people in
simulated rooms; boundaries of music; processor time by part. Accuracy is asserted, time is printed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from probe.listen.activity import Activity
from probe.listen.features import Meter
from probe.listen.listener import Listener
from probe.listen.segments import Segmenter
from probe.listen.spoken import written
from probe.listen.tone_plans import plan
from probe.listen.tones import Tones
from probe.listen.understanding import Understanding
from probe.simulator import people
from probe.simulator.music import STYLES, piece
from probe.simulator.places import Person
from probe.speech.voice import speak
from probe.timeline import FRAME, Kind, Word
from tests.listen.sounds import PROMPT, Sound, frames, music, noise, segmented, silence, speech, tone, voiced

TONES = {Kind.RINGBACK, Kind.BUSY, Kind.CONGESTION, Kind.SPECIAL_INFORMATION_TONE}


def spread(name: str, milliseconds: Sequence[float]) -> None:
    sizes = np.abs(milliseconds)
    shown = ", ".join(f"{p}%: {np.percentile(sizes, p):.0f}" for p in (50, 75, 90, 95, 99, 100))
    print(f"{name}: n={len(sizes)}, error in ms {shown}")


def test_tones() -> None:
    right = total = 0
    for country in ("CN", "US", "GB", "EU"):
        for cadence in (row for row in plan(country).tones if not row.continuous):
            times = [t for pair in zip(cadence.on, cadence.off, strict=True) for t in pair]
            for level in (-35.0, -20.0, -6.0):
                for below in (60.0, 30.0, 20.0):
                    for shift in (-10.0, 10.0):
                        wave = tone([f + shift for f in cadence.frequencies], times, 2, level)
                        sound = np.concatenate([silence(0.6), wave, silence(0.6)])
                        sound = sound + noise(sound.size / 8000, level - below, total)[: sound.size]
                        kinds = [b.kind for b in segmented(sound, country) if b.kind in TONES]
                        right += kinds == [cadence.kind]
                        total += 1
    print(f"\ntones: right kind within two cadences {right} of {total}")
    assert right >= 0.99 * total


def test_false_tones_and_kinds() -> None:
    minutes = false_tones = false_speech = false_music = 0.0
    for seed in range(12):
        hold = music(40, seed=seed, drums=seed % 3 == 0) if seed % 2 else piece(sorted(STYLES)[seed // 2], seed)
        for sound, own in ((np.asarray(hold, float), Kind.MUSIC), (speech(40, seed), Kind.SPEECH)):
            found = segmented(sound)
            minutes += sound.size / 8000 / 60
            false_tones += sum(b.kind in TONES for b in found)
            false_speech += sum(b.kind is Kind.SPEECH and own is Kind.MUSIC for b in found)
            false_music += sum(b.kind is Kind.MUSIC and own is Kind.SPEECH for b in found)
    print(
        f"\nin {minutes:.0f} min of speech and music: {false_tones:.0f} false tones, {false_speech:.0f} times speech in music,"
    )
    print(f"{false_music:.0f} times music in speech")
    assert false_tones == 0
    assert false_speech <= 3
    assert false_music <= 1


def test_speech_after_music() -> None:
    late = []
    for seed in range(40):
        hold = music(7, seed=seed, drums=seed % 4 == 0) if seed % 2 else piece(sorted(STYLES)[seed % 6], seed)[:56000]
        found = segmented(np.concatenate([hold, speech(4, seed), silence(1)]))
        late.append(1000 * min((b.at - 7.0 for b in found if b.kind is Kind.SPEECH), key=abs))
    print()
    spread("music to speech with no pause between", late)
    assert np.percentile(np.abs(late), 75) <= 60


def person_after(lead: Sound, seed: int) -> tuple[Sound, float]:
    """A simulated person after `lead`, and the instant of the first sound."""
    persona = people.meet(Person(kind="person", manner="hesitant" if seed % 7 == 6 else "ordinary"), seed)
    lead = np.concatenate([lead, silence(-lead.size % FRAME / 8000)])
    said = [silence(persona.pause)]
    if persona.hesitation:
        said += [speak(persona.hesitation, persona.voice).astype(float), silence(persona.hesitates)]
    said += [speak(persona.opening, persona.voice).astype(float), silence(2)]
    turn = np.concatenate(said)
    onset = lead.size / 8000 + said[0].size / 8000
    return np.concatenate([lead, turn + np.resize(persona.noise.astype(float), turn.size)]), onset


def test_onset_of_people() -> None:
    errors, missed = [], 0
    for seed in range(120):
        tune = piece(sorted(STYLES)[seed % len(STYLES)], seed % 5).astype(float)[: 8000 * (5 + seed % 5)]
        prompt = np.concatenate([silence(0.5), voiced("正在为您转接人工客服，请稍候"), silence(0.8)])
        sound, onset = person_after(np.concatenate([prompt, tune]) if seed % 2 else prompt, seed)
        found = [b.at for b in segmented(sound) if b.kind is Kind.SPEECH and b.at > onset - 5.0 and b.at > 3.0]
        errors.append(1000 * (min(found, key=lambda at: abs(at - onset), default=onset + 9) - onset))
        missed += not found or abs(found[0] - onset) > 0.15
    print()
    spread("a person's first sound, in quiet, office and babble rooms", errors)
    print(f"first sound of the turn off by more than 150 ms: {missed} of {len(errors)}")
    assert np.percentile(np.abs(errors), 95) <= 100
    assert missed <= 0.05 * len(errors)


def test_processor_time() -> None:
    sound = np.concatenate(
        [silence(3), speech(20, 1), music(20, seed=1), noise(10, -40), speech(20, 2) + noise(20, -40)]
    )
    call = list(frames(sound))
    seconds = len(call) * FRAME / 8000

    def took(name: str, begun: float) -> float:
        spent = (time.process_time() - begun) / seconds
        print(f"  {name}: {1000 * spent:.2f} ms a second of audio")
        return spent

    print("\nprocessor time")
    meter, activity, tones, segmenter, listener = Meter(), Activity(), Tones(), Segmenter(), Listener(None)
    begun = time.process_time()
    blocks = [call[n : n + 5] for n in range(0, len(call), 5)]
    features = [f for b in blocks for f in meter.measure_all(b[0].at, np.concatenate([frame.heard for frame in b]))]
    took("features", begun)
    begun = time.process_time()
    soundings = [activity.hear(feature) for feature in features]
    took("activity", begun)
    begun = time.process_time()
    for frame, feature, sounding in zip(call, features, soundings, strict=True):
        tones.hear(feature, frame.heard, sounding)
    took("tones", begun)
    begun = time.process_time()
    for frame, feature in zip(call, features, strict=True):
        segmenter.hear(feature, frame.heard)
    took("segments (with activity and tones)", begun)
    begun = time.process_time()
    for frame in call:
        for _ in listener.hear(frame):
            pass
    whole = took("whole listener without words", begun)
    text = written(PROMPT)
    words = tuple(Word(c, a, b, 1.0) for c, a, b in zip(text.text, text.starts, text.ends, strict=True))
    begun = time.process_time()
    for _ in range(20):
        understanding = Understanding("zh")
        for count in range(1, len(words) + 1):
            for _ in understanding.read(words[:count], words[count - 1].end, words[count - 1].end, count == len(words)):
                pass
    reading = (time.process_time() - begun) / (20 * words[-1].end)
    print(f"  words' meaning, menu: {1000 * reading:.2f} ms a second of speech")
    assert whole + reading < 0.02
