"""Tokens, and the file that remembers who has one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from probe.errors import DocumentError, OurFault
from probe.web.access import Access, load, proven, save


def test_a_token_opens_a_session_of_its_person_and_no_other() -> None:
    access = Access(open=False)
    first, second = access.admit("复核员甲", "reviewer"), access.admit("复核员乙", "viewer")
    opened = access.sign_in(second)
    assert opened
    key, session = opened
    assert session.person.name == "复核员乙"
    assert not session.reviews
    assert access.session(key) == session
    assert access.session(first) is None, "a token is not a session"
    assert proven(session, session.proof)
    assert not proven(session, None)


def test_sessions_do_not_pile_up() -> None:
    access = Access(open=False)
    token = access.admit("复核员甲", "reviewer")
    keys = [found[0] for _ in range(1001) if (found := access.sign_in(token))]
    assert access.session(keys[0]) is None
    assert access.session(keys[-1]) is not None


def test_people_are_remembered_without_their_tokens(tmp_path: Path) -> None:
    access = Access(open=False)
    token = access.admit('复核员甲 "quoted" \\', "reviewer")
    path = tmp_path / "tokens.yaml"
    save(path, access.people)
    assert token not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Access(open=False, people=load(path))
    opened = again.sign_in(token)
    assert opened
    assert opened[1].person.name == '复核员甲 "quoted" \\'


def test_a_file_that_does_not_exist_yet_has_nobody(tmp_path: Path) -> None:
    assert load(tmp_path / "none.yaml") == []


def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yaml"
    path.write_text("people:\n  - name: x\n    role: boss\n    token_sha256: abc\n")
    with pytest.raises(DocumentError, match=r"tokens.yaml:3"):
        load(path)


def test_a_folder_that_cannot_be_written_to_is_our_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(OurFault, match="cannot write"):
        save(tmp_path / "nowhere" / "tokens.yaml", [])
