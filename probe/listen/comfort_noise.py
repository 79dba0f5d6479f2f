"""Comfort noise (RFC 3389): noise that equipment makes up in pauses, told from the noise of a room.

Both may begin where a voice has ended. What tells them apart is what lies under the voice: a room hums on there and in its
short pauses, while equipment plays its noise only once a pause has lasted for its hang-over.

    voice ── a silent moment ──▶ even noise ── the next voice begins in it ──▶ its short pauses are
                                     ▲                                          silent: comfort noise, known from now on
                                     └────────────────────────────────────────  as noisy: a room

So the first comfort noise of a call is known after the fact. From then on, noise of that level that begins like it is
known after 0.16 s; a room in its place is found out by the next voice, and nothing is known again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from probe.listen.features import Features
from probe.timeline import FRAME, RATE, ComfortNoiseHeard

_FRAME_SECONDS = FRAME / RATE
NOISE_FRAMES = 8
"""Frames of noise from which it has begun: 160 ms; guessed."""
_SILENT_FRAMES = 2  # frames of silence that part it from the voice: 40 ms; a hang-over is 60 ms and more
_BACK = 40  # frames within which the voice was heard that it comes after: 0.8 s
_STEP = 6.0  # dB of noise over that silence, and under it
_LOUDEST = -38.0  # dBFS of comfort noise; guessed, an even voice may be louder
_VOICE = 9.0  # dB of a voice over the noise
_EVEN, _EVEN_ALONE = (
    3.5,
    6.0,
)  # dB of the noise's frames around their mean, over 60 ms and each alone; measured: 2 and 5
_ALIKE = 4.0  # dB between two comfort noises of one call
_VOICED = 0.55  # mean autocorrelation of frames that are no noise
_PEAKS = 30  # mean number of spectral peaks; a voice has fewer, noise 45 to 65
_HOLE = 6  # frames of silence in it that may be lost packets: what is longer ends it
_PARTS = 3  # frames of silence that part noise from the voice after it, so that it was not heard up to there
_ROOM_FRAMES = 6  # frames at the noise's level, in a pause of a voice, that make it a room's: 120 ms
_CONFIRM_FRAMES, _SILENCES = (3, 5), 2
"""Frames of silence in a pause of the next voice that count, and how many such make sure: two pauses of 60 ms, or one of
100 ms. One of 60 ms may be lost packets."""


class ComfortNoise:
    """Follows one call, frame by frame."""

    def __init__(self) -> None:
        self._frames: deque[Features] = deque(maxlen=_BACK + NOISE_FRAMES + 1)
        self._known: float | None = None
        self._noise: ComfortNoiseHeard | None = None
        self._ended = False
        self._told = False
        self._quiet = 0
        self._same = 0
        self._silences = 0
        self._silent = 0.0
        self.over: ComfortNoiseHeard | None = None
        """The comfort noise that ended with the last frame, or that is known to have been one since that."""

    @property
    def sounds(self) -> bool:
        """Whether the noise that is heard now is known to be comfort noise."""
        return self._noise is not None and self._told and not self._ended

    def hear(self, frame: Features) -> bool:
        """Takes the next frame; whether it gave away that comfort noise sounds, which began `NOISE_FRAMES` before its end."""
        self._frames.append(frame)
        if self._noise is None:
            self.over = None
            return self._begins()
        self.over = self._after(frame, self._noise) if self._ended else self._goes_on(frame, self._noise)
        return False

    def finish(self, now: float) -> ComfortNoiseHeard | None:
        """The comfort noise that sounds at the end of the call."""
        return replace(self._noise, until=now, known=now) if self.sounds and self._noise is not None else None

    def _begins(self) -> bool:
        """Notes noise that has begun `NOISE_FRAMES` ago, after a voice and a silent moment; whether it is comfort noise."""
        frames = self._frames
        if len(frames) <= NOISE_FRAMES + _SILENT_FRAMES:
            return False
        before, first = frames[-NOISE_FRAMES - 1].level, frames[-NOISE_FRAMES].level
        if before > first - _STEP / 2:
            return False
        newest = list(frames)[-NOISE_FRAMES:]
        level = _mean(newest)
        if level > _LOUDEST or not _is_even(newest, level):
            return False
        earlier = [frame.level for frame in frames][: -NOISE_FRAMES - 1][::-1]
        # The frame in which the noise began may hold some of it.
        silent = next((n for n, value in enumerate(earlier) if value > level - _STEP), len(earlier))
        if silent + (before <= level - _STEP) < _SILENT_FRAMES or not any(
            value > level + _VOICE for value in earlier[:_BACK]
        ):
            return False
        # A pause of the next voice is silent where it is rather as this silence than as the noise.
        quiet = sum(earlier[:silent]) / silent if silent else before
        self._silent = min(level - _STEP, (quiet + level) / 2)
        at = newest[0].at
        self._noise = ComfortNoiseHeard(at=at, until=at, known=at, level=level)
        self._told = self._known is not None and abs(level - self._known) <= _ALIKE
        self._ended, self._quiet = False, 0
        return self._told

    def _goes_on(self, frame: Features, noise: ComfortNoiseHeard) -> ComfortNoiseHeard | None:
        """The noise goes on, or ends."""
        if frame.level < noise.level - _STEP:
            self._quiet += 1
            if self._quiet <= _HOLE:
                return None
            spoken_in, end = False, frame.at - (self._quiet - 1) * _FRAME_SECONDS
        elif frame.level < noise.level + _VOICE:
            self._quiet = 0
            return None
        else:
            spoken_in, end = self._told or self._quiet < _PARTS, frame.at - self._quiet * _FRAME_SECONDS
        over = replace(noise, until=end, known=frame.at + _FRAME_SECONDS)
        # What nobody spoke in remains unknown, unless it was known.
        self._noise, self._ended = over if spoken_in else None, True
        self._quiet = self._same = self._silences = 0
        return over if self._told else None

    def _after(self, frame: Features, noise: ComfortNoiseHeard) -> ComfortNoiseHeard | None:
        """The next voice: its pauses tell what the noise before it was."""
        self._quiet = self._quiet + 1 if frame.level < self._silent else 0
        toneless = frame.peaks == 0 or (frame.peaks >= _PEAKS and frame.voicing < _VOICED)
        self._same = self._same + 1 if toneless and abs(frame.level - noise.level) < _STEP else 0
        self._silences += self._quiet in _CONFIRM_FRAMES
        if self._silences == (1 if self._told else _SILENCES):
            self._known, self._noise = noise.level, None
            return None if self._told else replace(noise, known=frame.at + _FRAME_SECONDS)
        if self._same >= _ROOM_FRAMES:
            self._known = self._noise = None
        return None


def _mean(frames: Sequence[Features]) -> float:
    return sum(frame.level for frame in frames) / len(frames)


def _is_even(frames: Sequence[Features], level: float) -> bool:
    """Whether frames hold even noise of that level."""
    levels = [frame.level for frame in frames]
    if max(levels) - level > _EVEN_ALONE or level - min(levels) > _EVEN_ALONE:
        return False
    smooth = [(a + b + c) / 3 for a, b, c in zip(levels, levels[1:], levels[2:], strict=False)]
    if max(smooth) - level > _EVEN or level - min(smooth) > _EVEN:
        return False
    if sum(frame.voicing for frame in frames) >= _VOICED * len(frames):
        return False
    return frames[0].peaks == 0 or sum(frame.peaks for frame in frames) >= _PEAKS * len(frames)
