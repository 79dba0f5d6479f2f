"""The training's parts that need no training: templates, readings, the language model, the graph, and one small whole."""

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from probe.speech import mandarin
from probe.speech.train import language_model
from probe.speech.train.graph import Graph
from probe.speech.train.lexicon import Lexicon, Segmenter, clause_phones, syllables
from probe.speech.train.network import CONTEXT, STRIDE, Network
from probe.speech.train.recordings import HELD_OUT_VARIANTS, takes
from probe.speech.train.telephone import mu_law, nonspeech
from probe.speech.train.templates import Templates
from probe.speech.train.transitions import Transitions


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter(["星号键", "工号"])


def test_every_template_can_be_drawn_and_leaves_no_marks() -> None:
    templates, rng = Templates(), random.Random(1)
    for template in templates.sentences:
        for _ in range(5):
            assert not set(templates.draw(template, rng)) & set("[]|<>="), template


def test_a_template_that_is_not_closed_is_refused() -> None:
    with pytest.raises((ValueError, IndexError)):
        Templates().draw("您好[欢迎|", random.Random(1))


def test_numbers_are_cut_into_figures_and_units(segmenter: Segmenter) -> None:
    assert segmenter.clauses("工号1023，预计等待两分钟") == [
        ["工号", "一", "零", "二", "三"],
        ["预计", "等待", "两", "分钟"],
    ]


@pytest.mark.parametrize("text", ["因为大脑", "女儿西安", "重听请按星号键", "您好欢迎致电", "便宜天安门"])
def test_every_hanzi_has_its_own_phones(text: str) -> None:
    phones = clause_phones(mandarin.readable(text))
    assert phones is not None
    cut = syllables(text, phones)
    assert cut is not None
    assert len(cut) == len(text)
    assert [name for syllable in cut for name in syllable] == [phone.name for phone in phones if phone.name != "_|"]


def test_words_are_learnt_as_they_are_read_in_the_sentence(segmenter: Segmenter) -> None:
    lexicon = Lexicon()
    for text in ("下载APP", "您好"):
        phones = clause_phones(mandarin.readable(text))
        assert phones is not None
        assert lexicon.learn(segmenter.clauses(text)[0], phones)
    assert "app" in lexicon
    names = {name: name for name in ("n", "i2", "X", "Au3")}
    assert lexicon.readings("您好", names) == [(("n", "i2", "n", "X", "Au3"), 1.0)]
    assert lexicon.readings("您好", {"n": "n"}) == []


def test_a_take_says_when_each_phone_sounds() -> None:
    phones = clause_phones("人工服务请按零")
    assert phones is not None
    take = next(takes([("人工服务请按零", phones)], 3, lambda done: None))
    names = [name for name, following in pairwise([*take.phones, None]) if name != following]
    assert names[0] == "SIL"
    assert [name for name in names if name != "SIL"] == [phone.name for phone in phones if phone.name != "_|"]
    energy = take.features[:, 0]
    assert energy[take.phones != "SIL"].mean() > energy[take.phones == "SIL"].mean()


def test_the_same_seed_gives_the_same_takes() -> None:
    phones = clause_phones("您好")
    assert phones is not None
    first, second = (list(takes([("您好", phones)] * 10, 5, lambda done: None)) for _ in range(2))
    assert len(first) == 11
    assert all(np.array_equal(one.features, other.features) for one, other in zip(first, second, strict=True))


def test_mu_law_keeps_speech_within_its_quantising_noise() -> None:
    tone = 8000 * np.sin(np.arange(8000) / 5)
    error = mu_law(tone) - tone
    assert 10 * np.log10(np.mean(tone**2) / np.mean(error**2)) > 30


def test_nonspeech_fills_the_time_asked_for() -> None:
    rng = np.random.default_rng(2)
    assert all(nonspeech(16_000, rng).shape == (16_000,) for _ in range(20))


def test_the_network_gives_one_frame_for_three() -> None:
    import torch

    network = Network(torch.zeros(40), torch.ones(40), 10).eval()
    assert network(torch.zeros(1, 40, 30 * STRIDE + 2 * CONTEXT - 2)).shape == (1, 10, 30)


