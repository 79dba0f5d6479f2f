"""Calls placed one after the other in this process, without queue or worker."""

from __future__ import annotations

from probe.campaign.dialling import bundle_of, dial
from probe.campaign.policy import Later, Refuse
from probe.campaign.store import Store
from probe.campaign.store.attempts import Gone, Ticket, begin
from tests.campaign.harness import Trial


def place_all(trial: Trial, store: Store) -> list[Ticket | Later | Refuse | Gone]:
    """Asks the gate for every planned call in order, and dials where it may."""
    answers = []
    for call in trial.plan.calls:
        answer = begin(store, call.id, f"{call.id}-1", "here", bundle_of, trial.clock)
        answers.append(answer)
        if isinstance(answer, Ticket):
            dial(store, answer, trial.folder / "spool", trial.place, lambda: False, trial.clock)
    return answers
