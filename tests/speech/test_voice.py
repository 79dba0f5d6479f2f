"""The offline voice: always the same samples, at the level asked for, in the telephone's band."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from probe.errors import UserError
from probe.speech import espeak
from probe.speech.voice import RATE, Voice, active_level, speak

SENTENCES = [
    ("您好，欢迎致电中国电信，人工服务请按零", Voice()),
    ("转人工", Voice(variant="m3", rate=220, pitch=30)),
    ("工号一零二三为您服务", Voice(variant="f5", warp=0.93)),
    ("Press zero for an agent", Voice(name="en-us", variant="m1")),
]

IN_ANOTHER_PROCESS = """
import hashlib, json, sys
from probe.speech.voice import Voice, speak
spoken = [speak(text, Voice(*voice)) for text, voice in json.load(sys.stdin)]
print(json.dumps([hashlib.sha256(audio.tobytes()).hexdigest() for audio in spoken]))
"""


def digest(text: str, voice: Voice) -> str:
    return hashlib.sha256(speak(text, voice).tobytes()).hexdigest()


def test_the_same_sentence_gives_the_same_samples_in_any_order() -> None:
    first = [digest(*sentence) for sentence in SENTENCES]
    speak.cache_clear()
    backwards = [digest(*sentence) for sentence in reversed(SENTENCES)]
    assert first == backwards[::-1]


def test_the_same_sentence_gives_the_same_samples_in_another_process() -> None:
    voices = [[text, [v.name, v.variant, v.rate, v.pitch, v.volume_db, v.warp]] for text, v in reversed(SENTENCES)]
    answer = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS], input=json.dumps(voices), capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout) == [digest(*sentence) for sentence in reversed(SENTENCES)]


def test_speech_begins_and_ends_without_silence() -> None:
    audio = speak("您好，请问有什么可以帮您")
    assert np.abs(audio[:80]).max() > 50
    assert np.abs(audio[-80:]).max() > 50


@pytest.mark.parametrize("level", [-28.0, -18.0, -12.0])
def test_active_speech_has_the_level_asked_for(level: float) -> None:
    audio = speak("您好，欢迎致电客户服务热线，请问您需要办理什么业务", Voice(volume_db=level))
    assert 20 * np.log10(active_level(audio.astype(np.float64)) / 32768) == pytest.approx(level, abs=0.5)


def test_speech_stays_in_the_telephone_band() -> None:
    power = np.abs(np.fft.rfft(speak("查询话费余额请按一", Voice(volume_db=-20)).astype(float))) ** 2
    frequency = np.linspace(0, RATE / 2, power.size)
    outside = power[(frequency < 250) | (frequency > 3450)].sum()
    assert outside < 0.001 * power.sum()


def test_a_faster_rate_and_a_higher_warp_are_shorter() -> None:
    slow, fast = speak("正在为您转接人工服务", Voice(rate=120)), speak("正在为您转接人工服务", Voice(rate=240))
    assert fast.size < 0.7 * slow.size
    assert speak("正在为您转接", Voice(warp=1.2)).size == pytest.approx(speak("正在为您转接").size / 1.2, rel=0.05)


def test_variants_differ_in_sound() -> None:
    assert digest("您好", Voice(variant="m1")) != digest("您好", Voice(variant="f4"))


def test_nothing_to_say_is_no_samples() -> None:
    assert speak("").size == 0


def test_what_is_spoken_cannot_be_altered_for_the_next_caller() -> None:
    with pytest.raises(ValueError, match="read-only"):
        speak("您好")[0] = 1


def test_figures_keys_and_letters_are_read_in_mandarin() -> None:
    assert np.array_equal(speak("按0"), speak("按零"))
    assert np.array_equal(speak("重听请按*键"), speak("重听请按星号键"))
    assert np.array_equal(speak("下载APP"), speak("下载诶屁屁"))


@pytest.mark.parametrize(
    "wrong", [{"rate": 20}, {"pitch": 100}, {"warp": 3.0}, {"volume_db": 3.0}, {"variant": "nobody"}]
)
def test_a_voice_out_of_range_is_the_users_mistake(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError):
        Voice(**wrong)  # type: ignore[arg-type]


def test_an_unknown_voice_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="martian"):
        speak("您好", Voice(name="martian", variant=""))


def test_a_phone_starts_where_it_is_heard() -> None:
    utterance = espeak.synthesise("您好", "cmn+f2", 175, 50)
    assert [name.lstrip("'") for _, name in utterance.phones][:4] == ["n", "i", "X", "Au"] or [
        name.lstrip("'") for _, name in utterance.phones
    ][:5] == ["n", "i", "n", "X", "Au"]
    starts = [sample for sample, _ in utterance.phones]
    assert starts == sorted(starts)
    assert starts[-1] <= utterance.audio.size


def test_every_variant_gives_the_same_samples_again() -> None:
    def digests() -> dict[str, str]:
        spoken = {name: espeak.synthesise("您好", f"cmn+{name}", 175, 50) for name in espeak.variants()}
        return {name: hashlib.sha256(utterance.audio.tobytes()).hexdigest() for name, utterance in spoken.items()}

    assert digests() == digests()
