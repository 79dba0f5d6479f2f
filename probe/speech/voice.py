"""How a text sounds on a telephone: text in, 8 kHz samples out, offline and always the same."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from probe.errors import UserError
from probe.speech import espeak, mandarin

RATE = 8000
"""Samples a second of everything on the line."""

_BAND = (300.0, 3400.0)  # Hz, the telephone band (ITU-T G.712)
_EDGE = 60.0  # Hz, width of the band's skirts; guessed, narrow enough to keep vowels, wide enough not to ring
_ACTIVE_DB = 25.0  # frames this far under the loudest still count as speech; guessed
_QUIET = 50.0  # amplitude under which the ends are silence (−56 dBFS)
_FRAME = 160


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UserError(
            f"voice {name} is {value:g}; it must be {low:g} to {high:g}",
            f"声音的 {name} 为 {value:g}，应在 {low:g} 至 {high:g} 之间",
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody sounds."""

    name: str = "cmn"
    """espeak-ng's voice: `cmn` is Mandarin, `en-us` English."""
    variant: str = "f2"
    """espeak-ng's variant of it: `m1`..`m8`, `f1`..`f5` and others."""
    rate: int = 175
    """Words a minute, 80 to 450."""
    pitch: int = 50
    """0 to 99."""
    volume_db: float = -12.0
    """Level of the active speech, dBFS RMS."""
    warp: float = 1.0
    """Resampling factor, 0.7 to 1.4: above 1 a shorter throat, higher and faster; below 1 a longer one."""

    def __post_init__(self) -> None:
        """Raise `UserError` for a value out of its range."""
        _within("rate", self.rate, 80, 450)
        _within("pitch", self.pitch, 0, 99)
        _within("volume_db", self.volume_db, -60, 0)
        _within("warp", self.warp, 0.7, 1.4)
        if self.variant and self.variant not in espeak.variants():
            raise UserError(
                f"no voice variant {self.variant!r}; write one of m1..m8, f1..f5",
                f"没有声音变体“{self.variant}”；请写 m1 至 m8 或 f1 至 f5",
            )

    @property
    def espeak_name(self) -> str:
        """The name under which espeak-ng knows the voice with its variant."""
        return f"{self.name}+{self.variant}" if self.variant else self.name


@lru_cache(maxsize=512)
def speak(text: str, voice: Voice = Voice()) -> npt.NDArray[np.int16]:
    """Return `text` spoken: mono, 8 kHz, no silence before or after; empty when there is nothing to say.

    The same arguments give the same samples, in any order and any process. The array is read-only, since
    it is kept and given again. Peaks beyond full scale are clipped.
    Raises `UserError` for a voice that espeak-ng does not have.
    """
    if voice.name.startswith("cmn"):
        text = mandarin.readable(text)
    wide = espeak.synthesise(text, voice.espeak_name, voice.rate, voice.pitch).audio
    audio = at_level(telephone_band(wide.astype(np.float64), voice.warp), voice.volume_db)
    audio = _trimmed(np.clip(np.round(audio), -32768, 32767))
    result = audio.astype(np.int16)
    result.flags.writeable = False
    return result


def telephone_band(wide: npt.NDArray[np.float64], warp: float = 1.0) -> npt.NDArray[np.float64]:
    """Return 22 050 Hz audio resampled to 8 kHz by `warp` and limited to 300 to 3400 Hz, in one Fourier transform."""
    if not wide.size:
        return wide
    # A length that is a multiple of 441 makes 22 050 : 8000 exact; the spare silence keeps the end off the start.
    length = (wide.size // 441 + 6) * 441
    spectrum = np.fft.rfft(wide, length)
    narrow_length = round(length * RATE / (espeak.RATE * warp))
    bins = narrow_length // 2 + 1
    narrow = np.zeros(bins, complex)
    kept = min(bins, spectrum.size)
    narrow[:kept] = spectrum[:kept]
    frequency = np.arange(bins) * RATE / narrow_length
    rise = np.clip((frequency - _BAND[0]) / _EDGE + 0.5, 0, 1)
    fall = np.clip((_BAND[1] - frequency) / _EDGE + 0.5, 0, 1)
    gain = np.sin(rise * np.pi / 2) ** 2 * np.sin(fall * np.pi / 2) ** 2
    narrowed: npt.NDArray[np.float64] = np.fft.irfft(narrow * gain, narrow_length) * (narrow_length / length)
    return narrowed


def at_level(audio: npt.NDArray[np.float64], level_db: float) -> npt.NDArray[np.float64]:
    """Return `audio` scaled so that its active frames have the level `level_db`, dBFS RMS."""
    level = active_level(audio)
    return audio if level == 0 else audio * (32768 * 10 ** (level_db / 20) / level)


def active_level(audio: npt.NDArray[np.float64]) -> float:
    """Return the RMS amplitude of the 20 ms frames that are not pauses; 0 for silence."""
    frames = audio[: audio.size // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.mean(frames**2, axis=1)
    if not power.size or power.max() == 0:
        return 0.0
    return float(np.sqrt(power[power > power.max() * 10 ** (-_ACTIVE_DB / 10)].mean()))


def _trimmed(audio: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    loud = np.flatnonzero(np.abs(audio) > _QUIET)
    return audio[loud[0] : loud[-1] + 1] if loud.size else audio[:0]
