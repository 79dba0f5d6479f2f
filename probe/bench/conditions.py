"""How each call reaches the caller: the codec, level and noise of a hotline's trunk, the losses of one call."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from probe.simulator.channel import Condition, draw
from probe.simulator.seeds import stable

_OTHER_WAY = 0.1  # share of calls that come another way than the hotline's usual one; guessed
_LEVEL_DRIFT = 1.5  # dB between calls, guessed


def condition(hotline: str, seed: int, nth: int) -> Condition:
    """The condition of the `nth` call to a hotline: mostly as the calls before it, at a slightly different level."""
    usual = draw(np.random.default_rng(stable(seed, hotline, "trunk")))
    random = np.random.default_rng(stable(seed, hotline, nth, "way"))
    this = draw(random)
    if random.random() < _OTHER_WAY:
        return this
    gain = float(np.clip(usual.gain_db + random.uniform(-_LEVEL_DRIFT, _LEVEL_DRIFT), -30, 0))
    return replace(usual, gain_db=gain, loss=this.loss, burst=this.burst)
