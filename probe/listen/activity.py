"""Whether something sounds above the line's noise, and from which 5 ms on.

The noise floor is a running mean of the frames in which nothing sounds; a frame is loud when it rises over the floor by
a margin that grows with the noise's own unrest. When the noise itself steps up (somebody picks up in a busy room), a
stretch that is even and has no single voice in it is taken as the new floor, and what was thought loud was noise.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from probe.listen.features import BLOCK, QUIETEST, Features
from probe.timeline import RATE

BLOCK_SECONDS = BLOCK / RATE

SOFTEST = -56.0
"""dBFS: nothing softer is sound, however silent the line; speech at -30 dBFS starts at about -50."""
_MARGIN = 6.0  # dB over the floor; speech 12 dB over the noise must pass, noise may not
_MARGIN_PER_UNREST = 4.0  # times the mean deviation of the noise's level (about 3.2 standard deviations)
_MARGIN_AT_MOST = 11.0  # dB
_SURE = 4.0  # dB over the threshold that make one frame enough
_REACH_BACK = 24  # blocks that an onset may lie before the frame that gave it away: 120 ms, a soft consonant
_GAP = 3  # blocks under the lower threshold that do not stop the way back: 15 ms, a low voice's period
_PAUSE = 0.4  # seconds after a sound in which the floor hardly rises
# Where packets are lost there is silence, not the room: so much under the floor (dB), for no longer than this (frames).
_HOLE, _HOLE_FRAMES = 8.0, 10
# Ranges of level, smoothed over 60 ms, were measured: a room's hum 1 to 3 dB in 320 ms; five voices at once 4 to 12 dB in
# 500 ms; one voice 17 dB and more.
_EVEN_FRAMES, _EVEN_RANGE = 16, 5.0  # 320 ms (longer than a fricative), dB
_RESTLESS_FRAMES, _RESTLESS_RANGE = 25, 11.5  # 500 ms, dB
# Where the line was noisy already: 1.2 s, of a range in which five voices are for a while, and one over noise is not for
# long (speech 9 dB over noise: 11 dB and more), and dB by which it has become noisier; guessed.
_KNOWN_FRAMES, _KNOWN_RANGE, _LOUDER = 60, 10.0, 2.0
_AS_SOFT, _AS_SOFT_AT_MOST = 3.0, 0.2
"""dB over the known floor up to which a frame is as soft as the room was, and the share of these in a louder one: of simulated calls
none to 0.1, and 0.3 to 0.7 where it was somebody's words that hardly stand out of the room."""
_NOISE_PEAKS, _EVEN_PEAKS = 32, 28  # mean number of peaks that noise has at least, and even noise on a clean line
_LINE_NOISE = -66.0  # dBFS: a floor above it is a room's noise, not only the line's (µ-law idle is -72)
_STEP_FRAMES, _STEP = 13, 8.0  # 260 ms of noise, and dB by which a voice near rises over it
_SWELLS, _SWELL_FRAMES = 6.5, 4
"""dB by which the last of so many frames may be louder than the first: a room is there at once, and five voices in it swell by up to 6.1 dB
(99 in 100 of 160 stretches); the beginning of a word, which grows into its vowel, did by 7.8 and 8."""
_STEADY_AT_MOST = 0.14  # of its frames; rooms and five voices at once have 0.08 to 0.11, dense music 0.12 to 0.45
_JUST_BEFORE, _OF_A_VOICE = 20, 3
"""Frames (400 ms) before a stretch, and how many of them sound like one voice where somebody speaks."""
_AS_LOUD, _ITS_SOFT_END = 8.0, 16.0
"""DB under that voice within which a stretch that follows it at once is more of its sentence, an even one or a soft one that
it rises from again: no room hums so loudly. Guessed; fricatives and creaky vowels were -17 dBFS for 320 ms and -29 for 260
at a voice of -14 and -16."""
_NO_ROOM = -24.0
"""dBFS over which such a stretch is somebody's, however loud a vowel was before: creaky syllables, -16 on average for 320 ms, of a voice
whose vowels were more than 8 dB louder; guessed: in a room so loud nobody could be understood."""
# Share of noise's frames that may sound like one voice (few peaks, periodic): rooms have none in nearly all stretches (82 of
# 82 in simulated calls), a rough voice 3 of 16 and 4 of 25, the soft end of a word 4 and more of 13.
_ONE_VOICE_AT_MOST, _FEW_PEAKS, _PERIODIC = 1 / 8, 31, 0.5


