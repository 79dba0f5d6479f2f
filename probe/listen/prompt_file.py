"""A hotline's prompt memory as text, `probe.prompts/1`: one JSON object a line, so that it can be read and compared.

    {"schema": "probe.prompts/1", "hotline": "...", "prompts": 12, "calls": 14, "sha256": "of all lines after this one"}
    {"prompt": "p-1a2b3c4d5e", "text": "...", "model": "...", "whole": true, "end": 4.1, "words": [[word, start, end, confidence], ...],
     "told": [[known, until, words kept, [new words]], ...], "bits": "base64", "levels": "base64"}
    {"call": "...", "started_at": "...", "heard": [[prompt, second, prompt before], ...], "person_after": "p-1a2b3c4d5e",
     "music": 31.2}

Fingerprints say what a recording sounds like to a comparison, and cannot be turned back into sound.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from probe.listen.prompt_memory import Hearing, Memory, Prompt, RememberedCall, Telling
from probe.timeline import Word

SCHEMA = "probe.prompts/1"
_MOST_FRAMES = 50 * 3600  # of one prompt: an hour; more is no prompt


def dumps(memory: Memory) -> str:
    """The memory as text; the same memory gives the same text."""
    rows = [*map(_prompt_row, memory.prompts), *map(_call_row, memory.calls)]
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    head = {
        "schema": SCHEMA,
        "hotline": memory.hotline,
        "prompts": len(memory.prompts),
        "calls": len(memory.calls),
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
    }
    return json.dumps(head, ensure_ascii=False) + "\n" + body


def loads(text: str) -> Memory:
    """The memory that a text describes; raises ValueError saying what is wrong with it, and in which line."""
    first, _, body = text.partition("\n")
    head = _object(first, 1)
    if head.get("schema") != SCHEMA:
        raise ValueError(f"line 1: schema is {head.get('schema')!r}, expected {SCHEMA!r}")
    if head.get("sha256") != hashlib.sha256(body.encode()).hexdigest():
        raise ValueError("the lines are not those that were written: their SHA-256 is another one than line 1 says")
    prompts: list[Prompt] = []
    calls: list[RememberedCall] = []
    # Not splitlines: JSON leaves some of the line ends that Unicode knows as they are.
    for number, line in enumerate(body.split("\n")[:-1], start=2):
        row = _object(line, number)
        try:
            if "prompt" in row:
                prompts.append(_prompt(row))
            else:
                calls.append(_call(row))
        except (KeyError, TypeError, ValueError, IndexError, binascii.Error) as error:
            raise ValueError(f"line {number}: {type(error).__name__}: {error}") from None
    if len(prompts) != head.get("prompts") or len(calls) != head.get("calls"):
        raise ValueError(f"{len(prompts)} prompts and {len(calls)} calls, line 1 says otherwise")
    return Memory(str(head.get("hotline", "")), tuple(prompts), tuple(calls))


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line, parse_constant=_refused)
    except ValueError as error:
        raise ValueError(f"line {number}: not JSON: {error}") from None
    if not isinstance(row, dict):
        raise ValueError(f"line {number}: not a JSON object")
    return row


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _prompt_row(prompt: Prompt) -> dict[str, Any]:
    return {
        "prompt": prompt.id,
        "text": prompt.text,
        "model": prompt.model,
        "whole": prompt.whole,
        "end": prompt.end,
        **({"doubtful": True} if prompt.doubtful else {}),
        **({} if prompt.clear is None else {"clear": round(prompt.clear, 1)}),
        **({"agreed": True} if prompt.agreed else {}),
        "words": [_word_row(word) for word in prompt.words],
        "told": _told_rows(prompt.told),
        "bits": base64.b64encode(prompt.bits.astype("<u4").tobytes()).decode(),
        "levels": base64.b64encode(prompt.levels.tobytes()).decode(),
    }


def _prompt(row: dict[str, Any]) -> Prompt:
    bits = np.frombuffer(base64.b64decode(row["bits"], validate=True), "<u4").astype(np.uint32)
    levels = np.frombuffer(base64.b64decode(row["levels"], validate=True), np.int8)
    if bits.size != levels.size or not 0 < bits.size <= _MOST_FRAMES:
        raise ValueError(f"{bits.size} frames of bits, {levels.size} of levels")
    words = tuple(_word(word) for word in row["words"])
    prompt = Prompt(
        str(row["prompt"]),
        bits,
        levels,
        words,
        _told(row["told"]),
        str(row["model"]),
        bool(row["whole"]),
        float(row["end"]),
        bool(row.get("doubtful", False)),
        None if row.get("clear") is None else float(row["clear"]),
        bool(row.get("agreed", False)),
    )
    if not prompt.sounding.any():
        raise ValueError("a prompt without sound")
    return prompt


def _word_row(word: Word) -> list[Any]:
    return [word.word, round(word.start, 4), round(word.end, 4), round(word.confidence, 3)]


def _word(row: Sequence[Any]) -> Word:
    return Word(str(row[0]), float(row[1]), float(row[2]), float(row[3]))


def _told_rows(told: Sequence[Telling]) -> list[list[Any]]:
    """Each telling as how many words of the one before it stay, and those that follow."""
    rows: list[list[Any]] = []
    before: list[list[Any]] = []
    for telling in told:
        words = [_word_row(word) for word in telling.words]
        same = next(
            (n for n, (a, b) in enumerate(zip(before, words, strict=False)) if a != b), min(len(before), len(words))
        )
        rows.append([round(telling.known, 4), round(telling.until, 4), same, words[same:]])
        before = words
    return rows


def _told(rows: Sequence[Sequence[Any]]) -> tuple[Telling, ...]:
    told: list[Telling] = []
    words: tuple[Word, ...] = ()
    for known, until, same, new in rows:
        if not 0 <= int(same) <= len(words):
            raise ValueError(f"{same} of {len(words)} words stay")
        words = (*words[: int(same)], *(_word(word) for word in new))
        told.append(Telling(float(known), float(until), words))
    return tuple(told)


def _call_row(call: RememberedCall) -> dict[str, Any]:
    heard = [[hearing.prompt, hearing.at, hearing.after] for hearing in call.heard]
    after = {} if call.person_after is None else {"person_after": call.person_after}
    music = {"music": round(call.music, 2)} if call.music else {}
    return {"call": call.id, "started_at": call.started_at, "heard": heard, **after, **music}


def _call(row: dict[str, Any]) -> RememberedCall:
    heard = tuple(Hearing(str(prompt), float(at), str(after)) for prompt, at, after in row["heard"])
    after = None if row.get("person_after") is None else str(row["person_after"])
    return RememberedCall(str(row["call"]), str(row["started_at"]), heard, after, float(row.get("music", 0.0)))
