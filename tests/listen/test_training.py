from __future__ import annotations

from random import Random

import numpy as np
import pytest

from probe.listen.cues import SIGNS
from probe.listen.training import Fitted, Row, fit_bot, fit_person, human_from


def rows(seed: int, n: int = 600) -> list[Row]:
    """People in rooms who open as agents do, and machines that do not, some of each the other way round."""
    random = Random(seed)
    made = []
    for i in range(n):
        human = random.random() < 0.4
        bot = not human and random.random() < 0.5
        cues = {
            "room_began": float(random.random() < (0.9 if human else 0.05)),
            "agent_opening": float(random.random() < (0.8 if human else 0.2)),
            "machine_wording": float(random.random() < (0.02 if human else 0.6)),
            "bot_invitation": float(bot and random.random() < 0.8),
            # by chance, rarely heard where people speak: must not become a weight against them
            "after_queue": float(random.random() < (0.1 if human else 0.3)),
        }
        made.append(Row(cues, human, bot, f"hotline-{i % 30}", True))
    return made


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit_person(rows(1), seed=1)


def test_weights_point_where_the_evidence_does(fitted: Fitted) -> None:
    assert fitted.weights["room_began"] > 1
    assert fitted.weights["machine_wording"] < -1


def test_common_sense_bounds_what_the_data_say(fitted: Fitted) -> None:
    assert fitted.weights["after_queue"] >= 0
    assert all(fitted.weights[name] * sign >= 0 for name, sign in SIGNS.items())


def test_probabilities_of_hotlines_never_seen_mean_what_they_say(fitted: Fitted) -> None:
    fresh = rows(2)
    total = [fitted.bias + sum(fitted.weights[n] * v for n, v in row.cues.items()) for row in fresh]
    probability = 1 / (1 + np.exp(-np.array(total)))
    truth = np.array([row.human for row in fresh])
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        inside = (probability >= low) & (probability < high)
        assert inside.sum() > 5
        assert abs(probability[inside].mean() - truth[inside].mean()) < 0.15


def test_the_same_rows_and_seed_give_the_same_weights(fitted: Fitted) -> None:
    assert fit_person(rows(1), seed=1).weights == fitted.weights


def test_bots_are_told_from_recordings_by_machines_alone() -> None:
    fitted = fit_bot(rows(1), seed=1)
    assert fitted.weights["bot_invitation"] > 1
    assert len(fitted.scores) == sum(not row.human for row in rows(1))


def test_the_threshold_rises_with_the_mistakes_above_it() -> None:
    scores = np.linspace(-6, 6, 400)
    human = scores > 0
    assert human_from(scores, human) == 0.8
    human[[-80, -90, -100]] = False  # machines that score high
    assert human_from(scores, human) > 0.95
