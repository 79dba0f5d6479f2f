"""How the weights are found: two logistic regressions on simulated calls, with common sense as a bound.

    rows ─▶ fit with cues withheld at random ─▶ calibrated on hotlines held out ─▶ rounded ─▶ verdict.yaml

- *Common sense.* A weight is drawn to what is expected of its cue (`cues.EXPECTED`) where the data are silent, and a
  cue that can only speak for a person never gets a weight against one, whatever the data say.
- *Withheld cues.* Simulated people and machines part too cleanly, and a fit would lean on one cue alone. So each row is
  also seen with whole families of cues withheld (what was said, the room, the voice, what came before, other calls), as
  happens on real lines: a headset without noise, words not recognised, a first call.
- *Calibration.* Scores of hotlines that a fit did not see give a slope and an offset (J. Platt, "Probabilistic outputs
  for support vector machines", 1999, with his targets), which are multiplied into the weights: one file says all.
- *Modesty.* No probability exceeds that of never having been wrong in as many calls as were learnt from (Laplace's rule).

Numpy alone; seeded, so the same rows give the same file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from probe.listen.cues import EXPECTED, EXPECTED_OF_BOTS, FAMILIES, SIGNS

Matrix = npt.NDArray[np.float64]

NAMES = tuple(SIGNS)
_RIDGE = 3e-4  # of squared differences from what is expected, in mean log loss; best of three on held-out hotlines
_STEPS = 3000
_FOLDS = 5
_WITHHELD = 0.12  # chance that a family of cues is withheld; guessed
_COPIES = 1  # of each row with cues withheld
_WRONG_HUMANS = 0.002  # share of human verdicts on held-out hotlines that may be wrong, for the threshold
_EARLIER_IS_SURER = 0.6  # of the way from the threshold to certainty; guessed, too early costs a call
_LOWEST_HUMAN, _HIGHEST_MACHINE = 0.8, 0.1  # thresholds however well the simulated classes part; guessed


@dataclass(frozen=True, slots=True)
class Row:
    """Speech that was judged once: its cues, and who truly spoke. `hotline` for folds; `ended`: it was over."""

    cues: Mapping[str, float]
    human: bool
    bot: bool
    hotline: str
    ended: bool
    weight: float = 1.0
    enough: bool = True
    """Whether it could be called a person's (`probe.listen.too_little`)."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A bias and weights by cue; `scores`: log odds of each row by a fit that did not see its hotline."""

    bias: float
    weights: dict[str, float]
    scores: Matrix


def fit_person(rows: Sequence[Row], seed: int) -> Fitted:
    """The model that tells people from machines."""
    signs = np.array([SIGNS[name] for name in NAMES], float)
    expected = np.array([EXPECTED[name] for name in NAMES])
    return _fit(rows, np.array([row.human for row in rows], float), signs, expected, seed)


def fit_bot(rows: Sequence[Row], seed: int) -> Fitted:
    """The model that tells bots from recordings; of `rows` only those of machines count."""
    machines = [row for row in rows if not row.human]
    expected = np.array([EXPECTED_OF_BOTS[name] for name in NAMES])
    return _fit(machines, np.array([row.bot for row in machines], float), np.zeros(len(NAMES)), expected, seed)


def _fit(rows: Sequence[Row], truth: Matrix, signs: Matrix, expected: Matrix, seed: int) -> Fitted:
    values = np.array([[row.cues.get(name, 0.0) for name in NAMES] for row in rows])
    weight = np.array([row.weight for row in rows])
    hotlines = sorted({row.hotline for row in rows})
    random = np.random.default_rng(seed)
    fold_of = dict(zip(hotlines, random.permutation(len(hotlines)) % _FOLDS, strict=True))
    fold = np.array([fold_of[row.hotline] for row in rows])
    scores = np.zeros(len(rows))
    for held_out in range(_FOLDS):
        seen = fold != held_out
        bias, weights = _regress(*_withhold(values[seen], truth[seen], weight[seen], random), signs, expected)
        scores[~seen] = bias + values[~seen] @ weights
    slope, offset = _platt(scores, truth, weight)
    bias, weights = _regress(*_withhold(values, truth, weight, random), signs, expected)
    named = {name: float(slope * w) for name, w in zip(NAMES, weights, strict=True)}
    return Fitted(float(slope * bias + offset), named, slope * scores + offset)


