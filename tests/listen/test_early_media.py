from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from probe.listen.listener import Listener
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import (
    FRAME,
    Answered,
    BotAsked,
    Dialed,
    EarlyMedia,
    Event,
    Frame,
    HumanAnswered,
    HumanOffered,
    Kind,
    MenuOption,
    NotInServiceHeard,
    Queued,
    Segment,
    SegmentEnded,
    VerdictGiven,
)
from tests.listen.sounds import PROMPT, Sound, music, noise, samples, silence, voiced

HELLO = "喂，您好，工号一零二三为您服务，请问有什么可以帮您"


def call(before: Sound, after: Sound, answered: bool = True) -> Iterator[Frame]:
    """Early media, then the answer."""
    audio, quiet = samples(np.concatenate([before, after])), np.zeros(FRAME, np.int16)
    at_answer = samples(before).size
    for number in range(0, audio.size, FRAME):
        at = number / 8000
        events = [Dialed(at=at, known=at), EarlyMedia(at=at, known=at)] if number == 0 else []
        if answered and number == at_answer:
            events.append(Answered(at=at, known=at))
        yield Frame(number, audio[number : number + FRAME], quiet, tuple(events))


def hear(before: Sound, after: Sound, *, words: bool, answered: bool = True) -> tuple[list[Event], list[Segment]]:
    listener = Listener(VoskTranscriber() if words else None)
    events = [event for frame in call(before, after, answered) for event in listener.hear(frame)]
    events += list(listener.finish())
    return events, [event.segment for event in events if isinstance(event, SegmentEnded)]


def test_ringback_music_is_early_media_and_ends_at_the_answer() -> None:
    tune = music(6, seed=3)
    _, segments = hear(tune, np.concatenate([silence(0.3), voiced(PROMPT)]), words=False)
    early = [s for s in segments if s.early_media]
    assert [s.kind for s in early] == [Kind.MUSIC]
    assert early[0].end == samples(tune).size / 8000
    assert not any(s.early_media for s in segments if s.start >= early[0].end)
    assert Kind.SPEECH in [s.kind for s in segments]


def test_music_that_goes_on_after_the_answer_is_the_hotlines_hold_music() -> None:
    _, segments = hear(music(6, seed=3), music(6, seed=4), words=False)
    assert [s.early_media for s in segments if s.kind is Kind.MUSIC] == [True, False]


def test_what_ringback_music_says_offers_nothing_and_is_nobody() -> None:
    events, segments = hear(
        np.concatenate(
            [
                voiced(PROMPT),
                silence(0.8),
                voiced(HELLO) + noise(voiced(HELLO).size / 8000 + 0.01, -50)[: voiced(HELLO).size],
                silence(1),
            ]
        ),
        np.concatenate([voiced("您好"), silence(0.5)]),
        words=True,
    )
    said = [s for s in segments if s.kind is Kind.SPEECH and s.early_media]
    assert any("人工" in s.text for s in said)
    begun = max(s.end for s in said)
    told = (MenuOption, HumanOffered, Queued, BotAsked, HumanAnswered)
    assert not [event for event in events if isinstance(event, told) and event.at <= begun]
    verdicts = [event.verdict.is_ for event in events if isinstance(event, VerdictGiven) and event.end <= begun]
    assert verdicts
    assert "human" not in verdicts


def test_the_networks_own_words_count() -> None:
    events, segments = hear(
        np.concatenate([silence(0.5), voiced("对不起，您拨打的号码是空号，请核对后再拨"), silence(1)]),
        silence(0),
        words=True,
        answered=False,
    )
    assert any(isinstance(event, NotInServiceHeard) for event in events)
    assert all(s.early_media for s in segments if s.kind is Kind.SPEECH)
