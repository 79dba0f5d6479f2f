"""What the verdict says of real speakers nobody here recorded: Debian's asterisk-core-sounds-*-wav.

    python -m tests.benchmarks.bench_real_voices [--each 12]

Each speaker's sentences are heard three times: without a model for the language (all must be `unsure`), as a second call
with the first one's prompts remembered (all must be recordings, and none a person), and with the Mandarin model, as by a
user who chose the wrong language (no person may be found in another language's words).
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from probe.listen.listener import Listener
from probe.listen.prompt_learning import grown
from probe.listen.prompt_memory import Memory
from probe.place import transcriber
from probe.timeline import Verdict, VerdictGiven
from tests.listen.real_voices import call, recordings, speakers


def verdicts(listener: Listener, speaker: Path, each: int, noise: float | None) -> list[Verdict]:
    """Every verdict on a call that plays some of a speaker's recordings."""
    events = [e for frame in call(recordings(speaker, each), noise) for e in listener.hear(frame)]
    events += listener.finish()
    return [event.verdict for event in events if isinstance(event, VerdictGiven)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--each", type=int, default=12)
    each = options.parse_args().each
    if not speakers():
        raise SystemExit("needs Debian's asterisk-core-sounds-*-wav")
    wrong = 0
    for speaker in speakers():
        alone = Counter(v.is_ for v in verdicts(Listener(None), speaker, each, -55.0))
        first = Listener(None, judge=lambda _: Verdict("recording", 0.99), memory=Memory("real"))
        verdicts(first, speaker, each, None)
        memory = grown(Memory("real"), "call-1", "", first.takes)
        again = verdicts(Listener(None, memory=memory), speaker, each, -60.0)
        known = sum(v.reasons[0].startswith("a known recording") for v in again)
        mandarin = Counter(v.is_ for v in verdicts(Listener(transcriber(None, "zh")), speaker, each, -55.0))
        remembered = Counter(v.is_ for v in again)
        wrong += alone["human"] + remembered["human"] + mandarin["human"]
        print(
            f"{speaker.name}: without a model {dict(alone)}; remembered {dict(remembered)}, {known} of {len(again)} known; "
            f"with the Mandarin model {dict(mandarin)}"
        )
    print(f"recordings taken for a person: {wrong}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