class Sounding(NamedTuple):
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
        self._frames: deque[Features] = deque(maxlen=_KNOWN_FRAMES)
        # Sums of the peaks up to each frame: integers, so that differences are exact.
        self._peaks: deque[int] = deque([0], maxlen=_KNOWN_FRAMES + 1)
        self._last = 0.0
        self._was_loud = False
        self._in_hole = 0

    @property
    def margin(self) -> float:
        """dB over the floor from which a frame is loud."""
        return min(max(_MARGIN, _MARGIN_PER_UNREST * self._unrest), _MARGIN_AT_MOST)

    @property
    def in_hole(self) -> bool:
        """Whether the newest frame is rather a lost packet than the line: far under its noise, and that not for long."""
        return not self._was_loud and 0 < self._in_hole < _HOLE_FRAMES

    @property
    def threshold(self) -> float:
        """dBFS from which a frame is loud."""
        return max(self.floor + self.margin, SOFTEST)

    def hear(self, frame: Features) -> Sounding:
        """Takes the next frame."""
        self._blocks.extend(frame.blocks)
        self._frames.append(frame)
        self._peaks.append(self._peaks[-1] + frame.peaks)
        threshold = self.threshold
        loud = frame.level > threshold
        if loud and not self._was_loud and frame.level < threshold + _SURE and len(self._frames) > 1:
            # A single frame just above the threshold may be the noise's own; the next one tells.
            loud = self._frames[-2].level > threshold - _SURE / 2
        onset = None
        if loud:
            if not self._was_loud:
                onset = frame.at - self._sounding_before() * BLOCK_SECONDS
            self._last = frame.at + _sounds_up_to(frame.blocks, threshold) * BLOCK_SECONDS
        else:
            self._adapt(frame)
        self._was_loud = loud
        noise_since = self._steady_noise() if loud else None
        if noise_since is not None:
            # A voice that rose over the noise before the noise was known sounds on.
            self._was_loud = self._speaks_over(frame)
            if self._was_loud:
                onset = frame.at - self._sounding_before() * BLOCK_SECONDS
                self._last = frame.at + len(frame.blocks) * BLOCK_SECONDS
        return Sounding(self._was_loud, onset, self._last, self.floor, noise_since)

    def learn_room(self, frames: int) -> Sounding:
        """Takes the newest frames for the room's noise."""
        self._take_floor(list(self._frames)[-frames:])
        self._was_loud = False
        return Sounding(False, None, self._last, self.floor)

    def _speaks_over(self, frame: Features) -> bool:
        """Whether somebody near speaks in a frame, over the room's noise that has just become known."""
        return frame.level > self.floor + max(self.margin, _STEP)

    def _adapt(self, frame: Features) -> None:
        difference = max(frame.level, QUIETEST) - self.floor
        self._in_hole = self._in_hole + 1 if difference < -_HOLE else 0
        if 0 < self._in_hole < _HOLE_FRAMES:
            return
        if self._in_hole == _HOLE_FRAMES:
            self.floor += difference  # it has lasted: the line has become quiet
            return
        if difference > 0 and frame.at - self._last < _PAUSE:
            # Between words the soft ends of sounds are not the noise; only what has no voice may lift the floor a bit.
            self.floor += 0.02 * difference if frame.voicing < 0.4 else 0.0
            return
        self.floor += (0.1 if difference > 0 else 0.25) * difference
        self._unrest += 0.05 * (min(abs(difference), 4.0) - self._unrest)

    def _sounding_before(self) -> float:
        """Blocks from where the sound began to the start of the newest frame; negative when it began inside it."""
        low = max(self.floor + 0.6 * self.margin, SOFTEST - 4)
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
        """Start of the newest stretch of nothing but noise, whose level then is the floor; None if there is none.

        A room hums evenly, and that shows in a third of a second; a room full of voices is restless and takes half a
        second, or less when somebody near then begins to speak over it.
        """
        if len(self._peaks) > _KNOWN_FRAMES and self._is_a_voice():
            return None
        frames = list(self._frames)
        if self.floor > _LINE_NOISE:
            # The room is known already. Words spoken in it look restless too, so it must last to be a louder room.
            if len(frames) == _KNOWN_FRAMES and self._is_louder(frames):
                return self._take_floor(frames)
            even = frames[-_EVEN_FRAMES:]
            louder = min((frame.level for frame in even), default=QUIETEST) > self.floor + _STEP
            if (
                louder
                and _is_noise(even, _EVEN_RANGE, fewest_peaks=_NOISE_PEAKS, voicing=0.45)
                and not self._speaks_on(even)
            ):
                return self._take_floor(even)  # another, louder room: somebody picked up
            return None
        even = frames[-_EVEN_FRAMES:]
        if len(even) == _EVEN_FRAMES and _is_noise(even, _EVEN_RANGE, fewest_peaks=_EVEN_PEAKS, voicing=0.5):
            return None if self._speaks_on(even) else self._take_floor(even)
        restless = frames[-_RESTLESS_FRAMES:]
        if len(restless) == _RESTLESS_FRAMES and _is_noise(
            restless, _RESTLESS_RANGE, fewest_peaks=_NOISE_PEAKS, voicing=0.6
        ):
            return None if self._speaks_on(restless) else self._take_floor(restless)
        before, newest = frames[-_STEP_FRAMES - 3 : -3], frames[-3:]
        if len(before) == _STEP_FRAMES and (
            _mean_level(before) > max(self.floor + self.margin, SOFTEST)
            and _mean_level(before[-_SWELL_FRAMES:]) <= _mean_level(before[:_SWELL_FRAMES]) + _SWELLS
            and min(frame.level for frame in newest) > max(frame.level for frame in before) + 1
            and _mean_level(newest) > _mean_level(before) + _STEP
            and _is_noise(before, _RESTLESS_RANGE, fewest_peaks=_NOISE_PEAKS, voicing=0.6)
            and not self._speaks_on(before, _ITS_SOFT_END)
        ):
            return self._take_floor(before)
        return None

    def _is_a_voice(self) -> bool:
        """Whether all stretches that are looked at have too few peaks to be noise, as nearly all speech has."""
        sums = self._peaks
        now, even = sums[-1], sums[-1] - sums[-1 - _EVEN_FRAMES]
        if self.floor > _LINE_NOISE:
            return now - sums[0] < _NOISE_PEAKS * _KNOWN_FRAMES and even < _NOISE_PEAKS * _EVEN_FRAMES
        step = sums[-4] - sums[-4 - _STEP_FRAMES]
        restless = now - sums[-1 - _RESTLESS_FRAMES]
        return (
            even < _EVEN_PEAKS * _EVEN_FRAMES
            and restless < _NOISE_PEAKS * _RESTLESS_FRAMES
            and step < _NOISE_PEAKS * _STEP_FRAMES
        )

    def _speaks_on(self, stretch: list[Features], under: float = _AS_LOUD) -> bool:
        """Whether a stretch goes on where somebody has just been speaking, within so many dB of that voice."""
        before = [frame for frame in self._frames if frame.at < stretch[0].at][-_JUST_BEFORE:]
        voice = [frame.level for frame in before if _one_voice(frame) and frame.level > self.floor + self.margin]
        return len(voice) >= _OF_A_VOICE and _mean_level(stretch) > min(max(voice) - under, _NO_ROOM)

    def _is_louder(self, frames: list[Features]) -> bool:
        """Whether frames are a louder room than the one that is known, from the first to the last: where they begin in the
        room as it was, somebody has begun to speak in it."""
        if sum(frame.level < self.floor + _AS_SOFT for frame in frames) > _AS_SOFT_AT_MOST * len(frames):
            return False  # between these words it is the room as it was
        third = len(frames) // 3
        if not all(_mean_level(frames[n : n + third]) > self.floor + _LOUDER for n in range(0, len(frames), third)):
            return False
        return _is_noise(frames, _KNOWN_RANGE, fewest_peaks=_NOISE_PEAKS, voicing=0.5)

    def _take_floor(self, frames: list[Features]) -> float:
        self.floor = _mean_level(frames)
        self._unrest = sum(abs(frame.level - self.floor) for frame in frames) / len(frames)
        self._last = min(self._last, frames[0].at)
        return frames[0].at


