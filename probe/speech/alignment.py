"""Where one sequence of sounds best fits inside a longer one, and how well.

A wanted phrase is laid anywhere inside what was heard at the least cost of sounds missing, added or
replaced (Sellers 1980: edit distance with free ends). Each wanted sound that is missing costs its full
share, so a short accidental overlap earns little.
"""

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

_MARGIN = 4  # sounds looked at on both sides of rapidfuzz's first guess; guessed
_HOPELESS = 40.0  # rapidfuzz's score (0..100) under which the exact fit is not worked out; guessed
_NEAR_COST = 0.2  # replacing a sound by one that many speakers do not keep apart; guessed


@dataclass(frozen=True, slots=True)
class Sound:
    """One syllable or word: what is heard, what it is folded to, and which characters it came from."""

    exact: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The best place: similarity 0..1, and the first and one past the last sound of it."""

    similarity: float
    start: int
    end: int


NO_FIT = Fit(0.0, 0, 0)


@lru_cache(maxsize=4096)
def best_fit(wanted: tuple[Sound, ...], heard: tuple[Sound, ...]) -> Fit:
    """Return where `wanted` fits best inside `heard`; similarity is 1 − cost / len(wanted), at least 0."""
    if not wanted or not heard:
        return NO_FIT
    low, high = 0, len(heard)
    if len(heard) > len(wanted) + 2 * _MARGIN:
        guess = fuzz.partial_ratio_alignment(
            [sound.folded for sound in wanted], [sound.folded for sound in heard], score_cutoff=_HOPELESS
        )
        if guess is None:
            return NO_FIT
        low, high = max(0, guess.dest_start - _MARGIN), min(len(heard), guess.dest_end + _MARGIN)
    fit = _least_cost(wanted, heard[low:high])
    return Fit(fit.similarity, fit.start + low, fit.end + low)


def found_at(wanted: tuple[Sound, ...], heard: tuple[Sound, ...], at_least: float) -> tuple[int, int] | None:
    """Return the span of characters that `heard` came from where `wanted` fits best, or None if less similar."""
    fit = best_fit(wanted, heard)
    if fit.similarity < at_least or fit.start == fit.end:
        return None
    return heard[fit.start].start, heard[fit.end - 1].end


def _least_cost(wanted: tuple[Sound, ...], heard: tuple[Sound, ...]) -> Fit:
    # One row a wanted sound; each cell: the least cost of ending there, and where that fit began.
    costs: list[float] = [0.0] * (len(heard) + 1)
    begins = list(range(len(heard) + 1))
    for row, want in enumerate(wanted, start=1):
        new_costs, new_begins = [float(row)], [0]
        for column, sound in enumerate(heard):
            best, begin = costs[column] + _replacing(want, sound, len(wanted)), begins[column]
            if costs[column + 1] + 1 < best:
                best, begin = costs[column + 1] + 1, begins[column + 1]
            if new_costs[column] + 1 < best:
                best, begin = new_costs[column] + 1, new_begins[column]
            new_costs.append(best)
            new_begins.append(begin)
        costs, begins = new_costs, new_begins
    end = min(range(len(costs)), key=costs.__getitem__)
    return Fit(max(0.0, 1 - costs[end] / len(wanted)), begins[end], end)


def _replacing(want: Sound, sound: Sound, length: int) -> float:
    if want.exact == sound.exact:
        return 0.0
    # A single sound has no context that could excuse a near miss: 您 is not 零.
    return _NEAR_COST if want.folded == sound.folded and length > 1 else 1.0
