from __future__ import annotations

from typing import get_args

import pytest

from probe.errors import UserError
from probe.listen.tone_plans import plan, plans
from probe.timeline import Country, Kind


def test_every_plan_has_ringback_and_busy_and_says_where_it_is_from() -> None:
    for row in plans().values():
        assert row.source, row.country
        assert {Kind.RINGBACK, Kind.BUSY} <= {tone.kind for tone in row.tones}
        for tone in row.tones:
            assert len(tone.on) == len(tone.off) == len(tone.softer), (row.country, tone)
            assert all(300 <= f <= 700 for f in tone.frequencies), (row.country, tone)
            assert all(0.05 <= length <= 6 for length in tone.on + tone.off), (row.country, tone)


def test_no_two_tones_of_a_plan_are_the_same() -> None:
    for row in plans().values():
        forms = [(tone.frequencies, tone.on, tone.off, tone.softer) for tone in row.tones]
        assert len(set(forms)) == len(forms), row.country


def test_scenarios_can_name_every_plan_and_no_other() -> None:
    assert set(get_args(Country)) == set(plans())


def test_an_unknown_country_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="CN"):
        plan("XX")