def _sounds_up_to(blocks: tuple[float, ...], threshold: float) -> int:
    """Blocks up to the last one that is louder than the threshold; all, if none is."""
    count = len(blocks)
    while count and blocks[count - 1] <= threshold:
        count -= 1
    return count or len(blocks)


def _mean_level(frames: list[Features]) -> float:
    return sum(frame.level for frame in frames) / len(frames)


def _one_voice(frame: Features) -> bool:
    return frame.peaks < _FEW_PEAKS and frame.voicing > _PERIODIC


def _is_noise(frames: list[Features], most: float, fewest_peaks: int, voicing: float) -> bool:
    """Whether levels (over 60 ms) stay within `most` dB and the spectrum has no one voice and no notes in it."""
    count = len(frames)
    # Asked of every loud frame, so what most voices fail comes first.
    if sum([frame.peaks for frame in frames]) < fewest_peaks * count:
        return False
    levels = [frame.level for frame in frames]
    smooth = [(a + b + c) / 3 for a, b, c in zip(levels, levels[1:], levels[2:], strict=False)]
    if max(smooth) - min(smooth) > most or levels[-1] > max(levels[:-1]) + 3:
        return False
    return (
        sum([frame.voicing for frame in frames]) < voicing * count
        and sum([frame.alike for frame in frames]) < 0.65 * count
        and sum([frame.steady for frame in frames]) < _STEADY_AT_MOST * count
        and sum(map(_one_voice, frames)) <= _ONE_VOICE_AT_MOST * count
    )
