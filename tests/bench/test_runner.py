"""Calls of the benchmark: what was found stands beside what was true, judgement by judgement."""

from __future__ import annotations

import pytest

from probe.bench import detector, runner
from probe.bench.calls import Result
from probe.bench.placing import Ears, spoke
from probe.errors import UserError
from probe.place import transcriber
from probe.simulator.hotline import load_hotline
from probe.simulator.truth import Spoken
from probe.speech.transcriber import Transcription
from probe.speech.voice import Voice, speak

SERIES = runner.series([load_hotline("zhenjiang-water"), load_hotline("lab-fake-greeting")], calls=2, seed=5)


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return runner.place_series(SERIES[0])


def test_every_judgement_has_its_opening_and_its_truth(results: list[Result]) -> None:
    judgements = [judgement for result in results for judgement in result.judgements]
    assert len(judgements) >= 4
    assert all(judgement.opening is not None for judgement in judgements)
    assert {judgement.truth for judgement in judgements} >= {"human", "recording"}
    for judgement in judgements:
        assert judgement.start < judgement.end <= judgement.known
        if judgement.truth != "nothing":
            assert judgement.purity > 0.5
            assert judgement.said


def test_listening_is_charged_with_its_own_time(results: list[Result]) -> None:
    for result in results:
        assert result.cost.audio > 10
        assert 0 < result.cost.recognition < result.cost.listening < result.cost.audio


def test_workers_find_the_same_as_one_process(results: list[Result]) -> None:
    made: list[int] = []
    side_by_side = [found for found in runner.run(SERIES, workers=2, made=made.append) if found[0].case == SERIES[0][0]]
    assert [result.found for result in side_by_side[0]] == [result.found for result in results]
    assert [result.truth for result in side_by_side[0]] == [result.truth for result in results]
    assert made == sorted(made)
    assert made[-1] == 4


def test_a_stopped_run_gives_what_was_called_until_then() -> None:
    done = list(runner.run([SERIES[0][:1], *([SERIES[1][:1]] * 12)], workers=1, stop=lambda: True))
    assert len(done) < 6


@pytest.mark.parametrize("name", ["nothing", "no.such:thing", "probe.bench.detector:theirs"])
def test_a_detector_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(UserError, match="write module:factory"):
        detector.load(name)


def test_who_spoke_and_for_how_long() -> None:
    spoken = [Spoken(1.0, 4.0, "欢迎", "recording"), Spoken(4.5, 6.0, "您好", "human")]
    assert spoke(spoken, 3.5, 6.0) == {"recording": (0.5, "欢迎"), "human": (1.5, "您好")}
    assert spoke(spoken, 7.0, 8.0) == {}


def test_ears_recognise_the_same_audio_once_and_as_the_recogniser_does() -> None:
    begun: list[int] = []

    class Counting:
        name, language = "counting", "zh"

        def begin(self) -> Transcription:
            begun.append(1)
            return transcriber(None, "zh").begin()

    said, ears = speak("转人工", Voice(variant="m3")), Ears(Counting())
    heard = []
    for _ in range(2):
        stretch = ears.begin()
        for start in range(0, said.size, 1600):
            assert stretch.feed(said[start : start + 1600]) is None
        heard.append(stretch.finish())
    alone = transcriber(None, "zh").begin()
    alone.feed(said)
    assert heard == [alone.finish()] * 2
    assert heard[0].text == "转人工"
    assert len(begun) == 1
