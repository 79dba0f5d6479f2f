"""The bundled model heard through Vosk: words, times, and the same answer however the audio is cut."""

import gc
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vosk

from probe.errors import UserError
from probe.speech import chinese, vosk_transcriber
from probe.speech.transcriber import Heard
from probe.speech.voice import RATE, Voice, speak
from probe.speech.vosk_transcriber import VoskTranscriber


@pytest.fixture(scope="module")
def transcriber() -> VoskTranscriber:
    return VoskTranscriber("zh-telephone")


PLAIN = Voice()


def stretch(text: str, before: float = 0.25, after: float = 0.3, voice: Voice = PLAIN) -> npt.NDArray[np.int16]:
    silence = np.zeros(round(before * RATE), np.int16), np.zeros(round(after * RATE), np.int16)
    return np.concatenate([silence[0], speak(text, voice), silence[1]])


def transcribed(transcriber: VoskTranscriber, audio: npt.NDArray[np.int16], chunk: int = 160) -> list[Heard]:
    transcription = transcriber.begin()
    heard = [transcription.feed(audio[start : start + chunk]) for start in range(0, audio.size, chunk)]
    return [*(some for some in heard if some is not None), transcription.finish()]


def test_a_prompt_is_written_down(transcriber: VoskTranscriber) -> None:
    said = "您好，欢迎致电中国电信，人工服务请按零"
    assert transcribed(transcriber, stretch(said))[-1].text == chinese.normalise(said)


def test_how_the_audio_is_cut_changes_nothing(transcriber: VoskTranscriber) -> None:
    audio = stretch("请输入您的手机号码，以井号键结束")
    answers = {transcribed(transcriber, audio, chunk)[-1] for chunk in (160, 320, 800, audio.size)}
    assert len(answers) == 1


def test_the_same_audio_gives_the_same_answer_after_other_audio(transcriber: VoskTranscriber) -> None:
    audio = stretch("正在为您转接人工服务，请稍候")
    first = transcribed(transcriber, audio)
    transcribed(transcriber, stretch("感谢您的来电，再见"))
    assert transcribed(transcriber, audio) == first


def test_two_stretches_at_once_do_not_disturb_each_other(transcriber: VoskTranscriber) -> None:
    one, other = stretch("人工服务请按零"), stretch("重听请按星号键")
    alone = transcribed(transcriber, one)[-1], transcribed(transcriber, other)[-1]
    first, second = transcriber.begin(), transcriber.begin()
    for start in range(0, max(one.size, other.size), 160):
        first.feed(one[start : start + 160])
        second.feed(other[start : start + 160])
    assert (first.finish(), second.finish()) == alone


def test_words_come_while_the_speech_goes_on(transcriber: VoskTranscriber) -> None:
    audio = stretch("欢迎致电客户服务热线，话费查询请按一，宽带业务请按二，人工服务请按零")
    heard = transcribed(transcriber, audio)
    assert len(heard) >= 4
    assert "欢迎致电" in heard[len(heard) // 2].text


def test_words_have_the_times_at_which_they_were_spoken(transcriber: VoskTranscriber) -> None:
    greeting, rest = speak("您好"), speak("人工服务请按零")
    pause = np.zeros(round(0.8 * RATE), np.int16)
    audio = np.concatenate([np.zeros(2000, np.int16), greeting, pause, rest, np.zeros(2400, np.int16)])
    words = transcribed(transcriber, audio)[-1].words
    begin = (2000 + greeting.size + pause.size) / RATE
    after = [word for word in words if word.start > (2000 + greeting.size) / RATE + 0.2]
    assert "".join(word.word for word in after) == "人工服务请按零"
    assert after[0].start == pytest.approx(begin, abs=0.1)
    assert words[-1].end == pytest.approx(begin + rest.size / RATE, abs=0.15)
    assert all(word.start < word.end and 0 <= word.confidence <= 1 for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)


def test_a_long_pause_inside_a_stretch_loses_no_text_and_keeps_times(transcriber: VoskTranscriber) -> None:
    first, second = "话费查询请按一", "人工服务请按零"
    pause = np.zeros(3 * RATE, np.int16)
    audio = np.concatenate([stretch(first), pause, stretch(second)])
    heard = transcribed(transcriber, audio)
    assert heard[-1].text == first + second
    assert heard[-1].words[-1].end > 5
    texts = [some.text for some in heard]
    assert all(first in text for text in texts if len(text) > len(first))


def test_a_quiet_voice_and_a_loud_one_are_both_heard(transcriber: VoskTranscriber) -> None:
    said = "您好，很高兴为您服务"
    for level in (-28.0, -6.0):
        heard = transcribed(transcriber, stretch(said, voice=Voice(volume_db=level)))[-1].text
        assert heard.endswith(chinese.normalise(said))  # a syllable may be heard in the breath before it


def test_silence_and_ringback_are_not_words(transcriber: VoskTranscriber) -> None:
    time = np.arange(6 * RATE) / RATE
    ringback = (6000 * np.sin(2 * np.pi * 450 * time) * (time % 5 < 1)).astype(np.int16)
    assert transcribed(transcriber, np.zeros(6 * RATE, np.int16))[-1].text == ""
    assert transcribed(transcriber, ringback)[-1].text == ""


def test_nothing_fed_is_nothing_heard(transcriber: VoskTranscriber) -> None:
    assert transcriber.begin().finish() == Heard("", ())


def test_the_model_is_named_with_its_version(transcriber: VoskTranscriber) -> None:
    name, version = transcriber.name.split()
    assert name == "zh-telephone"
    assert len(version) == 8
    assert transcriber.language == "zh"


def test_a_folder_that_is_no_model_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a Vosk model"):
        VoskTranscriber(tmp_path)
    with pytest.raises(UserError, match="did you mean"):
        VoskTranscriber("zh-telefone")


def test_ctrl_c_while_a_model_loads_is_all_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def vosk_model_new(self, path: bytes) -> None:
            raise KeyboardInterrupt

        def __getattr__(self, name: str) -> Any:
            return getattr(library, name)  # recognisers of other tests are freed as ever

    library = vosk._c
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    monkeypatch.setattr(vosk, "_c", Interrupted())
    monkeypatch.setattr(vosk_transcriber, "_loaded", {})
    with pytest.raises(KeyboardInterrupt):
        VoskTranscriber("zh-telephone")
    gc.collect()
    assert told == []
