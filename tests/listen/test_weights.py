from __future__ import annotations

import hashlib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import UserError
from probe.listen.cues import SIGNS, Cue
from probe.listen.weights import loads, shipped

FILE = resources.files("probe.listen").joinpath("verdict.yaml").read_text(encoding="utf-8")


def test_the_shipped_model_is_named_by_its_version_and_its_text() -> None:
    assert shipped().name == f"verdict {shipped().version} ({hashlib.sha256(FILE.encode()).hexdigest()[:12]})"


@pytest.mark.parametrize("name", [name for name, sign in SIGNS.items() if sign])
def test_no_weight_of_the_shipped_model_speaks_against_common_sense(name: str) -> None:
    assert shipped().person.get(name, 0.0) * SIGNS[name] >= 0


@given(st.sampled_from([n for n, s in SIGNS.items() if s]), st.floats(0, 2), st.lists(st.sampled_from(sorted(SIGNS))))
def test_more_of_a_cue_moves_the_probability_its_own_way_or_not_at_all(
    name: str, value: float, rest: list[str]
) -> None:
    others = [Cue(other, 1.0, "") for other in rest if other != name]
    with_it = shipped().human([Cue(name, value, ""), *others])
    without = shipped().human(others)
    assert (with_it - without) * SIGNS[name] >= 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("version: ", "verse: "), "version"),
        (("  weights:\n", "  weights:\n    aura: 1.0\n"), "aura"),
        (("  weights:\n", "  weights:\n    menu: 1.0\n"), "menu can only speak against"),
        (("human_from: ", "human_from: 0.0001 #"), "machine_from must be below"),
    ],
)
def test_a_file_that_is_no_model_is_refused_with_the_reason(change: tuple[str, str], says: str) -> None:
    text = FILE.replace("    menu:", "    menu_:") if "menu" in change[1] else FILE
    with pytest.raises(UserError, match=says):
        loads(text.replace(*change, 1))
