"""How the hotline hears its caller: when speech begins, when it is over, and what Vosk makes of it.

An utterance begins with some loud frames and ends with a stretch of quiet; only what lies between is recognised, fed
on in short pieces while it is spoken, so that a served call never stalls.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from probe.speech.transcriber import Transcriber, Transcription
from probe.timeline import Samples

_LOUD_DB = -42.0  # dBFS RMS of a frame that may be speech; guessed, well above µ-law's idle noise
_LOUD = 32768 * 10 ** (_LOUD_DB / 20)
_ONSET_FRAMES = 3  # loud frames out of the last five that begin an utterance: a click is shorter
_QUIET_FRAMES = 30  # 0.6 s without speech end it: what voice bots commonly wait; guessed
_BEFORE_FRAMES = 12  # frames kept from before the onset, so that a soft beginning is recognised, too
_PIECE_FRAMES = 10  # frames fed at once
_LONGEST_FRAMES = 750  # 15 s: nobody listens longer


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller said: recognised text ("" if none) and its first and last tick."""

    text: str
    start: int
    end: int


class Ears:
    """Hears the caller's audio, a frame a tick."""

    def __init__(self, transcriber: Transcriber | None) -> None:
        self._transcriber = transcriber
        self._transcription: Transcription | None = None
        self._before: deque[Samples] = deque(maxlen=_BEFORE_FRAMES)
        self._pending: list[Samples] = []
        self._recent: deque[bool] = deque(maxlen=5)
        self._listening = False
        self._start = 0
        self._last_loud = 0
        self.speaking = False
        """Whether an utterance is going on."""

    def listen(self, listening: bool) -> None:
        """Turn the ears on or off; an utterance going on is forgotten when they are turned off."""
        if self._listening and not listening:
            self._forget()
        self._listening = listening

    def hear(self, frame: Samples, tick: int) -> Utterance | None:
        """Take the frame of a tick; the utterance that it completes, if any."""
        if not self._listening:
            return None
        loud = (
            bool(np.abs(frame).max() > _LOUD) and float(np.dot(frame.astype(np.float32), frame)) > _LOUD**2 * frame.size
        )
        self._recent.append(loud)
        if loud:
            self._last_loud = tick
        if not self.speaking:
            self._before.append(frame)
            if sum(self._recent) >= _ONSET_FRAMES:
                self._begin(tick)
            return None
        self._pending.append(frame)
        if len(self._pending) >= _PIECE_FRAMES:
            self._feed()
        if tick - self._last_loud < _QUIET_FRAMES and tick - self._start < _LONGEST_FRAMES:
            return None
        return self._finish()

    def _begin(self, tick: int) -> None:
        self.speaking = True
        self._start = tick - len(self._recent) + 1
        self._pending = list(self._before)
        if self._transcriber:
            self._transcription = self._transcriber.begin()

    def _feed(self) -> None:
        if self._transcription and self._pending:
            self._transcription.feed(np.concatenate(self._pending))
        self._pending = []

    def _finish(self) -> Utterance:
        self._feed()
        text = self._transcription.finish().text if self._transcription else ""
        utterance = Utterance(text, self._start, self._last_loud)
        self._forget()
        return utterance

    def _forget(self) -> None:
        self._transcription = None
        self.speaking = False
        self._before.clear()
        self._recent.clear()
        self._pending = []
