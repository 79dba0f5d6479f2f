"""What the telephone network does to a hotline's sound before it is heard: gain, noise, a codec, lost packets.

    sound ─▶ silence suppression ─▶ gain ─▶ noise ─▶ clipping at 16 bits ─▶ codec ─▶ loss and concealment ─▶ caller

Pure and seeded: the same sound, condition and seed give the same samples, in one piece or frame by frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from probe.simulator.codecs import CODECS, CodecName, codec
from probe.simulator.comfort_noise import ComfortNoise, Suppression
from probe.simulator.concealment import Concealment
from probe.timeline import FRAME, Samples

G722_DELAY = 0.00425
"""Seconds by which sound comes later through G.722 (its filters, and those between 8 and 16 kHz); others: none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a call sounds on its way.

    `codec`: None leaves the 16 bits alone. `gain_db`: on the hotline's sound (−30 to 0 is what issues speak of; above 0
    clips). `noise_db`: dBFS RMS of the line's own noise, None for none. `loss`: share of packets (20 ms) that are lost,
    0 to 1. `burst`: mean number of packets lost in a row; 1 is loss at random. `comfort`: the noise that the hotline's
    equipment makes up in pauses, None where it sends them.
    """

    codec: CodecName | None = None
    gain_db: float = 0.0
    noise_db: float | None = None
    loss: float = 0.0
    burst: float = 1.0
    comfort: ComfortNoise | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.loss < 1 or self.burst < 1 or self.loss / (1 - self.loss) / self.burst > 1:
            raise ValueError(f"no packets are lost like this: loss {self.loss}, burst {self.burst}")


CLEAR = Condition()
CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "clear": CLEAR,
        "pcmu": Condition("pcmu"),
        "pcma": Condition("pcma"),
        "g722": Condition("g722"),
        "gsm": Condition("gsm"),
        "soft": Condition("pcma", gain_db=-18.0),
        "very soft": Condition("pcma", gain_db=-30.0),
        "noisy": Condition("pcma", noise_db=-45.0),
        "loss 1 %": Condition("pcma", loss=0.01),
        "loss 5 %": Condition("pcma", loss=0.05, burst=1.5),
        "gsm, soft, noisy, loss 3 %": Condition("gsm", gain_db=-12.0, noise_db=-55.0, loss=0.03, burst=1.5),
    }
)
"""The conditions that figures are given for, by name."""


def draw(random: np.random.Generator) -> Condition:
    """A condition such as calls have: the codec, level, noise and loss of one call; the shares are guessed."""
    lossy = random.random() < 0.3
    return Condition(
        codec=CODECS[int(random.choice(len(CODECS), p=(0.3, 0.5, 0.1, 0.1)))],
        gain_db=float(random.uniform(-30, 0)) if random.random() < 0.25 else float(random.uniform(-10, 0)),
        noise_db=float(random.uniform(-70, -48)) if random.random() < 0.5 else None,
        loss=float(random.uniform(0.002, 0.05)) if lossy else 0.0,
        burst=float(random.uniform(1.0, 2.0)),
    )


class Channel:
    """One call's way through the network, frame by frame."""

    def __init__(self, condition: Condition, seed: int) -> None:
        self._condition = condition
        self._gain = 10 ** (condition.gain_db / 20)
        noise, loss, comfort = np.random.default_rng(seed).spawn(3)
        self._suppression = Suppression(condition.comfort, comfort) if condition.comfort else None
        self._noise, self._loss = _LineNoise(condition.noise_db, noise), _Loss(condition, loss)
        self._codec = codec(condition.codec) if condition.codec else None
        self._concealment = Concealment()

    def hear(self, frame: Samples) -> Samples:
        """What the caller receives in place of the next 160 samples."""
        if self._suppression is not None:
            frame = self._suppression.hear(frame)
        if self._condition.gain_db or self._condition.noise_db is not None:
            sound = frame * self._gain + self._noise.next()
            frame = np.clip(np.round(sound), -32768, 32767).astype(np.int16)
        if self._loss.next():
            if self._codec is not None:
                self._codec.lose(frame)
            return self._concealment.missing()
        heard = frame if self._codec is None else self._codec.code(frame)
        return self._concealment.received(heard) if self._condition.loss else heard


def degrade(sound: Samples, condition: Condition, seed: int = 0) -> Samples:
    """The whole of `sound` (int16, 8 kHz) as it is received, of the same length.

    The same samples as from a `Channel` that is fed frame by frame.
    """
    channel = Channel(condition, seed)
    padded = np.concatenate([sound, np.zeros(-sound.size % FRAME, np.int16)])
    frames = [channel.hear(padded[start : start + FRAME]) for start in range(0, padded.size, FRAME)]
    return np.concatenate(frames)[: sound.size] if frames else sound.copy()


class _LineNoise:
    """The line's own noise: white in the telephone band, 4 s drawn once, then repeated."""

    _LENGTH = 200 * FRAME

    def __init__(self, level: float | None, random: np.random.Generator) -> None:
        self._random = random
        self._noise: npt.NDArray[np.float64] | None = None
        if level is not None:
            spectrum = np.fft.rfft(random.standard_normal(self._LENGTH))
            frequency = np.fft.rfftfreq(self._LENGTH, 1 / 8000)
            spectrum[(frequency < 200) | (frequency > 3500)] = 0
            noise = np.fft.irfft(spectrum, self._LENGTH)
            self._noise = noise * (32768 * 10 ** (level / 20) / np.sqrt(np.mean(noise**2)))
        self._place = 0

    def next(self) -> npt.NDArray[np.float64] | float:
        if self._noise is None:
            return 0.0
        start = self._place
        self._place = (start + FRAME) % self._LENGTH
        return self._noise[start : start + FRAME]


class _Loss:
    """Gilbert's model (1960): packets are lost while the line is in a bad state, whose mean length is the burst's."""

    def __init__(self, condition: Condition, random: np.random.Generator) -> None:
        self._random = random
        self._recovers = 1 / condition.burst
        self._fails = condition.loss / (1 - condition.loss) * self._recovers
        self._bad = False

    def next(self) -> bool:
        if not self._fails:
            return False
        turns = float(self._random.random())
        self._bad = turns >= self._recovers if self._bad else turns < self._fails
        return self._bad
