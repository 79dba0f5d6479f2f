"""Nobody sounds like a recording, and nobody says the same twice."""

from __future__ import annotations

from collections import Counter

import numpy as np

from probe.simulator import wording
from probe.simulator.hotline import shipped
from probe.simulator.people import meaning, meet
from probe.simulator.places import Person
from probe.speech.text import normalise

DESK = Person(kind="person")


def test_there_are_at_least_forty_ways_to_open() -> None:
    assert len(set(wording.OPENINGS)) >= 40


def test_people_differ_in_words_voice_and_pause() -> None:
    met = [meet(DESK, seed) for seed in range(100)]
    assert len({person.opening for person in met}) >= 70
    assert len({person.voice for person in met}) == 100
    assert len({person.pause for person in met}) == 100


def test_no_two_people_sit_in_the_same_room_which_would_make_a_recording_of_it() -> None:
    rooms = np.array([meet(DESK, seed).noise.astype(float) for seed in range(40)])
    rooms /= np.linalg.norm(rooms, axis=1, keepdims=True)
    assert np.abs(rooms @ rooms.T - np.eye(len(rooms))).max() < 0.5


def test_the_same_seed_is_the_same_person() -> None:
    one, other = meet(DESK, 5), meet(DESK, 5)
    assert one.opening == other.opening
    assert one.voice == other.voice
    assert np.array_equal(one.noise, other.noise)


def test_no_person_says_word_for_word_what_a_recording_says() -> None:
    recorded = {normalise(text) for hotline in shipped() for text in hotline.texts()}
    places = [place for hotline in shipped() for place in hotline.places.values() if isinstance(place, Person)]
    said = {normalise(line) for n, place in enumerate(places * 4) for line, _ in meet(place, n).lines()}
    assert not said & recorded


def test_a_hesitant_person_takes_longer_to_begin() -> None:
    hesitant = Person(kind="person", manner="hesitant")
    assert min(meet(hesitant, seed).pause for seed in range(50)) > max(meet(DESK, seed).pause for seed in range(50))


def test_rooms_are_all_quieter_than_those_who_speak_in_them() -> None:
    for seed in range(40):
        person = meet(DESK, seed)
        level = 20 * np.log10(np.sqrt(np.mean(person.noise.astype(float) ** 2)) / 32768)
        assert person.voice.volume_db - 40 < level < person.voice.volume_db - 10


def test_a_person_understands_what_it_is_about() -> None:
    said = ("您好这是服务质量测试谢谢再见", "请问是人工客服吗", "我要投诉", "您好", "我家的水表坏了")
    assert [meaning(text) for text in said] == ["test", "who", "complaint", "greeting", "other"]


def test_all_kinds_of_rooms_occur() -> None:
    kinds = Counter(meet(DESK, seed).noise.tobytes() for seed in range(200))
    assert len(kinds) > 25
