"""Emergency numbers are never dialled: those of every country, in every spelling."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.phonemetadata import PhoneMetadata

from probe.line.emergency import is_emergency, numbers

EVERYWHERE = sorted(numbers())


def territories() -> list[str]:
    return sorted(PhoneMetadata._short_region_available)


def test_every_emergency_number_that_libphonenumber_knows_is_refused() -> None:
    missed: list[str] = []
    for territory in territories():
        known = PhoneMetadata.short_metadata_for_region(territory)
        pattern = known.emergency.national_number_pattern if known and known.emergency else None
        for length in known.emergency.possible_length if pattern else ():
            if length <= 4:  # all numbers of up to four digits; the longer ones are few and listed below
                every = (f"{n:0{length}}" for n in range(10**length))
                missed += [f"{territory} {n}" for n in every if re.fullmatch(pattern, n) and not is_emergency(n)]
    assert missed == []


def test_every_country_has_a_number() -> None:
    having = {territory for found in numbers().values() for territory in found}
    assert set(territories()) - having == set()
    assert len(having) > 240


@pytest.mark.parametrize("number", ["10111", "10177", "12395", "90000", "124422", "320221", "723141", "1350", "1122"])
def test_longer_numbers_are_refused(number: str) -> None:
    assert is_emergency(number)


@pytest.mark.parametrize(
    "written",
    [
        "110",
        "(110)",
        "1-1-0",
        "1 1 0",
        "110#",
        "１１０",  # full width
        "١١٠",  # Arabic-Indic
        "%31%31%30",
        "%2531%2531%2530",
        "tel:110",
        "TEL:110;phone-context=+86",
        "sip:110@trunk.example",
        "110;ext=1",
        "110,1",
        "110p1",
        "9,110",
        "9p110",
        "0w911",
        "9110",
        "0119",
        "00110",
        "99110",
        "+86110",
        "86110",
        "0086-110",
        "+86 511 110",
        "+86-0511-119",
        "0511110",
        "010-120",
        "02-112",
        "17909110",
        "179510511119",
        "+1 911",
        "+44999",
        "0111911",
        "*31#110",
        "#31#110",
        "*67*911",
        "urn:service:112",
    ],
)
def test_no_spelling_gets_through(written: str) -> None:
    assert is_emergency(written)


@given(
    st.sampled_from(EVERYWHERE),
    st.sampled_from(["", "0", "9", "+86", "0086", "0511", "*31#", "+1", "17909"]),
    st.lists(st.sampled_from(["", " ", "-", ".", "(", ")", "/", "\u2011"]), min_size=30, max_size=30),
    st.sampled_from(["", ";ext=5", "?x=1", "@host", ",,2", "#"]),
)
def test_separators_prefixes_and_tails_hide_no_number(number: str, before: str, apart: list[str], tail: str) -> None:
    digits = before + number.replace("x", "7")
    assert is_emergency("".join(a + b for a, b in zip(apart, digits, strict=False)) + tail)


def test_hotlines_of_china_can_be_dialled() -> None:
    hotlines = [
        "10000",
        "10010",
        "10086",
        "10099",
        "11185",
        "12306",
        "12315",
        "12319",
        "12333",
        "12345",
        "12366",
        "12378",
        "4008110110",
        "8008100110",
    ]
    hotlines += [str(n) for n in (*range(95000, 96000), *range(96000, 97000))]
    hotlines += ["051112345678", "+8651180000001", "021 95518", "010-10000", "+8613912345678", "0511-96110"]
    assert [number for number in hotlines if is_emergency(number)] == []


@pytest.mark.parametrize("user", ["", "1100", "zhenjiang-water", "echo", "ordinary", "486"])
def test_what_is_no_emergency_number_is_not_taken_for_one(user: str) -> None:
    assert not is_emergency(user)


def test_the_directory_service_of_china_is_a_fire_brigade_elsewhere() -> None:
    assert "VN" in numbers()["114"]
    assert is_emergency("114")


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    is_emergency(text)
