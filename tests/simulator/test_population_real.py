"""Hotlines made of real recordings, where Debian's packages of them are installed."""

from __future__ import annotations

import numpy as np
import pytest

from probe.errors import UserError
from probe.simulator import population_real
from probe.simulator.hotline import Hotline
from probe.simulator.places import Announcement, Person
from probe.simulator.speaker import recorded
from tests.simulator.walker import begin, run, until

installed = pytest.mark.skipif(population_real.missing(), reason="needs " + " ".join(population_real.PACKAGES))


def clips(hotlines: list[Hotline]) -> set[str]:
    found = set()
    for hotline in hotlines:
        for place in hotline.places.values():
            audio = place.audio if isinstance(place, Announcement | Person) else None
            found |= {path.stem for path in (audio if isinstance(audio, tuple) else (audio,)) if path}
    return found


@installed
def test_splits_share_no_clip_and_people_are_other_speakers_than_prompts() -> None:
    train, test = (population_real.population(3, 12, split) for split in ("train", "test"))  # type: ignore[arg-type]
    assert not clips(train) & clips(test)
    for hotline in train:
        greeting, agent = hotline.places["greeting"], hotline.places["agent"]
        assert isinstance(greeting, Announcement)
        assert isinstance(agent, Person)
        assert greeting.audio is not None
        assert {path.parent for path in agent.audio}.isdisjoint({greeting.audio.parent})


@installed
def test_real_prompts_and_real_people_are_what_is_heard() -> None:
    hotline = next(h for h in population_real.population(3, 12, "train") if h.truth.reached)
    engine = begin(hotline)
    until(engine, "answered")
    heard = run(engine, 3.0)
    greeting = hotline.places["greeting"]
    assert isinstance(greeting, Announcement)
    assert greeting.audio is not None
    assert recorded(greeting.audio)[:8000].tobytes() in heard.tobytes()
    until(engine, "human_answered", 120.0)
    assert engine.truth.spoken[-1].who == "human"
    assert np.abs(run(engine, 0.5)).max() > 300


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population_real, "missing", lambda: True)
    with pytest.raises(UserError, match="apt-get install asterisk-core-sounds-en-wav"):
        population_real.population(1, 1)
