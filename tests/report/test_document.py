"""The report as a page: valid, whole, honest about what it does not know, and every number leads to its calls."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import html5lib
import pytest

from probe import i18n
from probe.evidence.reviews import Review, Reviews
from probe.report import document_calls
from probe.report.document import render
from probe.report.document_calls import Addresses
from probe.report.document_material import Material, gather
from probe.report.index import Index
from probe.report.profiles import find
from probe.timeline import Timeline
from tests.report.calls_made_up import MORNING, leave, many, timeline, unfinished

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> object:
    i18n.use(request.param)
    yield request.param
    i18n.use(None)


def material_of(recordings: Path, profile: str = "miit-30s") -> Material:
    index = Index(recordings)
    index.refresh()
    try:
        return gather(index, find(profile), NOW)
    finally:
        index.close()


def pages(recordings: Path, reports: Path) -> dict[str, str]:
    material = material_of(recordings)
    return render(material, Addresses(recordings, reports, len(material.frame)))


def page(recordings: Path, reports: Path) -> str:
    return pages(recordings, reports)["report.html"]


def varied(recordings: Path) -> list[Timeline]:
    """Calls at two hotlines by two kinds of callers: answered, given up, our fault, unfinished."""
    calls = [timeline(f"call-{n}", wait=10.0 + n, started=MORNING + timedelta(hours=n)) for n in range(8)]
    calls += [timeline(f"old-{n}", caller="elderly", wait=5.0 + n) for n in range(6)]
    calls += [timeline("never", hotline="zhenjiang-gas", wait=None), timeline("fault", broken=True)]
    calls.append(unfinished(timeline("running", hotline="zhenjiang-gas")))
    for call in calls:
        leave(recordings, call)
    return calls


def test_the_page_is_valid_html_in_both_languages(tmp_path: Path, language: str) -> None:
    varied(tmp_path / "calls")
    text = page(tmp_path / "calls", tmp_path / "reports")
    html5lib.HTMLParser(strict=True).parse(text)
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
    assert ("调查表" in text) == (language == "zh")


def test_the_page_needs_no_network(tmp_path: Path) -> None:
    varied(tmp_path / "calls")
    text = page(tmp_path / "calls", tmp_path / "reports")
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)
    assert not re.findall(r"@import|url\((?!#)", text)


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    varied(tmp_path / "calls")
    reports = tmp_path / "reports"
    reports.mkdir()
    text = page(tmp_path / "calls", reports)
    anchors = set(re.findall(r'id="([^"]+)"', text))
    for href in re.findall(r'href="([^"]+)"', text):
        if href.startswith("#"):
            assert href[1:] in anchors, href
        else:
            assert (reports / unquote(href.split("#")[0])).is_file(), href


def test_every_call_is_listed_with_its_audio_and_its_timeline(tmp_path: Path) -> None:
    calls = varied(tmp_path / "calls")
    text = page(tmp_path / "calls", tmp_path / "reports")
    for call in calls:
        assert f'href="../calls/{call.call.id}/call.wav"' in text
        assert f'href="../calls/{call.call.id}/timeline.json"' in text


def test_no_identity_occurs_twice(tmp_path: Path) -> None:
    varied(tmp_path / "calls")
    anchors = re.findall(r'id="([^"]+)"', page(tmp_path / "calls", tmp_path / "reports"))
    assert len(anchors) == len(set(anchors))


def test_our_faults_and_unfinished_calls_are_shown_and_in_no_share(tmp_path: Path) -> None:
    i18n.use("en")
    varied(tmp_path / "calls")
    material = material_of(tmp_path / "calls")
    text = page(tmp_path / "calls", tmp_path / "reports")
    assert (material.reached, material.settled) == (8, 9)  # ordinary callers: 8 of the answered, and the one given up
    assert "our fault 1" in text
    assert "unfinished 1" in text
    i18n.use(None)


def test_calls_that_are_all_our_fault_give_a_page_that_says_so_and_no_share(tmp_path: Path, language: str) -> None:
    many(tmp_path / "calls", 3, broken=True)
    text = page(tmp_path / "calls", tmp_path / "reports")
    html5lib.HTMLParser(strict=True).parse(text)
    assert ("没有一通能说明热线的好坏" if language == "zh" else "None of these calls says anything") in text
    assert 'id="survey"' not in text
    assert text.count('class="play"') == 3


def test_one_call_gives_a_page_that_warns_and_claims_no_interval_of_waits(tmp_path: Path) -> None:
    i18n.use("en")
    many(tmp_path / "calls", 1)
    text = page(tmp_path / "calls", tmp_path / "reports")
    html5lib.HTMLParser(strict=True).parse(text)
    assert "Only 1 calls say something" in text
    assert "too few calls for an interval" in text
    assert "no curve is drawn" in text
    i18n.use(None)


def test_removed_audio_is_told_and_not_linked(tmp_path: Path) -> None:
    i18n.use("en")
    leave(tmp_path / "calls", timeline("kept"))
    leave(tmp_path / "calls", timeline("gone"), audio=False)
    text = page(tmp_path / "calls", tmp_path / "reports")
    assert "gone/call.wav" not in text
    assert "kept/call.wav" in text
    assert "The audio of 1 calls has been removed" in text
    i18n.use(None)


def test_a_reviewers_word_stands_beside_the_machines_and_changes_no_figure(tmp_path: Path) -> None:
    i18n.use("en")
    many(tmp_path / "calls", 3)
    before = material_of(tmp_path / "calls")
    Reviews(tmp_path / "calls").add(
        Review("call-0001", "Li", "2026-11-22T03:00:00Z", "hung_up", "human", "a recording, not a person")
    )
    after = material_of(tmp_path / "calls")
    text = page(tmp_path / "calls", tmp_path / "reports")
    assert "a person answered (reviewed: hung up by the hotline)" in text
    assert "1 calls were reviewed; the program agrees in 0/1 (0%)" in text
    assert (after.reached, after.settled) == (before.reached, before.settled) == (3, 3)
    i18n.use(None)


def test_simulated_calls_are_never_passed_off_as_real_ones(tmp_path: Path) -> None:
    i18n.use("en")
    leave(tmp_path / "calls", timeline("real"))
    for name, dialed in (("memory", ""), ("here", "sip:zhenjiang-water@127.0.0.1:5060")):
        call = timeline(name)
        call.call.line, call.call.dialed = ("simulated", "") if not dialed else ("sip", dialed)
        leave(tmp_path / "calls", call)
    real = timeline("outside")
    real.call.line, real.call.dialed = "sip", "sip:96001@trunk.example:5060"
    leave(tmp_path / "calls", real)
    assert material_of(tmp_path / "calls").simulated == 3  # `timeline` makes simulated calls unless told otherwise
    assert "3 of 4 calls went to hotlines simulated on this machine" in page(tmp_path / "calls", tmp_path / "reports")
    i18n.use(None)


def test_what_strangers_said_is_never_markup(tmp_path: Path) -> None:
    leave(tmp_path / "calls", timeline("a<b>&\"'c", hotline="<i>h", text="<script>alert(1)</script>"))
    text = page(tmp_path / "calls", tmp_path / "reports")
    html5lib.HTMLParser(strict=True).parse(text)
    assert text.count("<script>") == 1  # the page's own
    assert "<i>h" not in text


def test_a_folder_that_is_no_call_is_named(tmp_path: Path) -> None:
    many(tmp_path / "calls", 2)
    (tmp_path / "calls" / "broken").mkdir()
    (tmp_path / "calls" / "broken" / "timeline.json").write_text("{", encoding="utf-8")
    assert "<code>broken</code>" in page(tmp_path / "calls", tmp_path / "reports")


def test_a_thousand_calls_make_at_most_three_megabytes(tmp_path: Path) -> None:
    for nth in range(1000):
        hotline = f"zhenjiang-{('water', 'gas', 'power', 'mobile', 'post')[nth % 5]}"
        started = MORNING + timedelta(minutes=nth)
        leave(tmp_path / "calls", timeline(f"call-{nth:04d}", hotline=hotline, wait=5.0 + nth % 60, started=started))
    text = page(tmp_path / "calls", tmp_path / "reports")
    assert text.count('class="play"') == 1000
    assert len(text.encode()) <= 3_000_000


def test_of_very_many_hotlines_the_quickest_and_the_slowest_are_drawn_and_the_page_says_so(tmp_path: Path) -> None:
    i18n.use("en")
    for nth in range(70):
        leave(tmp_path / "calls", timeline(f"call-{nth}", hotline=f"hotline-{nth:02d}", wait=5.0 + nth))
    text = page(tmp_path / "calls", tmp_path / "reports")
    walks = text[text.index('id="walks"') : text.index('id="waiting"')]
    drawn = set(re.findall(r'href="#hotline-(hotline-\d\d)"', walks))
    assert drawn == {f"hotline-{nth:02d}" for nth in range(70) if nth < 30 or nth >= 40}
    assert "show the 30 quickest and the 30 slowest" in text
    assert text.count('<section class="hotline"') == 70
    i18n.use(None)


def test_very_many_calls_are_listed_beside_the_page_and_found_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_calls, "LISTED", 10)
    varied(tmp_path / "calls")
    found = pages(tmp_path / "calls", tmp_path / "reports")
    assert set(found) == {
        "report.html", "report-calls-zhenjiang-water.html", "report-calls-zhenjiang-gas.html"
    }  # fmt: skip
    for text in found.values():
        html5lib.HTMLParser(strict=True).parse(text)
    assert "report-calls-zhenjiang-water.html#calls--zhenjiang-water--human" in found["report.html"]
    assert found["report-calls-zhenjiang-water.html"].count('class="play"') == 15
