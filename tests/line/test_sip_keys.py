from __future__ import annotations

import numpy as np
import pytest

from probe.errors import UserError
from probe.line.keys import KEYS, check, tone

PAIRS = {
    "1": (697, 1209),
    "5": (770, 1336),
    "9": (852, 1477),
    "0": (941, 1336),
    "*": (941, 1209),
    "#": (941, 1477),
    "D": (941, 1633),
}


@pytest.mark.parametrize("key", PAIRS)
def test_a_key_sounds_as_its_two_frequencies(key: str) -> None:
    spectrum = np.abs(np.fft.rfft(tone(key)[:800].astype(float), 8000))
    low, high = int(np.argmax(spectrum[:1100])), 1100 + int(np.argmax(spectrum[1100:]))
    assert (abs(low - PAIRS[key][0]) <= 2, abs(high - PAIRS[key][1]) <= 2) == (True, True)


def test_every_key_lasts_100_ms_and_is_followed_by_a_pause_of_100_ms() -> None:
    for key in KEYS:
        assert tone(key).size == 1600
        assert not tone(key)[800:].any()


def test_letters_may_be_small_and_other_signs_are_the_users_mistake() -> None:
    assert check("1a#") == "1A#"
    with pytest.raises(UserError, match="`X` is not a telephone key"):
        check("1x")