def test_folding_the_normalisation_changes_nothing() -> None:
    import torch

    torch.manual_seed(0)
    network = Network(torch.randn(40), torch.rand(40) + 0.5, 6)
    network(torch.randn(8, 40, 200))  # gives the batch normalisation something to fold
    network.eval()
    frames = torch.randn(1, 40, 2 * CONTEXT + 1)
    layers = network.affines()
    hidden = {offset: frames[0, :, CONTEXT + offset].numpy() for offset in range(-CONTEXT, CONTEXT + 1)}
    for index, layer in enumerate(layers):
        reach = max(hidden) - max(layer.offsets)
        step = STRIDE if index else 1
        places = range(-reach, reach + 1) if index == 0 else range(-(reach // step) * step, reach + 1, step)
        spliced = {at: np.concatenate([hidden[at + offset] for offset in layer.offsets]) for at in places}
        hidden = {at: layer.weights @ value + layer.bias for at, value in spliced.items()}
        if index + 1 < len(layers):
            hidden = {at: np.maximum(value, 0) for at, value in hidden.items()}
    assert np.allclose(hidden[0], network(frames)[0, :, 0].detach().numpy(), atol=1e-4)


def test_probabilities_after_a_history_sum_to_one() -> None:
    sentences = [(["请", "按", "一"], 5.0), (["请", "按", "二"], 3.0), (["请", "稍候"], 2.0)]
    model = language_model.estimate(sentences, [("其他", 3.0)])
    unigram = model.next_words[()]
    assert sum(np.exp(-cost) for cost in unigram.values()) < 1
    assert "其他" in unigram
    after = model.next_words["请",]
    seen = sum(np.exp(-cost) for cost in after.values())
    left = np.exp(-model.backoff["请",]) * (1 - sum(np.exp(-unigram[word]) for word in after))
    assert seen + left == pytest.approx(1.0, abs=0.02)
    assert after["按"] < after["稍候"]


def test_a_longer_history_is_kept_only_if_it_says_more() -> None:
    sentences = [(["甲", "请", "按"], 9.0), (["乙", "请", "稍候"], 9.0)]
    model = language_model.estimate(sentences, [])
    assert model.after(("甲",), "请") == ("甲", "请")
    assert model.after(("丙",), "请") == ("请",)
    assert model.after((), "丁") == ()


def test_phones_share_their_densities_in_every_place_of_a_word() -> None:
    transitions = Transitions(("a1", "n"))
    rows = transitions.tuples()
    assert [row[0] for row in rows] == list(range(1, 11))
    assert len({row[1:] for row in rows[2:6]}) == 1
    assert max(pdf for row in rows for pdf in row[1:]) + 1 == transitions.pdfs
    word = ("a1", "n", "a1")
    assert [transitions.placed(word, index) for index in range(3)] == [3, 9, 4]
    assert transitions.placed(("n",), 0) == 10


def test_a_graph_is_written_as_openfst_counts_it() -> None:
    graph = Graph()
    start, end = graph.state(), graph.state(0.5)
    graph.arcs[start].append((1, 2, 0.25, end))
    data = graph.write(start)
    assert data[:4] == (2125659606).to_bytes(4, "little")
    # Two states of 12 bytes and one arc of 16 follow the header.
    header = 4 + 4 + 6 + 4 + 8 + 4 + 4 + 8 + 3 * 8
    assert len(data) == header + 2 * 12 + 16


def test_a_small_training_gives_a_model_that_vosk_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from probe.speech.train import train, training
    from probe.speech.vosk_transcriber import VoskTranscriber

    small = {
        "_DRAWN_TEXT": 1,
        "_DRAWN_SPEECH": 1,
        "_GENERAL_WORDS": 10,
        "_RANDOM_SENTENCES": 5,
        "_EPOCHS": 1,
        "_RARE": 5,
    }
    for name, value in small.items():
        monkeypatch.setattr(training, name, value)
    monkeypatch.setattr(training, "Templates", _few)
    stages: list[str] = []
    figures = train(
        tmp_path / "model", extra_texts=["人工服务请按零"], progress=lambda stage, done: stages.append(stage)
    )
    again = train(tmp_path / "again", extra_texts=["人工服务请按零"])
    assert figures["version"] == again["version"]
    assert list(dict.fromkeys(stages)) == ["words", "speech", "network", "graph"]
    transcriber = VoskTranscriber(tmp_path / "model")
    assert transcriber.name == f"zh-telephone {figures['version']}"
    transcriber.begin().finish()


def test_voices_for_measuring_are_not_trained_on() -> None:
    from probe.speech.train import recordings

    assert not set(HELD_OUT_VARIANTS) & {*recordings._PLAIN_VARIANTS, *recordings._OTHER_VARIANTS}


def _few() -> Templates:
    templates = Templates()
    templates.sentences = templates.sentences[:20]
    templates.slots = {name: fillings[:2] for name, fillings in templates.slots.items()}
    return templates
