"""Whether something sounds above the line's noise, and from which 5 ms on.

The noise floor is a running mean of the frames in which nothing sounds; a frame is loud when it rises over the floor by
a margin that grows with the noise's own unrest. When the noise itself steps up (somebody picks up in a busy room), a
third of a second that is level and has no voice in it is taken as the new floor, and what was thought loud was noise.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from probe.listen.features import BLOCK, QUIETEST, Features
from probe.timeline import RATE

BLOCK_SECONDS = BLOCK / RATE

_SOFTEST = -56.0  # dBFS: nothing softer is heard as sound, however silent the line; speech at -30 dBFS starts at about -50
_MARGIN = 6.0  # dB over the floor; speech 12 dB over the noise must pass, noise may not
_MARGIN_PER_UNREST = 4.0  # times the mean deviation of the noise's level (about 3.2 standard deviations)
_MARGIN_AT_MOST = 11.0  # dB
_SURE = 4.0  # dB over the threshold that make one frame enough
_REACH_BACK = 24  # blocks that an onset may lie before the frame that gave it away: 120 ms, a soft consonant
_GAP = 3  # blocks under the lower threshold that do not stop the way back: 15 ms, a low voice's period
_PAUSE = 0.4  # seconds after a sound in which the floor hardly rises
_STEADY_FRAMES = 16  # 320 ms: longer than a fricative
_STEADY_RANGE = 6.5  # dB between the loudest and softest frame of steady noise; measured 2 to 5 for room noise


@dataclass(frozen=True, slots=True)
class Sounding:
    """What is known after a frame.

    `loud`: this frame is above the noise; `onset`: start in seconds of the stretch of sound that begins with this
    frame, else None; `last`: end in seconds of the last sound; `floor`: dBFS; `noise_since`: given once, when what
    sounded since then has turned out to be steady noise.
    """

    loud: bool
    onset: float | None
    last: float
    floor: float
    noise_since: float | None = None


class Activity:
    """Follows the noise floor, frame by frame."""

    def __init__(self) -> None:
        self.floor = QUIETEST
        self._unrest = 0.5
        self._blocks: deque[float] = deque([QUIETEST] * _REACH_BACK, maxlen=_REACH_BACK + 4)
        self._frames: deque[Features] = deque(maxlen=_STEADY_FRAMES)
        self._last = 0.0
        self._was_loud = False

    @property
    def margin(self) -> float:
        """dB over the floor from which a frame is loud."""
        return min(max(_MARGIN, _MARGIN_PER_UNREST * self._unrest), _MARGIN_AT_MOST)

    def hear(self, frame: Features) -> Sounding:
        """Takes the next frame."""
        self._blocks.extend(frame.blocks)
        self._frames.append(frame)
        threshold = max(self.floor + self.margin, _SOFTEST)
        loud = frame.level > threshold
        if loud and not self._was_loud and frame.level < threshold + _SURE and len(self._frames) > 1:
            # A single frame just above the threshold may be the noise's own; the next one tells.
            loud = self._frames[-2].level > threshold - _SURE / 2
        onset = None
        if loud:
            if not self._was_loud:
                onset = frame.at - self._sounding_before() * BLOCK_SECONDS
            sounding = [i for i, level in enumerate(frame.blocks) if level > threshold]
            self._last = frame.at + (sounding[-1] + 1 if sounding else len(frame.blocks)) * BLOCK_SECONDS
        else:
            self._adapt(frame)
        self._was_loud = loud
        noise_since = self._steady_noise() if loud else None
        if noise_since is not None:
            self._was_loud = False
        return Sounding(self._was_loud, onset, self._last, self.floor, noise_since)

    def _adapt(self, frame: Features) -> None:
        difference = max(frame.level, QUIETEST) - self.floor
        if difference > 0 and frame.at - self._last < _PAUSE:
            # Between words the soft ends of sounds are not the noise; only what has no voice may lift the floor a bit.
            self.floor += 0.02 * difference if frame.voicing < 0.4 else 0.0
            return
        self.floor += (0.1 if difference > 0 else 0.25) * difference
        self._unrest += 0.05 * (min(abs(difference), 4.0) - self._unrest)

    def _sounding_before(self) -> float:
        """Blocks from where the sound began to the start of the newest frame; negative when it began inside it."""
        low = max(self.floor + 0.6 * self.margin, _SOFTEST - 4)
        blocks = list(self._blocks)
        newest = len(blocks) - 4
        begin = next((i for i in range(newest, len(blocks)) if blocks[i] > low), newest)
        if begin > newest:
            return float(newest - begin)
        gap = 0
        for i in range(newest - 1, -1, -1):
            if blocks[i] > low:
                begin, gap = i, 0
            else:
                gap += 1
                if gap > _GAP:
                    break
        return float(newest - begin)

    def _steady_noise(self) -> float | None:
        """Start of the last 320 ms if they are nothing but level noise, which then is the floor; else None."""
        if len(self._frames) < _STEADY_FRAMES:
            return None
        levels = [frame.level for frame in self._frames]
        if max(levels) - min(levels) > _STEADY_RANGE:
            return None
        count = len(levels)
        voicing = sum(frame.voicing for frame in self._frames) / count
        alike = sum(frame.alike for frame in self._frames) / count
        peaks = sum(frame.peaks for frame in self._frames) / count
        if voicing > 0.5 or alike > 0.62 or peaks < 28:
            return None
        mean = sum(levels) / count
        self.floor = mean
        self._unrest = sum(abs(level - mean) for level in levels) / count
        since = self._frames[0].at
        # The step up may lie a little further back, where the frames' history no longer reaches.
        self._last = min(self._last, since)
        return since
