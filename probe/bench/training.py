"""From looks at simulated speech to the model's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from probe.bench.openings import Look, rows
from probe.errors import UserError
from probe.listen.training import Fitted, Row, fit_bot, fit_person, thresholds
from probe.listen.weights import Weights, dumps, loads, shipped


def trained(looks: Sequence[Look], hotlines: int, calls: int, seed: int) -> tuple[str, dict[str, Any]]:
    """The file's text, and how the model did on hotlines that each fit had not seen."""
    teach = rows(looks)
    if not any(row.human for row in teach) or all(row.human for row in teach):
        raise UserError(
            "people and machines are needed to learn from; call more hotlines: --hotlines 50",
            "训练需要既有真人又有机器；请增加热线：--hotlines 50",
        )
    person, bot = fit_person(teach, seed), fit_bot(teach, seed)
    human_from, early_from, machine_from = thresholds(person, teach)
    pieces = round(sum(row.weight for row in teach))
    weights = Weights(
        version=shipped().version + 1,
        bias=person.bias,
        person=person.weights,
        bot_bias=bot.bias,
        bot=bot.weights,
        human_from=human_from,
        early_from=early_from,
        machine_from=machine_from,
        most=1 - 1 / (pieces + 2),
    )
    summary = {
        "hotlines": hotlines,
        "calls_each": calls,
        "seed": seed,
        "pieces_of_speech": pieces,
        "looks": len(teach),
        **_held_out(person, teach, weights),
    }
    text = dumps(weights, summary)
    return text, summary | {"model": replace(loads(text)).name}


def _held_out(person: Fitted, teach: Sequence[Row], weights: Weights) -> dict[str, Any]:
    """Figures of speech that was over, in hotlines not seen."""
    ended = np.array([row.ended for row in teach])
    ended = ended if ended.any() else ~ended
    human = np.array([row.human for row in teach])[ended]
    probability = 1 / (1 + np.exp(-person.scores[ended]))
    called = (probability >= weights.human_from) & np.array([row.enough for row in teach])[ended]
    loss = -np.log(np.where(human, probability, 1 - probability) + 1e-12).mean()
    return {
        "held_out_precision": round(float(human[called].mean()) if called.any() else 0.0, 4),
        "held_out_recall": round(float(called[human].mean()), 4),
        "held_out_unsure": round(float((~called & (probability >= weights.machine_from)).mean()), 4),
        "held_out_log_loss": round(float(loss), 4),
    }
