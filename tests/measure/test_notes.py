from __future__ import annotations

import re
from pathlib import Path

import pytest

from probe.measure import find_outcome
from probe.measure.notes import ZH, in_chinese
from probe.timeline import Answered, CallInfo, Dialed, HangUp, LineFailed, Timeline

PACKAGE = Path(__file__).parents[2] / "probe"
WRITTEN = re.compile(r'(?:\b_?fail\(|note=|note = |LineFailed\(.*reason=|_hang_up\(|reason = )f?"([^"]+)"')


def written() -> set[str]:
    """Every sentence in the source of line and navigator that ends in a timeline, with `{}` for what is filled in."""
    files = [
        *PACKAGE.glob("line/*.py"),
        *PACKAGE.glob("navigate/*.py"),
        *PACKAGE.glob("supervisor/*.py"),
        PACKAGE / "place.py",
    ]
    found = {text for file in files for text in WRITTEN.findall(file.read_text(encoding="utf-8"))}
    return {re.sub(r"\{([^{}]|\{\})*\}", "{}", re.sub(r"\{[^{}]*\}", "{}", text)) for text in found if text.strip()}


def test_every_sentence_that_a_call_writes_is_known_in_chinese() -> None:
    sentences = written() - {"{}: {}", "{}:{}: {}", "{} tone after the answer"}
    assert len(sentences) > 15
    assert sentences <= set(ZH), sentences - set(ZH)


@pytest.mark.parametrize("template", ZH)
def test_both_languages_have_the_same_gaps(template: str) -> None:
    assert template.count("{}") == ZH[template].count("{}")
    filled = in_chinese(template.format("<1>", "<2>"))
    assert filled == ZH[template].format("<1>", "<2>")


def test_an_address_with_colons_and_what_was_heard_are_kept_whole() -> None:
    assert in_chinese("127.0.0.1:9: nobody listens there") == "127.0.0.1:9：那里没有程序在监听"
    assert in_chinese("heard last: 您好: 再见") == "最后听到：您好: 再见"
    assert in_chinese("Not Acceptable Here") == "Not Acceptable Here"


def test_the_evidence_for_an_outcome_is_in_the_readers_language_throughout() -> None:
    failed = LineFailed(at=1.0, known=1.0, reason="127.0.0.1: no audio packet for 10 s")
    found = find_outcome(Timeline(CallInfo("x"), events=[Dialed(at=0.0, known=0.0), failed]))
    assert found.en == "our line failed at 1.00 s: 127.0.0.1: no audio packet for 10 s"
    assert found.zh == "我方线路在 1.00 秒故障：127.0.0.1：10 秒没有收到语音包"


def test_a_call_whose_outcome_is_not_clear_says_why_the_caller_gave_up() -> None:
    lost = HangUp(at=34.0, why="limit_wait", note="heard last: 请稍后")
    found = find_outcome(Timeline(CallInfo("x"), events=[Dialed(at=0.0, known=0.0)], actions=[lost]))
    assert found.outcome == "unsure"
    assert found.en.endswith("; the caller hung up at 34.00 s: heard last: 请稍后")
    assert found.zh.endswith("；主叫在 34.00 秒挂断：最后听到：请稍后")


def test_a_scenario_that_lost_its_way_says_what_it_did_not_find() -> None:
    lost = HangUp(at=34.0, why="lost", note="no option called 业务 in the menu: 1 查询")
    found = find_outcome(
        Timeline(CallInfo("x"), events=[Dialed(at=0.0, known=0.0), Answered(at=1.0, known=1.0)], actions=[lost])
    )
    assert found.outcome == "unsure"
    assert "no option called 业务 in the menu: 1 查询" in found.en
    assert "菜单中没有名为“业务”的选项：1 查询" in found.zh
