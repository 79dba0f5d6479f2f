"""Profiles count what they say they count, hide nothing, and say met or missed only when the calls carry it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from typer import Exit

from probe.cli.check import check
from probe.errors import DocumentError, UserError
from probe.measure import CLOCKS
from probe.report.profiles import (
    JUDGEMENTS,
    VERDICTS,
    Counting,
    Profile,
    as_reviewed,
    find,
    judge,
    load,
    score,
    scores_by,
    shipped,
    totals,
)
from probe.report.statistics import calls_needed, wilson
from probe.timeline import Outcome
from tests.report.calls_made_up import denied, frame, gave_up, human

TARGETS = {
    # name: clock, threshold in seconds, share
    "miit-30s": ("requested_to_human", 30, None),
    "miit-3g-answer-15s": ("dialed_to_answered", 15, None),
    "miit-3g-human-15s": ("requested_to_human", 15, None),
    "gbt-33358-15s": ("dialed_to_answered", 15, None),
    "gbt-33358-connected": ("dialed_to_answered", None, 0.95),
    "etsi-20s": ("dialed_to_human", 20, None),
    "ofgem-agent": ("requested_to_human", None, None),
    "spain-3min": ("answered_to_human", 180, 0.95),
    "elderly-15s": ("answered_to_human", 15, None),
}


def own(**changes: Any) -> Profile:
    """A user's profile: 80 % reach a person within 30 s of asking."""
    plain = shipped()["miit-30s"].model_dump() | {"name": "own", "share": 0.8, "or_clock": None}
    return Profile.model_validate(plain | changes)


def test_the_shipped_profiles_have_the_numbers_of_their_rules() -> None:
    # As collected in notes on what regulators measure: each from the source that the profile itself names.
    assert {name: (p.clock, p.threshold, p.share) for name, p in shipped().items()} == TARGETS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_shipped_profile_names_its_source_and_counts_every_outcome(name: str) -> None:
    profile = shipped()[name]
    assert profile.name == name
    assert profile.source.title.zh
    assert profile.source.title.en
    assert profile.source.date
    assert set(profile.counts) == {outcome.value for outcome in Outcome}


# ------------------------------------------------------------------------------------------------------- judgement


@pytest.mark.parametrize(
    ("call", "judged"),
    [
        (human(30.0), "met"),
        (human(30.1), "missed"),
        (gave_up(31.0), "missed"),
        (gave_up(29.0), "too_short"),
        (gave_up(29.0, ended_by="hotline"), "missed"),
        (denied("no_human_offered"), "missed"),
        ({"outcome": "no_answer", "ended_at": 60.0}, "missed"),
        ({"outcome": "no_answer", "ended_at": 25.0}, "too_short"),
        (denied("closed"), "left_out"),
        (human(5.0, outcome="unsure"), "shown"),
        (denied("our_fault"), "shown"),
        (denied("unfinished"), "shown"),
        (human(5.0, goal="complaint"), "not_meant"),
        ({"outcome": "human", "answered_at": 2.0, "human_at": 8.0, "ended_at": 9.0}, "no_clock"),
    ],
)
def test_each_call_is_judged(call: dict[str, Any], judged: str) -> None:
    assert judge(own(), frame(call)).tolist() == [judged]


def test_a_caller_put_straight_through_is_timed_by_the_other_clock() -> None:
    straight = {"outcome": "human", "answered_at": 2.0, "human_at": 8.0, "ended_at": 9.0, "answered_to_human": 6.0}
    assert judge(own(or_clock="answered_to_human"), frame(straight)).tolist() == ["met"]


def test_a_rule_about_elderly_callers_is_not_about_others() -> None:
    calls = frame(human(3.0), human(3.0, caller="elderly"))
    assert judge(shipped()["elderly-15s"], calls).tolist() == ["not_meant", "met"]


