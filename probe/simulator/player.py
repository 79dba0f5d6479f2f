"""What the caller hears at each tick: one sound in front (a prompt, a voice) over one behind (music, a room).

Sounds are whole arrays; a tick is a slice of each. The sound behind loops, and goes on where it stopped when it was
paused, as hold music does.
"""

from __future__ import annotations

import numpy as np

from probe.timeline import FRAME, Samples

SILENCE: Samples = np.zeros(FRAME, np.int16)
SILENCE.flags.writeable = False


class Player:
    """Plays a foreground once and a background for ever."""

    def __init__(self) -> None:
        self._front: Samples | None = None
        self._front_at = 0
        self._back: Samples | None = None
        self._back_at = 0
        self._back_paused = False

    @property
    def playing(self) -> bool:
        """Whether a foreground sound is still to be heard."""
        return self._front is not None

    def play(self, sound: Samples, over_background: bool = True) -> None:
        """Begin a foreground sound at the next tick; the background goes on under it, or waits."""
        self._front = sound if sound.size else None
        self._front_at = 0
        self._back_paused = not over_background

    def stop(self) -> None:
        """Cut the foreground sound."""
        self._front = None
        self._back_paused = False

    def behind(self, sound: Samples | None) -> None:
        """Change the background, from its beginning; None: nothing."""
        self._back = sound if sound is not None and sound.size else None
        self._back_at = 0

    def next(self) -> Samples:
        """The next 160 samples."""
        back = None
        if self._back is not None and not self._back_paused:
            back = _slice(self._back, self._back_at, loop=True)
            self._back_at = (self._back_at + FRAME) % self._back.size
        if self._front is None:
            return SILENCE if back is None else back
        front = _slice(self._front, self._front_at, loop=False)
        self._front_at += FRAME
        if self._front_at >= self._front.size:
            self.stop()
        if back is None:
            return front
        mixed: Samples = np.clip(front.astype(np.int32) + back, -32768, 32767).astype(np.int16)
        return mixed


def _slice(sound: Samples, start: int, loop: bool) -> Samples:
    part = sound[start : start + FRAME]
    if part.size == FRAME:
        return part
    whole = np.zeros(FRAME, np.int16)
    whole[: part.size] = part
    if loop:
        whole[part.size :] = np.resize(sound, FRAME - part.size)
    return whole
