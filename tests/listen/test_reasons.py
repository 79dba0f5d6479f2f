from __future__ import annotations

import inspect
import re

import pytest

from probe.listen import cues, verdict
from probe.listen.reasons import ZH, reason, render


def test_every_reason_that_a_verdict_gives_is_known_in_chinese() -> None:
    source = inspect.getsource(verdict) + inspect.getsource(cues)
    used = set(
        re.findall(
            r'(?:Cue\([^"]*"[a-z_]+", [^"]*|reason\(|yield Cue\([^"]*|_[a-z]+", |", )"([a-z][a-z\' ]+ [^"]+)"', source
        )
    )
    assert len(used) > 30
    assert used - {"the network", "good morning", "good evening"} <= set(ZH), used - set(ZH)


def test_a_reason_keeps_its_detail_in_both_languages() -> None:
    text = reason("waited for an answer", "1.1 s")
    assert render(text, "en") == "waited for an answer: 1.1 s"
    assert render(text, "zh") == "说完后等待回应：1.1 s"


def test_a_reason_that_is_not_in_the_list_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        reason("because")
