"""A recording as a line: the same frames that a live call gives, from an audio file.

In a replay of one of our own calls the timeline comes along, and the events that the line reported then are reported
again with the same frames, so the listener finds what it found then. A recording from elsewhere has no signalling:
its zero is its first sample, and no frame carries an event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from probe.errors import UserError
from probe.line.audio_file import read_audio
from probe.line.resample import resample
from probe.timeline import FRAME, RATE, Action, Frame, LineEvent, Samples, Timeline

Channel = Literal["left", "right", "mix"]


class RecordedLine:
    """Yields the frames of `path`; what is performed on it has no effect, since the call is over.

    `channel`: which of two channels was heard; left if not given (ours are: left heard, right said), and then the
    other one is taken as what was said only in a replay. Raises UserError when the file cannot be read.
    """

    def __init__(self, path: Path, *, channel: Channel | None = None, timeline: Timeline | None = None) -> None:
        audio = read_audio(path)
        self._heard = resample(_pick(path, audio.samples, channel), audio.rate)
        self._said = np.zeros(0, np.int16)
        if timeline is not None and audio.samples.shape[1] > 1:
            self._said = resample(audio.samples[:, 1], audio.rate)
        if not len(self._heard):
            raise UserError(f"{path}: no audio in it, its length is 0 s", f"{path}：没有声音，长度为 0 秒")
        self._events = _events(timeline, len(self)) if timeline else {}

    def __len__(self) -> int:
        """How many frames there are; the last one is filled up with silence."""
        return -(-len(self._heard) // FRAME)

    @property
    def seconds(self) -> float:
        """How long the recording is, in seconds."""
        return len(self._heard) / RATE

    def __iter__(self) -> Iterator[Frame]:
        for index in range(len(self)):
            number = index * FRAME
            heard, said = _frame(self._heard, number), _frame(self._said, number)
            yield Frame(number, heard, said, tuple(self._events.get(index, ())))

    def perform(self, action: Action) -> None:
        """Nothing: nobody is at the other end of a recording."""

    def close(self) -> None:
        """Nothing is held open."""


def _pick(path: Path, samples: Samples, channel: Channel | None) -> Samples:
    count = samples.shape[1]
    if channel == "mix":
        mixed: Samples = np.rint(samples.mean(axis=1)).astype(np.int16)
        return mixed
    if channel == "right":
        if count < 2:
            raise UserError(f"{path}: has one channel only, there is no right one", f"{path}：只有一个声道，没有右声道")
        return np.ascontiguousarray(samples[:, 1])
    return np.ascontiguousarray(samples[:, 0])


def _events(timeline: Timeline, frames: int) -> dict[int, list[LineEvent]]:
    """The line's events by frame; those after the audio's end (of a call that was killed) come with the last frame."""
    found: dict[int, list[LineEvent]] = defaultdict(list)
    for event in timeline.events:
        if isinstance(event, LineEvent):
            found[min(round(event.at * RATE) // FRAME, frames - 1)].append(event)
    return found


def _frame(samples: Samples, number: int) -> Samples:
    piece = samples[number : number + FRAME]
    return piece if len(piece) == FRAME else np.pad(piece, (0, FRAME - len(piece)))
