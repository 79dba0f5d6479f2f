"""What one call does, tick by tick."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from probe.line.exchange import Answer, HangUp, Progress, Ring
from probe.simulator.hotline import Hotline, load_hotline
from probe.simulator.music import piece
from probe.simulator.rooms import noise
from probe.speech.voice import speak
from probe.timeline import RATE, Outcome
from tests.simulator.walker import COURTESY, SILENCE, begin, hotline, run, until, utterance, walk

MENU = """
start: main
places:
  main:
    kind: menu
    says: 欢迎致电
    options:
      - { key: "1", says: 查询请按一, to: info }
      - { key: "0", says: 人工服务请按零, to: agent, offers: human }
    %s
  info: { kind: announcement, says: 没有信息, then: main }
  agent: { kind: person, pause: 1.0, noise: quiet }
"""


def signals_of(of: Hotline, ticks: int) -> list[tuple[int, object]]:
    engine = begin(of)
    return [(tick, signal) for tick in range(ticks) for signal in engine.step(SILENCE).signals]


def prompts(of_truth_spoken: object) -> list[str]:
    return [spoken.text for spoken in of_truth_spoken]  # type: ignore[attr-defined]


def test_a_hotline_rings_then_answers() -> None:
    of = load_hotline("zhenjiang-water")
    found = signals_of(of, 200)
    assert [type(signal) for _, signal in found] == [Ring, Answer]
    assert found[0][0] == round(of.network.post_dial * 50)
    assert found[1][0] == round((of.network.post_dial + of.network.ring) * 50)


def test_colour_ring_is_early_media_and_heard_before_the_answer() -> None:
    engine = begin(load_hotline("lab-over-music"))
    first = [engine.step(SILENCE) for _ in range(200)]
    assert [type(signal) for step in first for signal in step.signals] == [Progress]
    assert np.concatenate([step.audio for step in first]).any()


def test_a_rejected_call_ends_with_its_status_and_never_answers() -> None:
    found = signals_of(load_hotline("lab-rejected"), 100)
    assert [signal for _, signal in found][-1] == HangUp(603)
    assert not any(isinstance(signal, Answer) for _, signal in found)


def test_prompts_are_the_same_samples_at_each_call_and_people_never_are() -> None:
    of = load_hotline("zhenjiang-water")
    one, other = (walk(of, seed=seed) for seed in (1, 2))
    greeting = one.truth.spoken[0]
    span = slice(round(greeting.start * RATE), round(greeting.end * RATE))
    assert np.array_equal(one.heard[span], other.heard[span])
    people = [next(s for s in walked.truth.spoken if s.who == "human") for walked in (one, other)]
    words = [
        walked.heard[round(s.start * RATE) : round(s.end * RATE)]
        for walked, s in zip((one, other), people, strict=True)
    ]
    size = min(sound.size for sound in words)
    assert not np.array_equal(words[0][:size], words[1][:size])


def test_the_same_seed_is_the_same_call_sample_for_sample() -> None:
    of = load_hotline("zhenjiang-telecom")
    one, other = walk(of, seed=7), walk(of, seed=7)
    assert np.array_equal(one.heard, other.heard)
    assert one.truth.to_json() == other.truth.to_json()


def test_preparing_changes_nothing_that_is_heard() -> None:
    of = load_hotline("zhenjiang-gas")
    prepared, plain = begin(of), begin(of)
    prepared.prepare()
    assert np.array_equal(run(prepared, 20, keys="2"), run(plain, 20, keys="2"))


def test_the_truth_has_the_first_sample_of_the_person() -> None:
    of = load_hotline("lab-hesitant")
    walked = walk(of)
    at = walked.truth.human_answered
    assert at is not None
    before = walked.heard[round((at - 0.5) * RATE) : round(at * RATE)].astype(float)
    after = walked.heard[round(at * RATE) : round((at + 0.2) * RATE)].astype(float)
    assert np.abs(after).max() > 8 * np.abs(before).max()


def test_the_room_behind_a_person_is_heard_from_picking_up_on() -> None:
    walked = walk(load_hotline("lab-hesitant"))
    picked_up = walked.truth.first("picked_up")
    assert picked_up is not None
    answered = walked.truth.human_answered
    assert answered is not None
    assert answered - picked_up > 1
    room = walked.heard[round(picked_up * RATE) : round(answered * RATE) - 160].reshape(-1, 160)
    assert (np.abs(room).max(axis=1) > 0).all()


def test_a_key_cuts_a_prompt_that_may_be_interrupted() -> None:
    engine = begin(hotline(MENU % ""))
    run(engine, 1.5)
    run(engine, 1.0, keys="1")
    assert engine.truth.spoken[0].end == pytest.approx(1.5)
    assert engine.truth.steps == [("key", "1")]


def test_a_key_pressed_early_is_kept_or_dropped_as_written() -> None:
    for rule, steps in (("kept", [("key", "1")]), ("dropped", [])):
        engine = begin(hotline(MENU % f"barge_in: false\n    early_keys: {rule}"))
        run(engine, 1.5)
        run(engine, 0.1, keys="1")
        end = until(engine, "timed_out" if rule == "dropped" else "accepted")
        assert engine.truth.spoken[0].end > 4, "the prompt was not cut"
        assert end >= engine.truth.spoken[0].end
        assert engine.truth.steps == steps


def test_an_option_counts_as_offered_only_when_it_was_heard_to_its_end() -> None:
    cut, whole = begin(hotline(MENU % "")), begin(hotline(MENU % ""))
    run(cut, 2.0)
    run(cut, 0.2, keys="1")
    assert cut.truth.first("human_offered") is None
    until(whole, "asked")
    offered = whole.truth.first("human_offered")
    assert offered == pytest.approx(whole.truth.spoken[0].end, abs=0.02)


def test_silence_repeats_the_menu_and_then_ends_the_call() -> None:
    engine = begin(hotline(MENU % "plays: 2\n    timeout: 3\n    timeout_says: 没有收到按键"))
    until(engine, "ended")
    menus = prompts(engine.truth.spoken)
    assert len(menus) == 2
    assert menus[1] == "没有收到按键，" + menus[0]
    assert engine.truth.outcome is Outcome.HUNG_UP


def test_a_wrong_key_is_answered_and_three_end_the_call() -> None:
    engine = begin(hotline(MENU % "invalid_tries: 3\n    invalid_says: 没有这个选项"))
    for _ in range(3):
        run(engine, 1.0)
        run(engine, 0.6, keys="7")
    assert [h.detail for h in engine.truth.happenings if h.kind == "invalid_key"] == ["7"] * 3
    assert engine.over
    assert engine.truth.steps == []


def test_back_returns_to_the_menu_before() -> None:
    engine = begin(load_hotline("zhenjiang-gas"))
    until(engine, "answered")
    run(engine, 2.0)
    run(engine, 3.0, keys="2")
    run(engine, 3.0, keys="#")
    said = prompts(engine.truth.spoken)
    assert said[0] == said[2] != said[1]


def test_a_queue_s_position_falls_and_its_length_is_as_written() -> None:
    truth = walk(load_hotline("zhenjiang-sinopec-1")).truth
    told = [s.text for s in truth.spoken if "您目前排在第" in s.text]
    assert len(told) >= 3
    assert told == sorted(told, reverse=True)
    queued, picked_up = truth.first("queued"), truth.first("picked_up")
    assert queued is not None
    assert picked_up is not None
    assert 60 <= picked_up - queued < 70


def test_the_queue_is_longer_at_the_peak_hour() -> None:
    of = load_hotline("lab-by-hour")
    waits = []
    for hour in (10, 15):
        engine = begin(of, at=datetime(2026, 11, 23, hour))
        until(engine, "asked")
        run(engine, 0.1, keys="0")
        waits.append(until(engine, "picked_up") - (engine.truth.first("queued") or 0))
    assert waits[0] > 40
    assert waits[1] < 15


def test_outside_its_hours_a_hotline_is_closed() -> None:
    engine = begin(load_hotline("lab-by-hour"), at=datetime(2026, 11, 23, 21))
    until(engine, "ended")
    assert engine.truth.outcome is Outcome.CLOSED


def test_hold_music_waits_for_an_announcement_or_goes_on_under_it() -> None:
    def music_under(name: str) -> bool:
        walked = walk(load_hotline(name))
        queued = walked.truth.first("queued") or 0.0
        said = next(s for s in walked.truth.spoken if s.who == "recording" and s.start > queued + 1)
        of = load_hotline(name)
        alone = speak(said.text, of.voice.speaker().voice)
        heard = walked.heard[round(said.start * RATE) :][: alone.size]
        return not np.array_equal(heard, alone)

    assert music_under("lab-over-music")
    assert not music_under("lab-fake-greeting")


def test_a_bot_refuses_as_often_as_written_then_grants() -> None:
    truth = walk(load_hotline("zhenjiang-telecom")).truth
    assert truth.refusals == 2
    assert [value for _, value in truth.steps] == ["转人工"] * 3


def test_a_bot_says_that_it_did_not_understand_what_it_does_not_know() -> None:
    engine = begin(load_hotline("zhenjiang-telecom"), hears=True)
    until(engine, "asked")
    run(engine, 4, said=utterance("今天天气怎么样"))
    assert engine.truth.first("not_understood") is not None
    assert engine.truth.steps == []


def test_speech_cuts_a_bot_that_may_be_interrupted() -> None:
    engine = begin(load_hotline("lab-bot-keys"), hears=True)
    until(engine, "answered")
    run(engine, 2)
    run(engine, 3, said=utterance("转人工"))
    assert engine.truth.spoken[0].end < 5.5
    assert engine.truth.steps == [("spoken", "转人工")]


def test_a_person_asks_whether_anybody_is_there_and_hangs_up_on_silence() -> None:
    engine = begin(hotline(MENU % ""))
    run(engine, 1)
    run(engine, 0.1, keys="0")
    until(engine, "ended")
    lines = [s for s in engine.truth.spoken if s.who == "human"]
    assert len(lines) == 4, "opening, two questions, goodbye"
    assert engine.truth.hung_up_by == "hotline"


def test_a_silent_person_speaks_only_when_spoken_to() -> None:
    engine = begin(load_hotline("lab-silent"), hears=True)
    until(engine, "asked")
    run(engine, 0.1, keys="0")
    until(engine, "picked_up")
    run(engine, 8)
    assert engine.truth.human_answered is None
    run(engine, 4, said=utterance("您好，请问有人吗"))
    assert engine.truth.human_answered is not None


def test_a_person_who_hears_that_it_was_a_test_says_goodbye() -> None:
    truth = walk(load_hotline("zhenjiang-water")).truth
    heard = [h.detail for h in truth.happenings if h.kind == "caller_said"]
    assert any("测试" in text for text in heard)
    assert "再见" in truth.spoken[-1].text or "拜拜" in truth.spoken[-1].text


def test_hanging_up_ends_the_call_and_cuts_what_is_being_said() -> None:
    engine = begin(load_hotline("zhenjiang-water"))
    until(engine, "answered")
    run(engine, 2.0)
    engine.caller_hung_up()
    assert engine.over
    assert engine.truth.hung_up_by == "caller"
    assert engine.truth.spoken[0].end == pytest.approx((engine.truth.first("answered") or 0) + 2.0, abs=0.05)


def test_the_truth_s_json_tells_everything_in_order_of_time() -> None:
    form = walk(load_hotline("zhenjiang-unicom")).truth.to_json()
    assert form["schema"] == "probe.truth/1"
    assert [event["at"] for event in form["events"]] == sorted(event["at"] for event in form["events"])
    assert form["outcome"] == "human"
    assert {spoken["who"] for spoken in form["spoken"]} == {"bot", "recording", "human"}


@pytest.mark.parametrize("name", ["zhenjiang-sinopec-1", "zhenjiang-telecom", "zhenjiang-cable", "lab-hesitant"])
def test_once_prepared_nothing_is_synthesised_any_more(name: str) -> None:
    of = load_hotline(name)
    seed = 4711
    for said in ("转人工", COURTESY):
        utterance(said)
    begin(of, seed=seed).prepare()
    before = speak.cache_info().misses, piece.cache_info().misses, noise.cache_info().misses
    assert walk(of, seed=seed).truth.outcome is Outcome.HUMAN
    assert (speak.cache_info().misses, piece.cache_info().misses, noise.cache_info().misses) == before
