"""Traps for whoever listens: recordings around people, people who sound like recordings, voicemail."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from probe.errors import DocumentError
from probe.simulator.engine import Engine
from probe.simulator.hotline import Hotline, Network, from_text, load_hotline
from probe.simulator.people import meet
from probe.simulator.speaker import Part, Speaker, prompt
from probe.timeline import RATE, Outcome
from tests.simulator.walker import begin, hotline, run, until, utterance

PERSON = "start: agent\nplaces:\n  agent: { kind: person, openings: ['您好，{id}为您服务，请讲'], "


def said(of: Hotline, seconds: float = 30.0, seed: int = 1) -> list[tuple[str, str]]:
    """Who says what in a call in which the caller says nothing."""
    engine = begin(of, seed=seed)
    run(engine, seconds)
    return [(spoken.who, spoken.text) for spoken in engine.truth.spoken]


def test_an_agents_number_is_announced_from_recorded_figures_before_the_agent_speaks() -> None:
    of = hotline(PERSON + "announced: '工号{id}为您服务' }\n")
    first, second = said(of)[:2]
    figures = "".join(first[1].removeprefix("工号，").removesuffix("，为您服务").split("，"))
    assert first[0] == "recording"
    assert second == ("human", f"您好，{figures}为您服务，请讲")
    assert said(of, seed=2)[0] != first


def test_a_person_passes_the_caller_on_to_another() -> None:
    other = "  other: { kind: person, openings: [喂] }\n"
    of = hotline(PERSON + "passes_on: { says: 我帮您转过去, to: wait } }\n  wait: { kind: queue, to: other }\n" + other)
    engine = begin(of)
    passed = until(engine, "passed_on")
    again = until(engine, "human_answered")
    assert engine.truth.human_answered is not None
    assert engine.truth.human_answered < passed < again - 8
    assert [spoken.text for spoken in engine.truth.spoken if spoken.who == "human"][-2:] == ["我帮您转过去", "喂"]


def test_a_late_person_speaks_in_the_end_and_a_curt_one_never() -> None:
    late, curt = (begin(hotline(PERSON + f"manner: {manner} }}\n")) for manner in ("late", "curt"))
    assert until(late, "human_answered") - until_noted(late, "picked_up") > 4
    until(curt, "ended")
    assert curt.truth.spoken == []
    assert curt.truth.human_answered is None


def until_noted(engine: Engine, kind: str) -> float:
    at = engine.truth.first(kind)
    assert at is not None
    return at


def test_a_flat_person_has_no_room_and_an_ordinary_one_has() -> None:
    for manner, level in (("flat", 0), ("ordinary", 1)):
        engine = begin(hotline(PERSON + f"manner: {manner}, pause: 3 }}\n"))
        until(engine, "picked_up")
        assert np.abs(run(engine, 2.0)).max() >= level
        assert (np.abs(run(engine, 0.4)).max() == 0) == (manner == "flat")


def test_a_voicemail_beeps_and_records() -> None:
    of = hotline("start: box\nplaces:\n  box: { kind: voicemail, says: 请在滴声后留言, records: 3 }\n")
    engine = begin(of)
    begun = until(engine, "voicemail")
    assert np.abs(run(engine, 1.0)).max() > 1000
    assert until(engine, "ended") - begun > 3.5


def test_a_recording_is_played_in_place_of_the_voice(tmp_path: Path) -> None:
    sound = (3000 * np.sin(np.arange(RATE) * 0.3)).astype(np.int16)
    with wave.open(str(tmp_path / "mine.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(sound.tobytes())
    written = tmp_path / "test.yaml"
    text = "start: a\nplaces:\n  a: { kind: announcement, says: 一段录音, audio: mine.wav }\n"
    head = "hotline: test\nname: 测试\nnetwork: { post_dial: 0, ring: 0 }\ntruth: { way: none, reached: false }\n"
    written.write_text(head + text, encoding="utf-8")
    engine = begin(load_hotline(written))
    until(engine, "answered")
    heard = run(engine, 3.0)
    assert sound.tobytes() in heard.tobytes()
    assert engine.truth.spoken[0].text == "一段录音"
    written.write_text(head + text.replace("mine.wav", "none.wav"), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"none\.wav: no such audio file"):
        from_text(written.read_text(encoding="utf-8"), written)


def test_a_vacant_number_is_told_by_tone_and_words() -> None:
    of = hotline("start: a\nplaces:\n  a: { kind: person }\n")
    network = Network(
        alert="special_information", says="您拨打的号码是空号", means="not_in_service", reject=404, ring=0
    )
    engine = begin(of.model_copy(update={"network": network}))
    run(engine, 8.0)
    assert engine.truth.outcome is Outcome.NOT_IN_SERVICE
    assert engine.truth.first("not_in_service") is not None


def test_nobody_says_a_line_twice_in_exactly_the_same_way_but_recordings_do() -> None:
    someone = meet(hotline("start: agent\nplaces:\n  agent: { kind: person }\n").places["agent"], 3)  # type: ignore[arg-type]
    first, second = (prompt((Part("您好，请讲"),), someone.again(times))[0] for times in (0, 1))
    assert not np.array_equal(first, second)
    recorded = Speaker(someone.voice, varies=True)
    assert recorded.voice_for("您好") == recorded.voice_for("您好")
    assert len({recorded.voice_for(text) for text in ("您好", "请讲", "再见", "请稍候")}) > 1


def test_asking_who_is_there_is_not_a_step() -> None:
    who = "intents: { who: { means: [请问是人工吗], says: 我是智能客服, step: false } } }\n"
    engine = begin(hotline("start: bot\nplaces:\n  bot: { kind: bot, asks: 请说, " + who), hears=True)
    until(engine, "asked")
    run(engine, 4.0, said=utterance("请问是人工吗"))
    assert engine.truth.first("accepted") is not None
    assert engine.truth.steps == []
