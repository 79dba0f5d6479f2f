from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from probe.errors import UserError
from probe.evidence import prompts
from probe.listen.prompt_memory import Memory, RememberedCall


def with_call(memory: Memory, name: str) -> Memory:
    return Memory(memory.hotline, memory.prompts, (*memory.calls, RememberedCall(name, "2026")))


def add(folder: Path, name: str) -> None:
    for n in range(10):
        prompts.change(folder, "h", lambda memory, n=n: with_call(memory, f"{name}-{n}"))  # type: ignore[misc]


def test_processes_that_learn_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(add, [tmp_path] * 4, "abcd"))
    assert len(prompts.recall(tmp_path, "h").memory.calls) == 40
    assert {path.name for path in (tmp_path / "prompts").iterdir()} == {"h.jsonl", ".h.jsonl.lock"}


def test_nothing_is_remembered_of_a_hotline_never_called(tmp_path: Path) -> None:
    kept = prompts.recall(tmp_path, "h")
    assert kept.memory == Memory("h")
    assert kept.damaged is None


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"schema": "other"}\n'])
def test_a_damaged_file_is_set_aside_and_memory_begins_anew(tmp_path: Path, damage: bytes) -> None:
    path = prompts.path_of(tmp_path, "h")
    path.parent.mkdir()
    path.write_bytes(damage)
    kept = prompts.recall(tmp_path, "h")
    assert kept.memory == Memory("h")
    assert kept.damaged is not None
    aside, why = kept.damaged
    assert aside.read_bytes() == damage
    assert why
    prompts.change(tmp_path, "h", lambda memory: with_call(memory, "c"))
    assert len(prompts.read(path).calls) == 1


def test_a_damaged_file_that_a_call_finds_when_it_is_over_is_set_aside_too(tmp_path: Path) -> None:
    path = prompts.path_of(tmp_path, "h")
    path.parent.mkdir()
    path.write_text("nonsense", encoding="utf-8")
    prompts.change(tmp_path, "h", lambda memory: with_call(memory, "c"))
    assert len(prompts.read(path).calls) == 1
    assert len(list(path.parent.glob("h.damaged-*"))) == 1


def test_names_that_are_no_file_names_stay_apart(tmp_path: Path) -> None:
    names = ["a/b", "a_b", "../a", "sip:1@127.0.0.1:5060", "sip:1@127.0.0.1:5061", "水" * 200, ".", "水务"]
    paths = {prompts.path_of(tmp_path, name) for name in names}
    assert len(paths) == len(names)
    assert all(path.parent == tmp_path / "prompts" and len(os.fsencode(path.name)) < 200 for path in paths)


def test_the_copy_in_a_calls_folder_is_what_it_was_heard_with(tmp_path: Path) -> None:
    memory = with_call(Memory("h"), "c")
    told = prompts.keep_copy(tmp_path, memory)
    assert (told["calls"], told["prompts"]) == (1, 0)
    assert prompts.copied(tmp_path, told) == memory
    assert prompts.copied(tmp_path, {}) is None
    prompts.write(tmp_path / "prompts.jsonl", with_call(memory, "another"))
    with pytest.raises(UserError, match="SHA-256"):
        prompts.copied(tmp_path, told)
    (tmp_path / "prompts.jsonl").unlink()
    with pytest.raises(UserError, match=r"prompts\.jsonl"):
        prompts.copied(tmp_path, told)