def test_a_call_that_rang_out_did_not_meet_a_rule_on_answering() -> None:
    rang = {"outcome": "no_answer", "ended_at": 60.0}
    short = {"outcome": "no_answer", "ended_at": 10.0}
    calls = frame(rang, short, {"outcome": "busy", "ended_at": 3.0}, human(9.0))
    assert judge(shipped()["gbt-33358-15s"], calls).tolist() == ["missed", "too_short", "missed", "met"]
    assert judge(shipped()["gbt-33358-connected"], calls).tolist() == ["missed", "missed", "missed", "met"]


def test_every_call_is_in_exactly_one_count() -> None:
    outcomes = [outcome.value for outcome in Outcome] + ["unfinished"]
    calls = frame(*(gave_up(20.0 + n, outcome=name) for n, name in enumerate(outcomes)), human(3.0, goal="complaint"))
    for profile in shipped().values():
        found = score(profile, calls)
        aside = sum(found.shown.values()) + sum(found.left_out.values()) + found.too_short + found.no_clock
        assert found.met + found.missed + aside == found.n
        assert found.n + found.not_meant == len(calls)
        assert set(found.shown) == {"our_fault", "unsure", "unfinished"} or profile.caller


# ----------------------------------------------------------------------------------------------------------- score


def test_the_share_is_of_met_and_missed_alone_and_the_bounds_tell_what_the_rest_could_change() -> None:
    calls = frame(*[human(10.0)] * 6, *[human(50.0)] * 2, *[denied("unsure")] * 2)
    found = score(own(), calls)
    assert (found.met, found.missed, found.share) == (6, 2, 0.75)
    assert found.interval == wilson(6, 8)
    assert found.shown == {"unsure": 2}
    assert found.bounds is not None
    assert (found.bounds.low, found.bounds.high) == (0.6, 0.8)


@pytest.mark.parametrize(
    ("met", "missed", "verdict"), [(200, 10, "met"), (10, 200, "not_met"), (9, 2, "too_few"), (0, 0, "too_few")]
)
def test_a_verdict_needs_the_whole_interval_on_one_side(met: int, missed: int, verdict: str) -> None:
    found = score(own(), frame(*[human(10.0)] * met, *[human(50.0)] * missed))
    assert found.verdict == verdict


def test_a_rule_without_a_target_is_not_judged() -> None:
    assert score(shipped()["miit-30s"], frame(*[human(10.0)] * 50)).verdict == "no_target"


def test_too_few_calls_come_with_how_many_would_do() -> None:
    found = score(own(), frame(*[human(10.0)] * 9, human(50.0)))
    assert found.to_decide is not None
    share, n = 0.9, found.to_decide
    z = 1.959963984540054
    assert abs(share - 0.8) > z * np.sqrt(0.8 * 0.2 / n)
    assert abs(share - 0.8) <= z * np.sqrt(0.8 * 0.2 / (n - 1))
    assert found.for_precision == calls_needed(0.05, 0.9)


@pytest.mark.parametrize(
    ("calls", "verdict"),
    [
        ([human(20.0 + n % 7) for n in range(30)], "met"),
        ([human(300.0 + n % 7) for n in range(30)], "not_met"),
        ([human(20.0), human(300.0), human(170.0)], "too_few"),
        ([human(20.0 + n % 7) for n in range(30)] + [gave_up(40.0)], "too_few"),
    ],
)
def test_a_mean_is_short_enough_only_if_nobody_was_left_waiting(calls: list[dict[str, Any]], verdict: str) -> None:
    mean = own(statistic="mean", threshold=180, share=None)
    assert score(mean, frame(*calls)).verdict == verdict


def test_a_median_is_judged_by_its_interval() -> None:
    median = own(statistic="median", threshold=30, share=None)
    assert score(median, frame(*[human(10.0 + n % 5) for n in range(30)])).verdict == "met"
    assert score(median, frame(*[human(40.0 + n % 5) for n in range(30)])).verdict == "not_met"
    assert score(median, frame(human(10.0), human(50.0))).verdict == "too_few"


