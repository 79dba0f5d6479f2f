"""Masking of agents' names and IDs, on what the simulator's people say when they introduce themselves.

These wordings were known when the rules were written, so this says that the rules work, not how often real agents' words
escape them.

    python -m tests.benchmarks.bench_redaction
"""

from __future__ import annotations

import random
from importlib.resources import files

from ruamel.yaml import YAML

from probe.evidence.redaction import redact
from probe.simulator.hotline import shipped

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
SPOKEN = "零幺二三四五六七八九"


def main() -> None:
    """Prints how many identities are masked whole, and how many prompts without one are changed."""
    words = YAML(typ="safe").load((files("probe.simulator") / "words" / "people.yaml").read_text(encoding="utf-8"))
    chance = random.Random(1)
    for half in ("common", "train", "held_out"):
        templates = [t for t in words["identity"][half] if "{id}" in t or "{surname}" in t]
        whole, missed = 0, []
        for template in templates:
            for digits in (SPOKEN, "0123456789"):
                id_ = "".join(chance.choice(digits) for _ in range(4))
                surname = chance.choice(SURNAMES)
                text = f"您好{template}请问有什么可以帮您".format(id=id_, surname=surname, department="水费营业厅")
                masked = redact(text)
                good = (id_ not in masked or "{id}" not in template) and (
                    surname not in masked or "{surname}" not in template
                )
                whole += good
                missed += [] if good else [masked]
        print(f"{half}: {whole} of {2 * len(templates)} identities masked", *missed, sep="\n  ")
    texts = sorted({text for hotline in shipped() for text in hotline.texts()})
    changed = [text for text in texts if redact(text) != text]
    print(f"{len(texts)} prompts of the shipped hotlines: {len(changed)} changed:", *changed)


if __name__ == "__main__":
    main()
