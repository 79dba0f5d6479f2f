"""Numbers as people write them become what the trunk wants."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import UserError
from probe.line.caller import Caller
from probe.line.trunk import Proxy, Trunk
from probe.trunk.dialling import destination, through
from probe.trunk.file import Dialling
from probe.trunk.plan import Plan, Rule, plain

CALLER = Caller("ordinary", "05115550001")
TRUNK = Trunk("far", "sip.example.com", (Proxy("edge.example.com", 5060),))
WRITTEN = ["+86 511 8000 0001", "0511-80000001", "(0511) 8000 0001", "tel:+86-511-80000001", "0086 511 80000001",
           "tel:80000001;phone-context=+86511", "０５１１－８０００ ０００１"]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(
    ("form", "dialled"), [("national", "051180000001"), ("e164", "8651180000001"), ("plus", "+8651180000001")]
)
def test_a_number_is_dialled_in_the_form_the_trunk_wants(written: str, form: str, dialled: str) -> None:
    assert Plan(numbers=form).dialled(written) == dialled  # type: ignore[arg-type]


@pytest.mark.parametrize("short", ["10000", "95598", "12345", "12306", "96110"])
@pytest.mark.parametrize("form", ["as_written", "national", "e164", "plus"])
def test_short_codes_stay_as_they_are(short: str, form: str) -> None:
    assert Plan(numbers=form).dialled(short) == short  # type: ignore[arg-type]


def test_numbers_abroad_keep_their_country() -> None:
    assert Plan(numbers="national").dialled("+1 202 555 0100") == "0012025550100"
    assert Plan(numbers="plus").dialled("0012025550100") == "+12025550100"


def test_rules_come_first_and_the_prefix_before_everything() -> None:
    plan = Plan(
        prefix="9",
        numbers="e164",
        rules=(Rule(number="95xxx", send="0511{number}"), Rule(number="400*", send="400{rest}")),
    )
    assert plan.dialled("95598") == "9051195598"
    assert plan.dialled("400-811-0110") == "94008110110"
    assert plan.dialled("10000") == "910000"


@pytest.mark.parametrize("number", ["110", "+86 119", "(0511)120", "tel:911", "1-1-2", "１１０", "114"])
def test_no_plan_dials_an_emergency_number(number: str) -> None:
    with pytest.raises(UserError, match="emergency"):
        Plan(numbers="plus", prefix="0").dialled(number)


@pytest.mark.parametrize(
    "plan", [Plan(rules=(Rule(number="10000", send="110"),)), Plan(prefix="11", rules=(Rule(number="1*", send="0"),))]
)
def test_no_rule_makes_an_emergency_number(plan: Plan) -> None:
    with pytest.raises(UserError, match="110 is an emergency number"):
        plan.dialled("10000")


@pytest.mark.parametrize("wrong", ["hello", "", "0511-abc", "sip:x", "+", "1"])
def test_what_is_no_number_is_told(wrong: str) -> None:
    with pytest.raises(UserError, match="is not a telephone number"):
        Plan().dialled(wrong)


@given(st.text())
def test_any_text_is_dialled_as_digits_or_refused(text: str) -> None:
    try:
        dialled = Plan(numbers="plus").dialled(text)
    except UserError:
        return
    assert set(dialled) <= set("+0123456789*#")


@given(st.text("0123456789", min_size=5, max_size=15), st.lists(st.sampled_from(" -.()/"), min_size=15, max_size=15))
def test_separators_change_nothing(digits: str, apart: list[str]) -> None:
    assert plain("".join(a + b for a, b in zip(digits, apart, strict=False))) == digits


def test_a_number_without_a_trunk_is_told_what_it_needs() -> None:
    with pytest.raises(UserError, match="`10000` needs a trunk: --trunk NAME"):
        destination("10000", CALLER)


def test_a_caller_dials_numbers_through_its_own_trunk(tmp_path: Path) -> None:
    file = tmp_path / "trunks.yaml"
    file.write_text(
        "trunks:\n  home: { server: sip.example.com }\n  other: { server: b.example.com }\n", encoding="utf-8"
    )
    caller = Caller("me", "1", trunk="home")
    assert destination("95598", caller, file=file).uri == "sip:95598@sip.example.com"
    assert destination("95598", caller, "other", file).uri == "sip:95598@b.example.com"


def test_an_address_on_this_machine_needs_none() -> None:
    to = destination("sip:10000@127.0.0.1:5060", Caller("me", "1", trunk="far"))
    assert (to.uri, to.trunk) == ("sip:10000@127.0.0.1:5060", None)


def test_an_address_on_the_trunk_goes_through_its_plan() -> None:
    dialling = Dialling(TRUNK, Plan(numbers="plus"))
    assert through(dialling, "sip:0511-80000001@sip.example.com").uri == "sip:+8651180000001@sip.example.com"
    assert through(dialling, "*100#").uri == "sip:*100%23@sip.example.com"
    with pytest.raises(UserError, match="not of trunk far"):
        through(dialling, "sip:10000@elsewhere.example.com")
    with pytest.raises(UserError, match="emergency"):
        through(dialling, "sip:%31%31%30@sip.example.com")
