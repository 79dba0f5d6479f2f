"""The recogniser's volume knob: soft lines are made louder before words are looked for, once their noise is taken off.

Recognisers learn from speech at ordinary levels. Trunks attenuate by up to 30 dB, and words that anybody would still
understand are lost on a recogniser long before that: the shipped model begins to miss them 13 dB under the level that
it learnt from (measured). What is kept, fingerprinted and measured is the line's own sound; only the recogniser hears this.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from probe.listen.line_noise import LineNoise
from probe.listen.noise_reduction import NoiseReduction
from probe.speech.transcriber import Heard, Transcriber, Transcription
from probe.timeline import FRAME, RATE

ORDINARY = -20.0
"""dBFS of a loud frame from which nothing is made louder: voices of -21 dBFS on average have frames of -15."""
MOST = 24.0
"""dB by which sound is made louder at most."""
_DECAY = 1.0  # dB a second by which the loudest frame is forgotten, so that a softer speaker is met in the end; guessed
_LOOKS_AHEAD = 0.6  # seconds of a call's first speech that are waited for before its level is known; guessed
_STEP = 800  # samples after which the gain is looked at again: 0.1 s
_SOFTEST = -60.0  # dBFS under which a frame tells of no voice


class Levelled:
    """A transcriber for one call, which remembers how loud the call's speech has been (implements `Transcriber`). `noise`: the
    call's, which is taken off as far as it is known."""

    def __init__(self, transcriber: Transcriber, noise: LineNoise | None = None) -> None:
        self._transcriber = transcriber
        self.name = transcriber.name
        self.language = transcriber.language
        self.loudest: float | None = None
        """dBFS of the call's loudest frame lately."""
        self.noise = noise or LineNoise()

    def begin(self) -> Transcription:
        """A stretch at the level of the call."""
        return _Levelled(self, self._transcriber.begin())

    def hear(self, audio: npt.NDArray[np.int16]) -> None:
        """Takes note of how loud some samples are."""
        forgotten = self.loudest - _DECAY * audio.size / RATE if self.loudest is not None else _SOFTEST
        self.loudest = max(forgotten, _loudest_frame(audio), _SOFTEST)

    def louder(self, audio: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """The samples as the recogniser gets them."""
        gain = min(ORDINARY - (ORDINARY if self.loudest is None else self.loudest), MOST)
        if gain <= 0:
            return audio
        made: npt.NDArray[np.int16] = np.clip(audio * 10 ** (gain / 20), -32768, 32767).astype(np.int16)
        return made


class _Levelled:
    def __init__(self, call: Levelled, transcription: Transcription) -> None:
        self._call = call
        self._transcription = transcription
        self._reduction = NoiseReduction(call.noise)
        self._waiting: list[npt.NDArray[np.int16]] | None = [] if call.loudest is None else None

    def feed(self, audio: npt.NDArray[np.int16]) -> Heard | None:
        made = [self._made(audio[at : at + _STEP]) for at in range(0, audio.size, _STEP)]
        hears = np.concatenate(made) if made else audio
        return self._transcription.feed(hears) if hears.size else None

    def finish(self) -> Heard:
        left = [self._no_longer_waiting()] if self._waiting else []
        left.append(self._call.louder(self._reduction.finish()))
        self._transcription.feed(np.concatenate(left))
        return self._transcription.finish()

    def _made(self, audio: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """What the recogniser may hear once this is heard."""
        if self._waiting is None:
            self._call.hear(audio)
            return self._call.louder(self._reduction.feed(audio))
        self._waiting.append(audio)
        enough = sum(part.size for part in self._waiting) >= _LOOKS_AHEAD * RATE
        return self._no_longer_waiting() if enough else np.zeros(0, np.int16)

    def _no_longer_waiting(self) -> npt.NDArray[np.int16]:
        waiting, self._waiting = self._waiting or [], None
        for audio in waiting:
            self._call.hear(audio)
        return self._call.louder(self._reduction.feed(np.concatenate(waiting)))


def _loudest_frame(audio: npt.NDArray[np.int16]) -> float:
    """dBFS of the loudest whole frame of 20 ms; of all of it, if there is none."""
    whole = audio.size // FRAME * FRAME
    frames = audio[:whole].reshape(-1, FRAME) if whole else audio[None, :]
    power = float(np.square(frames.astype(np.float64)).mean(axis=1).max(initial=0.0)) if audio.size else 0.0
    return 10 * math.log10(power / 32768**2) if power > 0 else -math.inf
