"""What the telephone and the room do to a voice, and what is heard on a line when nobody speaks. All seeded."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from probe.speech.voice import active_level, at_level

Audio = npt.NDArray[np.float64]
RATE = 8000


def degraded(speech: Audio, others: Sequence[Audio], rng: np.random.Generator) -> tuple[npt.NDArray[np.int16], int]:
    """Return speech as a line may deliver it, and the samples put before it.

    Coloured by a few dB; level −28 to −3 dBFS; noise at 10 to 40 dB SNR on half; a room of `others` talking at 10 to 26 dB on one in
    seven; music under one in twelve; µ-law on most.
    """
    before, after = int(rng.integers(0, 5000)), int(rng.integers(800, 5000))
    speech = at_level(_coloured(speech, rng), float(rng.uniform(-28, -3)))
    audio = np.concatenate([np.zeros(before), speech, np.zeros(after)])
    level = active_level(audio)
    kind = rng.random()
    if kind < 0.5:
        audio += _at_ratio(noise(audio.size, rng), level, float(rng.uniform(10, 40)))
    elif kind < 0.65 and len(others) > 3:
        audio += _at_ratio(_babble(audio.size, others, rng), level, float(rng.uniform(10, 26)))
    elif kind < 0.73:
        audio += _at_ratio(music(audio.size, rng), level, float(rng.uniform(12, 28)))
    audio = np.clip(audio, -32768, 32767)
    return (mu_law(audio) if rng.random() < 0.75 else np.round(audio)).astype(np.int16), before


def nonspeech(samples: int, rng: np.random.Generator) -> npt.NDArray[np.int16]:
    """Return music, tones, keys, noise or near silence."""
    kind = rng.random()
    if kind < 0.45:
        audio = music(samples, rng)
    elif kind < 0.6:
        audio = tones(samples, rng)
    elif kind < 0.7:
        audio = keys(samples, rng)
    elif kind < 0.78:
        audio = _sweep(samples, rng)
    else:
        audio = noise(samples, rng)
    peak = np.abs(audio).max() or 1.0
    audio = audio / peak * 32767 * 10 ** (rng.uniform(-40, -3) / 20)
    if rng.random() < 0.4:
        audio += _at_ratio(noise(samples, rng), float(np.sqrt(np.mean(audio**2))), float(rng.uniform(5, 30)))
    return mu_law(np.clip(audio, -32768, 32767)).astype(np.int16)


def mu_law(audio: Audio) -> Audio:
    """Return audio after µ-law coding and decoding (ITU-T G.711, continuous form)."""
    compressed = np.sign(audio) * np.log1p(255 * np.abs(audio) / 32768) / np.log(256)
    coarse = np.round(compressed * 127) / 127
    decoded: Audio = np.round(np.sign(coarse) * np.expm1(np.abs(coarse) * np.log(256)) / 255 * 32767)
    return decoded


def noise(samples: int, rng: np.random.Generator) -> Audio:
    """Return noise of a random colour, sometimes swelling, sometimes babble-like, at about unit level."""
    frequency = np.maximum(np.fft.rfftfreq(samples, 1 / RATE), 50)
    shape = (frequency / 500) ** rng.uniform(-1.2, 0.2)
    if rng.random() < 0.35:  # a room's or a road's hump
        shape *= 1 + 4 * np.exp(-(((frequency - rng.uniform(150, 2500)) / rng.uniform(100, 800)) ** 2))
    audio = np.fft.irfft(shape * np.exp(2j * np.pi * rng.random(frequency.size)), samples)
    if rng.random() < 0.4:  # babble and traffic come and go a few times a second
        audio *= 0.4 + np.abs(_slow(samples, rng, float(rng.uniform(1, 6))))
    levelled: Audio = audio / (np.sqrt(np.mean(audio**2)) + 1e-12)
    return levelled


def music(samples: int, rng: np.random.Generator) -> Audio:
    """Return a few seconds' worth of chords, melody, drums or a mixture."""
    audio = np.zeros(samples)
    beat = int(RATE * rng.uniform(0.18, 0.8))
    root = rng.uniform(90, 330)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12] if rng.random() < 0.6 else [0, 2, 3, 5, 7, 8, 10, 12])
    chords, melody, drums = rng.random(3) < (0.7, 0.8, 0.45)
    brightness, vibrato = rng.uniform(0.2, 0.9), rng.uniform(0, 0.012)
    for start in range(0, samples, beat):
        length = min(int(beat * rng.choice([1, 1, 2, 4])), samples - start)
        if chords and (start // beat) % 4 == 0:
            chord_length = min(4 * beat, samples - start)
            degree = int(rng.choice([0, 3, 4, 5]))
            for step in (0, 2, 4):
                semitone = scale[(degree + step) % 7] + 12 * ((degree + step) // 7)
                audio[start : start + chord_length] += _note(
                    root * 2 ** (semitone / 12), chord_length, brightness, 0, 0.3
                )
        if melody or not chords:
            pitch = root * 2 * 2 ** (float(rng.choice(scale)) / 12)
            audio[start : start + length] += _note(pitch, length, brightness, vibrato, rng.uniform(0.1, 1.5))
        if drums:
            hit = min(length, int(RATE * 0.12))
            audio[start : start + hit] += rng.normal(0, rng.uniform(0.2, 1), hit) * np.exp(-np.arange(hit) / 300)
    return audio


def tones(samples: int, rng: np.random.Generator) -> Audio:
    """Return one or two steady tones in a cadence, such as ringback (450 Hz) and busy."""
    time = np.arange(samples) / RATE
    frequencies = [450.0] if rng.random() < 0.4 else list(rng.uniform(200, 2500, int(rng.integers(1, 4))))
    audio = np.sum([np.sin(2 * np.pi * frequency * time) for frequency in frequencies], axis=0)
    period = rng.choice([0.7, 0.8, 1.0, 1.4, 5.0])
    on = period * rng.uniform(0.2, 1.0)
    gate = (time + rng.uniform(0, period)) % period < on
    result: Audio = audio * gate
    return result


def keys(samples: int, rng: np.random.Generator) -> Audio:
    """Return DTMF keys (ITU-T Q.23)."""
    audio = np.zeros(samples)
    at = int(rng.integers(0, 2000))
    while at < samples:
        length = min(int(RATE * rng.uniform(0.05, 0.3)), samples - at)
        time = np.arange(length) / RATE
        low, high = rng.choice([697, 770, 852, 941]), rng.choice([1209, 1336, 1477, 1633])
        audio[at : at + length] = np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)
        at += length + int(RATE * rng.uniform(0.05, 1.0))
    return audio


def _coloured(speech: Audio, rng: np.random.Generator) -> Audio:
    """Return speech through a microphone and line that favour some frequencies, by a few dB either way."""
    spectrum = np.fft.rfft(speech)
    gain_db = np.interp(np.linspace(0, 7, spectrum.size), np.arange(8), rng.normal(0, rng.uniform(0, 5), 8))
    return np.asarray(np.fft.irfft(spectrum * 10 ** (gain_db / 20), speech.size))


def _babble(samples: int, others: Sequence[Audio], rng: np.random.Generator) -> Audio:
    """Return two to six of the others talking at once, over a little noise."""
    audio = 0.3 * noise(samples, rng)
    for index in rng.choice(len(others), min(int(rng.integers(2, 7)), len(others)), replace=False):
        talk = others[index]
        talk = talk / (np.sqrt(np.mean(talk**2)) + 1e-12) * rng.uniform(0.4, 1.0)
        audio += np.resize(np.roll(talk, int(rng.integers(0, talk.size))), samples)
    return audio


def _note(pitch: float, length: int, brightness: float, vibrato: float, decay: float) -> Audio:
    time = np.arange(length) / RATE
    phase = 2 * np.pi * pitch * (time + vibrato * np.sin(2 * np.pi * 5.5 * time) / 5.5)
    audio = np.zeros(length)
    for harmonic in range(1, 9):
        if pitch * harmonic < 3600:
            audio += brightness ** (harmonic - 1) * np.sin(harmonic * phase)
    attack = np.minimum(time / 0.02, 1)
    result: Audio = audio * attack * np.exp(-time * decay) * 0.4
    return result


def _sweep(samples: int, rng: np.random.Generator) -> Audio:
    low, high = rng.uniform(100, 1000), rng.uniform(800, 3300)
    turn = 0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.1, 3) * np.arange(samples) / RATE)
    return np.asarray(np.sin(2 * np.pi * np.cumsum(low + (high - low) * turn) / RATE))


def _slow(samples: int, rng: np.random.Generator, rate: float) -> Audio:
    points = rng.normal(0, 1, max(3, int(samples / RATE * rate) + 3))
    return np.interp(np.linspace(0, points.size - 1, samples), np.arange(points.size), points)


def _at_ratio(other: Audio, level: float, ratio_db: float) -> Audio:
    own = float(np.sqrt(np.mean(other**2))) or 1.0
    return other * (level * 10 ** (-ratio_db / 20) / own)
