"""Keys that the far side sends as tones (DTMF): which one, from when on, for how long.

ITU-T Q.23 has the frequencies; Q.24 what a receiver must take (40 ms, ±1.8 %, either line up to several dB stronger)
and what it must not (23 ms, and speech: "talk-off"). A hotline that sends keys is passing the call on through another
machine, or a person has leant on the telephone.
"""

from __future__ import annotations

from dataclasses import dataclass

from probe.listen.activity import Activity
from probe.listen.bursts import Burst, Bursts
from probe.listen.features import Meter
from probe.timeline import Samples

_LOW, _HIGH = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
_KEYS = ("123A", "456B", "789C", "*0#D")
_OFF = 0.021  # relative; Q.24: works up to 1.8 % (+ what 64 ms can tell), must not beyond 3 to 3.5 %
_SHORTEST = 0.034  # seconds: between Q.24's 40 ms, which must be taken, and 23 ms, which must not
_LONGEST = 6.0  # seconds; longer ones are no keys; guessed
_TWIST = 11.0  # dB between the lines: Q.24's widest (10 dB in Australia's form) and what codecs add
_ECHO = 1.0  # seconds after which a key comes back from the far end at the latest: two satellites' way; guessed
_EVEN = 5.0  # dB between loudest and softest 5 ms inside; a key is level, a vowel or a note is not


@dataclass(frozen=True, slots=True)
class HeardKey:
    """A key from `start` to `end` seconds."""

    key: str
    start: float
    end: float


def key_of(burst: Burst) -> str:
    """The key whose two lines a burst has; "" for none."""
    if len(burst.lines) != 2:
        return ""
    low, high = (_nearest(line, nominal) for line, nominal in zip(burst.lines, (_LOW, _HIGH), strict=True))
    return "" if low is None or high is None else _KEYS[low][high]


def heard_key(burst: Burst) -> HeardKey | None:
    """The key that a finished burst was, if it was one and nothing else."""
    key = key_of(burst)
    if not key or not burst.clean or not _SHORTEST <= burst.seconds <= _LONGEST or abs(burst.ratio) > _TWIST:
        return None
    if burst.into == "sound" or burst.unrest > _EVEN:
        return None
    return HeardKey(key, burst.start, burst.end)


class OwnKeys:
    """The keys that the caller sent, found in what was sent: what comes back of them is an echo and not a key heard."""

    def __init__(self) -> None:
        self._meter, self._activity, self._bursts = Meter(), Activity(), Bursts()
        self._sent: list[HeardKey] = []
        self._spoke = False

    def hear(self, at: float, said: Samples) -> None:
        """Takes the next frames that were sent, a row of 160 samples each, the first of which began at `at` seconds."""
        spoke, self._spoke = self._spoke, bool(said.any())
        if not self._spoke and not spoke:
            return
        for frame in self._meter.measure_all(at, said.ravel()):
            ended = self._bursts.hear(frame, self._activity.hear(frame))
            key = heard_key(ended) if ended is not None else None
            if key is not None:
                self._sent = [*self._sent[-15:], key]

    def sent(self, key: str, at: float) -> bool:
        """Whether the caller sent the key so shortly before `at` that it may be its echo."""
        sounding = self._bursts.sounding
        if sounding is not None and key_of(sounding) == key:
            return True
        return any(sent.key == key and -0.02 <= at - sent.start <= _ECHO for sent in self._sent)


def _nearest(line: float, nominal: tuple[float, ...]) -> int | None:
    off = [abs(line / f - 1) for f in nominal]
    place = off.index(min(off))
    return place if off[place] <= _OFF else None
