"""Words are drawn from rules; what is held out for testing is never said by a hotline to train on."""

from __future__ import annotations

import re
from random import Random

from probe.simulator.draft import VOICES
from probe.simulator.grammar import Grammar, documents, rules
from probe.simulator.hotline import Hotline
from probe.simulator.places import Person
from probe.simulator.population import population
from probe.speech import espeak

TRAIN, TEST = population(3, 60, "train"), population(3, 60, "test")


def spoken(hotlines: list[Hotline]) -> str:
    return "\n".join(str(hotline.model_dump()) for hotline in hotlines)


def test_no_sentence_is_both_for_training_and_held_out() -> None:
    for name, rule in rules().items():
        lists = [set(rule.get(part, ())) - {""} for part in ("common", "train", "held_out")]
        assert sum(map(len, lists)) == len(set().union(*lists)), name
        assert set(rule) <= {"common", "train", "held_out"}, name


def said(sentence: str, by: str) -> bool:
    """Whether a sentence is among what was said; those of few words of their own are not looked for."""
    fixed = re.split(r"\{\w+\}", sentence)
    if sum(map(len, fixed)) < 8:
        return False
    return re.search(".{1,12}".join(map(re.escape, fixed)), by) is not None


def test_training_hotlines_say_nothing_that_is_held_out_and_test_hotlines_nothing_of_training() -> None:
    train, test = spoken(TRAIN), spoken(TEST)
    assert any(said(sentence, train) for rule in rules().values() for sentence in rule.get("train", ()))
    for name, rule in rules().items():
        for sentence in rule.get("held_out", ()):
            assert not said(sentence, train), (name, sentence)
        for sentence in rule.get("train", ()):
            assert not said(sentence, test), (name, sentence)


def test_every_opening_of_a_test_person_has_something_held_out_in_it() -> None:
    held_out = [
        re.split(r"\{\w+\}", sentence)
        for rule in ("hello", "lead", "identity", "offer", "sorry", "bare", "odd", "scripted")
        for sentence in rules()[rule]["held_out"]
    ]
    openings = [text for h in TEST for p in h.places.values() if isinstance(p, Person) for text in p.openings]
    assert len(set(openings)) > 80
    for opening in openings:
        assert any(all(piece in opening for piece in pieces) for pieces in held_out), opening


def test_no_voice_and_no_name_is_in_both_splits() -> None:
    assert not set(VOICES["train"]) & set(VOICES["test"])
    assert set(VOICES["train"]) | set(VOICES["test"]) <= espeak.variants()
    assert not {h.name for h in TRAIN} & {h.name for h in TEST}


def test_every_rule_that_is_named_exists_or_is_filled_in() -> None:
    filled = {"id", "surname", "department", "name", "topic", "topic2", "key", "position", "bot"}
    for name, rule in rules().items():
        for sentence in [s for part in rule.values() for s in part]:
            assert set(re.findall(r"\{(\w+)\}", sentence)) <= filled | set(rules()), (name, sentence)


def test_the_openings_are_many() -> None:
    for split in ("train", "test"):
        grammar = Grammar(split)  # type: ignore[arg-type]
        assert len({grammar.draw_new(Random(seed), "opening") for seed in range(4000)}) > 2000


def test_there_are_enough_enterprises() -> None:
    assert len(documents()["enterprises"]["sectors"]) >= 14
