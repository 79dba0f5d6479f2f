"""Sounds that tests are made of: tones, noise, music, voices; float arrays at 8 kHz, levels in dBFS RMS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from probe.listen.features import Features, Meter
from probe.listen.segments import Boundary, Segmenter
from probe.speech.voice import Voice, speak
from probe.timeline import FRAME, RATE, Answered, Dialed, Frame, LineEvent, Samples

Sound = npt.NDArray[np.float64]

PROMPT = "您好，欢迎致电镇江市自来水公司，水费查询请按一，报修请按二，人工服务请按零"
_VOICE = Voice(volume_db=-16.0)
SENTENCES = (
    PROMPT,
    "正在为您转接人工客服，请稍候，您前面还有三位客户在等待",
    "现在是非工作时间，我们的服务时间是每天八点到十八点",
    "您好，工号一零二三为您服务，请问有什么可以帮您",
    "为了保证服务质量，您的通话可能会被录音",
    "我是智能客服小移，请问您要办理什么业务",
)


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE))


def at_level(sound: Sound, level: float) -> Sound:
    return sound * (32768 * 10 ** (level / 20) / np.sqrt(np.mean(sound**2)))


def tone(frequencies: Sequence[float], cadence: Sequence[float], cycles: int, level: float = -18.0) -> Sound:
    """`cadence`: seconds on and off in turn."""
    pieces = []
    for on, off in zip(cadence[::2], cadence[1::2], strict=True):
        time = np.arange(round(on * RATE)) / RATE
        wave = sum((np.sin(2 * np.pi * f * time) for f in frequencies), np.zeros(time.size))
        pieces += [at_level(wave, level), silence(off)]
    return np.concatenate(pieces * cycles)


def noise(seconds: float, level: float, seed: int = 0, slope: float = 0.5) -> Sound:
    """A quiet room: noise in the telephone band whose amplitude falls as frequency to the power of `slope`."""
    random = np.random.default_rng(seed)
    size = round(seconds * RATE)
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    spectrum = np.fft.rfft(random.standard_normal(size)) * np.maximum(frequency, 50) ** -slope
    spectrum[(frequency < 200) | (frequency > 3500)] = 0
    return at_level(np.fft.irfft(spectrum, size), level)


def babble(seconds: float, level: float, seed: int = 0) -> Sound:
    """An office: five people talking at once, and the room around them."""
    random = np.random.default_rng(seed)
    size = round(seconds * RATE)
    total = np.zeros(size)
    for variant in ("m1", "f3", "m4", "f1", "m7"):
        text = str(random.choice(SENTENCES))
        voice = voiced(text, Voice("cmn", variant, int(random.integers(160, 230)), volume_db=-20))
        total += np.roll(np.resize(voice, size), int(random.integers(0, size)))
    return at_level(at_level(total, 0) + noise(seconds, -8, seed), level)


def music(seconds: float, level: float = -20.0, seed: int = 0, drums: bool = False) -> Sound:
    """Chords under a melody of plucked or held notes, random by seed; `drums`: with a beat of thumps and hisses."""
    random = np.random.default_rng(seed)
    beat, decay = random.uniform(0.35, 0.8), random.choice([0.2, 1.0, 3.0])
    partials = int(random.integers(2, 7))
    root = random.uniform(110, 240)
    total = np.zeros(round((seconds + 5) * RATE))

    def note(semitones: float, begin: float, length: float, gain: float) -> None:
        time = np.arange(round(length * RATE)) / RATE
        pitch = root * 2 ** (semitones / 12)
        wave = sum(
            (np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, partials + 1) if pitch * k < 3400),
            np.zeros(time.size),
        )
        wave *= gain * np.clip(time / 0.01, 0, 1) * np.clip((length - time) / 0.03, 0, 1) * np.exp(-decay * time)
        start = round(begin * RATE)
        total[start : start + wave.size] += wave

    for bar in range(int(seconds / (4 * beat)) + 1):
        chord = int(random.choice([0, 5, 7, 9]))
        for interval in (0, 4, 7):
            note(chord + interval, 4 * bar * beat, 4 * beat, 0.4)
        for step in range(4):
            note(12 + int(random.choice([0, 2, 4, 5, 7, 9, 11, 12])), (4 * bar + step) * beat, beat, 0.8)
            if drums:
                start = round((4 * bar + step) * beat * RATE)
                time = np.arange(900) / RATE
                hit = np.sin(2 * np.pi * 90 * time) if step % 2 == 0 else random.standard_normal(900) * 0.6
                total[start : start + 900] += 1.5 * hit * np.exp(-35 * time)
    return at_level(total[: round(seconds * RATE)], level)


def voiced(text: str, voice: Voice = _VOICE) -> Sound:
    return speak(text, voice).astype(np.float64)


def speech(seconds: float, seed: int = 0) -> Sound:
    """Sentences in voices drawn by seed, with pauses between them."""
    random = np.random.default_rng(seed)
    pieces: list[Sound] = []
    while sum(piece.size for piece in pieces) < seconds * RATE:
        variant = str(random.choice(["f1", "f2", "f3", "f4", "m1", "m2", "m3", "m4", "m7"]))
        voice = Voice("cmn", variant, int(random.integers(150, 235)), int(random.integers(25, 75)), -16.0)
        pieces += [voiced(str(random.choice(SENTENCES)), voice), silence(random.uniform(0.2, 1.0))]
    return np.concatenate(pieces)[: round(seconds * RATE)]


def samples(sound: Sound) -> Samples:
    """As 16 bits, made up to whole frames."""
    padded = np.concatenate([sound, np.zeros(-sound.size % FRAME)])
    return np.clip(np.round(padded), -32768, 32767).astype(np.int16)


def frames(sound: Sound, answered: float = 0.0) -> Iterator[Frame]:
    """A call that is dialled with the first frame and answered at `answered` seconds."""
    audio = samples(sound)
    quiet = np.zeros(FRAME, np.int16)
    for number in range(0, audio.size, FRAME):
        at = number / RATE
        events: list[LineEvent] = [Dialed(at=at, known=at)] if number == 0 else []
        if number == round(answered * RATE) // FRAME * FRAME:
            events.append(Answered(at=at, known=at))
        yield Frame(number, audio[number : number + FRAME], quiet, tuple(events))


def measured(sound: Sound) -> list[Features]:
    meter = Meter()
    return [meter.measure(frame.at, frame.heard) for frame in frames(sound)]


def segmented(sound: Sound, country: str = "CN", segmenter: Segmenter | None = None) -> list[Boundary]:
    """The boundaries found, without those that a later one corrected."""
    meter, segmenter = Meter(), segmenter or Segmenter(country)
    found: list[Boundary] = []
    for frame in frames(sound):
        for boundary in segmenter.hear(meter.measure(frame.at, frame.heard), frame.heard)[0]:
            while found and found[-1].at >= boundary.at:
                found.pop()
            found.append(boundary)
    return found
