"""Charts are to scale, say what they show in words, and lead where they should."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.report.charts import Bar, Column, Estimate, Part, Series, bars, columns, curve, estimates
from probe.report.charts_drawing import Drawing, ticks, width_of, wrapped
from probe.report.ladder import ladder
from probe.report.ladder_drawing import Drawn, side_by_side, standing
from tests.report.calls_made_up import timeline


def parsed(svg: str) -> ElementTree.Element:
    """The drawing as elements; fails when it is not well-formed."""
    return ElementTree.fromstring(svg)


def widths(svg: str, style: str) -> list[float]:
    return [float(rect.get("width", 0)) for rect in parsed(svg).iter("rect") if rect.get("class") == style]


def test_parts_of_a_bar_are_as_long_as_their_share() -> None:
    svg = bars([Bar("water", (Part("human", 3, "o-human", "#a"), Part("busy", 1, "o-busy", "#b")))], "outcomes")
    (human,), (busy,) = widths(svg, "o-human"), widths(svg, "o-busy")
    assert human == pytest.approx(3 * busy, abs=0.4)


def test_every_part_leads_to_its_calls_and_says_how_many_they_are() -> None:
    svg = bars([Bar("water", (Part("human", 3, "o-human", "#calls--water--human"),))], "outcomes")
    (link,) = [a for a in parsed(svg).iter("a") if a.get("href") == "#calls--water--human"]
    assert "3/3" in str(link.findtext("title"))


def test_columns_are_as_high_as_their_share() -> None:
    svg = columns([Column("a", 1, 0.25, 0.1, 0.5), Column("b", 2, 0.5, 0.2, 0.8)], "distribution")
    low, high = (float(rect.get("height", 0)) for rect in parsed(svg).iter("rect") if rect.get("class") == "bar")
    assert high == pytest.approx(2 * low, abs=0.2)


def test_an_estimate_stands_at_its_value_between_the_ends_of_its_interval() -> None:
    svg = estimates([Estimate("a", 0.5, 0.25, 0.75, "")], "share", unit="%", most=1.0)
    (dot,) = parsed(svg).iter("circle")
    whisker = next(path.get("d", "") for path in parsed(svg).iter("path") if "whisker" in path.get("class", ""))
    left, right = (float(part.split()[0]) for part in whisker.removeprefix("M").split("L"))
    assert float(dot.get("cx", 0)) == pytest.approx((left + right) / 2, abs=0.1)


def test_a_curve_rises_by_steps() -> None:
    svg = curve([Series("", ((0, 0, 0, 0), (30, 0.5, 0.3, 0.7)))], "waiting", horizon=60)
    path = next(path.get("d", "") for path in parsed(svg).iter("path") if path.get("class") == "curve")
    points = [tuple(map(float, point.split())) for point in path.removeprefix("M").split("L")]
    assert points[1][1] == points[0][1]  # flat until 30 s
    assert points[2][0] == points[1][0]  # then straight up
    assert points[2][1] < points[1][1]


def test_stages_of_hotlines_side_by_side_share_one_scale() -> None:
    drawn = [Drawn("a", ladder(timeline("a", wait=20.0))), Drawn("b", ladder(timeline("b", wait=40.0)))]
    first, second = (
        widths(side_by_side([one, *drawn], "walks"), "g-queue")[0] for one in (drawn[0], drawn[1])
    )  # the same axis in both: its end is that of the longest
    queued = [ladder(timeline("x", wait=wait)).seconds("queue") for wait in (20.0, 40.0)]
    assert second / first == pytest.approx(queued[1] / queued[0], rel=0.02)


def test_every_stage_plays_its_own_stretch_of_the_recording() -> None:
    drawn = ladder(timeline("a", wait=20.0))
    svg = standing(Drawn("a", drawn, None, "../recordings/a/call.wav"), "walk")
    hrefs = {link.get("href") for link in parsed(svg).iter("a")}
    assert {f"../recordings/a/call.wav#t={span.start:.1f}" for span in drawn.spans} <= hrefs


def test_a_removed_recording_is_not_linked() -> None:
    assert not list(parsed(standing(Drawn("a", ladder(timeline("a"))), "walk")).iter("a"))


def test_words_of_strangers_are_text_in_a_drawing() -> None:
    drawing = Drawing(10, 10, '"><script>')
    with drawing.linked('javascript:alert(1)"><script>', "<b>"):
        drawing.text(0, 0, "<script>&\"'")
    assert not list(parsed(drawing.svg()).iter("script"))


@given(st.floats(0.01, 1e6))
def test_ticks_are_evenly_spaced_from_zero_and_reach_the_most(most: float) -> None:
    found = ticks(most)
    gaps = {round(b - a, 9) for a, b in pairwise(found)}
    assert found[0] == 0
    assert found[-1] >= most * 0.998
    assert max(gaps) - min(gaps) < 1e-5 * max(gaps) + 1e-6
    assert 2 <= len(found) <= 10


@given(st.text(max_size=60), st.integers(1, 4))
def test_wrapped_lines_fit_their_room(text: str, lines: int) -> None:
    found = wrapped(text, 11, 100, lines)
    assert len(found) <= lines
    assert all(width_of(line, 11) <= 112 for line in found)  # an ellipsis is a character wide
    assert not math.isnan(sum(width_of(line, 11) for line in found))