@pytest.mark.parametrize("calls", [frame(), frame(denied("our_fault")), frame(human(3.0, goal="complaint"))])
def test_without_a_call_that_counts_nothing_is_claimed(calls: pd.DataFrame) -> None:
    for profile in shipped().values():
        found = score(profile, calls)
        assert found.verdict in ("too_few", "no_target")
        assert found.share is None or found.met + found.missed > 0


def test_scores_of_groups_count_their_means_up_to_the_same_horizon() -> None:
    calls = frame(
        *[denied(requested_at=10.0, enterprise="gas")] * 3,
        *[human(25.0, enterprise="water")] * 40,
        human(80.0, enterprise="water"),
    )
    found = scores_by(own(), calls, "enterprise")
    assert list(found) == ["gas", "water"]
    means = {name: one.waiting.mean for name, one in found.items()}
    assert {name: mean.horizon for name, mean in means.items() if mean} == {"gas": 80.0, "water": 80.0}
    assert totals(found) == {"met": 1, "not_met": 1, "too_few": 0, "no_target": 0}


# --------------------------------------------------------------------------------------------------------- reviews


def test_reviewers_can_undo_a_person_and_find_one() -> None:
    calls = frame(
        human(10.0, reviewed_outcome="human_unreachable"),
        gave_up(50.0, reviewed_outcome="human"),
        human(10.0, reviewed_outcome="human"),
        human(10.0),
    )
    reviewed = as_reviewed(calls)
    assert reviewed["outcome"].tolist() == ["human_unreachable", "human", "human", "human"]
    assert judge(own(), reviewed).tolist() == ["too_short", "no_clock", "met", "met"]
    assert calls["outcome"].tolist() == ["human", "human_unreachable", "human", "human"]
    assert set(CLOCKS) <= set(reviewed.columns)


# ----------------------------------------------------------------------------------------------------- users' own


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def shipped_text(name: str) -> str:
    from probe.report import profiles

    return (Path(profiles.__file__).with_name("profiles") / f"{name}.yaml").read_text(encoding="utf-8")


def test_a_users_own_profile_is_found_by_its_path(tmp_path: Path) -> None:
    text = shipped_text("spain-3min").replace("threshold: 180", "threshold: 60").replace("spain-3min", "strict")
    assert find(str(written(tmp_path, text))).threshold == 60
    assert find("spain-3min").threshold == 180


def test_a_users_own_profile_can_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exit) as end:
        check([written(tmp_path, shipped_text("spain-3min"))])
    assert end.value.exit_code == 0
    assert "spain-3min" in capsys.readouterr().out


def test_an_unknown_profile_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="spain-3min"):
        find("spain-2min")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("clock: answered_to_human", "clock: answered_to_robot", "unknown clock `answered_to_robot`"),
        ("  busy: missed", "  bussy: missed", "unknown outcome `bussy`"),
        ("  our_fault: shown", "  our_fault: missed", "write `our_fault: shown`"),
        ("  busy: missed\n", "", "missing: busy"),
        ("statistic: share_within", "statistic: median", "`share` goes with"),
        ("threshold: 180", "threshhold: 180", "did you mean `threshold`"),
        ("share: 0.95", "share: 95", "less than 1"),
    ],
)
def test_a_mistake_in_a_profile_is_told_at_its_line(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = shipped_text("spain-3min")
    assert before in text
    with pytest.raises(DocumentError, match=r"own\.yaml") as mistake:
        load(written(tmp_path, text.replace(before, after)))
    assert told in mistake.value.en
    place = "share: 0.95" if "statistic" in before else "counts:" if not after else before
    assert mistake.value.line == text[: text.index(place)].count("\n") + 1


def test_every_profile_and_every_way_to_count_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text(encoding="utf-8")
    words = {*TARGETS, *get_args(Counting), *JUDGEMENTS, *VERDICTS, *Profile.model_fields}
    assert sorted(word for word in words if word not in text) == []
    for name, (clock, threshold, share) in TARGETS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        assert f"`{clock}`" in row
        assert f"{threshold} s" in row or threshold is None
        assert f"{share:.0%}".replace("%", " %") in row if share else "| – |" in row
