"""Music against speech: what stands still in the spectrum, and when that changed.

Each loud frame gives evidence for music, a log likelihood ratio of how still its partials stand. Neither kind is
judged by one frame: a note may be bent, a vowel may be level. `Change` adds the evidence up and tells that, and since
when, it speaks for the other kind (Page's cumulative sum test, 1954): its estimate of the instant of change is the
place where the sum last was zero.
"""

from __future__ import annotations

from probe.listen.features import Features

# Fitted by logistic regression on synthetic notes (chords, melodies, drums, with and without vibrato) and synthetic
# voices, clean and with room noise. `alike` counts by its square too: between notes the spectrum is like nothing that
# was before (music again), and only in between does it look like speech.
_CONSTANT, _STEADY, _STEADY_AT_ALL, _ALIKE, _ALIKE_SQUARED = 0.85, 4.7, 1.4, -15.6, 18.8
# Like nothing before and not steady yet: a note's or a voice's first frames; what follows tells.
_STEADY_AT_MOST, _ALIKE_AT_MOST, _NEW = 0.15, 0.25, -0.3
_MOST = 2.0  # no frame counts for more than this; neighbours share their window and are not independent


def evidence(frame: Features) -> float:
    """Log likelihood ratio of music against speech in a loud frame, -1 to 2."""
    if frame.steady < _STEADY_AT_MOST and frame.alike < _ALIKE_AT_MOST:
        return _NEW
    ratio = (
        _CONSTANT
        + _STEADY * frame.steady
        + _STEADY_AT_ALL * min(frame.steady, 0.3)
        + (_ALIKE + _ALIKE_SQUARED * frame.alike) * frame.alike
    )
    return min(max(ratio, -1.0), _MOST)


class Change:
    """Adds evidence up for one kind against the other, and remembers since when it speaks for it."""

    def __init__(self, enough: float) -> None:
        self.enough = enough
        self.total = 0.0
        self.since = 0.0

    def add(self, at: float, ratio: float) -> bool:
        """Adds a frame's evidence; True when it is enough for a change at `since`."""
        if self.total <= 0.0:
            self.total = 0.0
            self.since = at
        self.total += ratio
        return self.total >= self.enough

    def reset(self) -> None:
        """Forgets all evidence."""
        self.total = 0.0