def _withhold(
    values: Matrix, truth: Matrix, weight: Matrix, random: np.random.Generator
) -> tuple[Matrix, Matrix, Matrix]:
    """The rows, and copies of them in which families of cues are withheld."""
    copies = [values]
    for _ in range(_COPIES):
        copy = values.copy()
        for family in FAMILIES:
            columns = [NAMES.index(name) for name in family]
            kept = random.random(len(copy)) >= _WITHHELD
            copy[:, columns] *= kept[:, None]
        copies.append(copy)
    times = 1 + _COPIES
    return np.concatenate(copies), np.tile(truth, times), np.tile(weight, times) / times


def _regress(values: Matrix, truth: Matrix, weight: Matrix, signs: Matrix, expected: Matrix) -> tuple[float, Matrix]:
    """Logistic regression with a ridge around what is expected and bounded signs, by accelerated projected gradient (Y. Nesterov, 1983)."""
    share = weight / weight.sum()
    design = np.column_stack([np.ones(len(values)), values])
    ridge = np.r_[0.0, np.full(values.shape[1], _RIDGE)]
    curvature = 0.25 * np.linalg.eigvalsh((design * share[:, None]).T @ design)[-1] + _RIDGE
    middle = np.r_[0.0, expected]
    found = middle.copy()
    ahead = found.copy()
    momentum = 1.0
    for _ in range(_STEPS):
        error = 1 / (1 + np.exp(-np.clip(design @ ahead, -60, 60))) - truth
        new = ahead - (design.T @ (share * error) + ridge * (ahead - middle)) / curvature
        new[1:] = np.where(signs > 0, np.maximum(new[1:], 0), np.where(signs < 0, np.minimum(new[1:], 0), new[1:]))
        quicker = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / quicker * (new - found)
        if (new - found) @ (ahead - new) < 0:  # overshot: begin the acceleration anew
            ahead, quicker = new.copy(), 1.0
        found, momentum = new, quicker
    return float(found[0]), found[1:]


def _platt(scores: Matrix, truth: Matrix, weight: Matrix) -> tuple[float, float]:
    """Slope and offset that make scores log odds, by Newton's method on Platt's softened targets."""
    for_one, for_none = (weight * truth).sum(), (weight * (1 - truth)).sum()
    target = np.where(truth > 0, (for_one + 1) / (for_one + 2), 1 / (for_none + 2))
    design = np.column_stack([scores, np.ones(len(scores))])
    found = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ found, -60, 60)))
        gradient = design.T @ (weight * (p - target)) + 1e-3 * (found - [1.0, 0.0])
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        found = found - np.clip(step, -0.5, 0.5)
    return max(float(found[0]), 0.05), float(found[1])


def human_from(scores: Matrix, human: npt.NDArray[np.bool_]) -> float:
    """The lowest probability from which held-out verdicts `human` are right as often as is wanted."""
    probability = 1 / (1 + np.exp(-scores))
    order = np.argsort(-probability, kind="stable")
    wrong = np.cumsum(~human[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(wrong <= _WRONG_HUMANS)
    lowest = float(probability[order[good[-1]]]) if good.size else 1.0
    return float(np.clip(lowest, _LOWEST_HUMAN, 0.99))


def thresholds(fitted: Fitted, rows: Sequence[Row]) -> tuple[float, float, float]:
    """`human_from`, `early_from`, `machine_from` of a model."""
    human = np.array([row.human for row in rows])
    enough = np.array([row.enough for row in rows])
    ended = np.array([row.ended for row in rows])
    over = human_from(fitted.scores[ended & enough], human[ended & enough])
    early = human_from(fitted.scores[~ended & enough], human[~ended & enough]) if (~ended & enough).any() else over
    return over, max(early, over + _EARLIER_IS_SURER * (1 - over)), _HIGHEST_MACHINE
