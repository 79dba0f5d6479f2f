"""From looks at speech to the model's file: what teaches, and that the file is the model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from probe.bench.forgetting import MISHEARD, SHARES, forgetting
from probe.bench.openings import Look, rows
from probe.bench.training import trained
from probe.errors import UserError
from probe.listen.opening import Opening
from probe.listen.spoken import written
from probe.listen.verdict import judge
from probe.listen.weights import loads
from probe.listen.wording import Wording

PERSON, MACHINE = "您好，工号一零二三，请问有什么可以帮您", "您好，欢迎使用本热线，感谢您的耐心等待"


@cache
def said(text: str) -> Opening:
    words = written(text)
    return Opening(
        words.text, Wording().search(words), 3.0, 1.2, -90.0, floor_before=-90.0, after_queue=True, calls_remembered=1
    )


def look(n: int, human: bool, **changes: object) -> Look:
    opening = replace(said(PERSON if human else MACHINE), at=float(n), floor=-45.0 if human else -90.0)
    made = Look(f"h{n % 12}#0", f"h{n % 12}", opening, "human" if human else "recording", 1.0)
    return replace(made, **changes)  # type: ignore[arg-type]


def looks() -> list[Look]:
    random = Random(1)
    return [look(n, random.random() < 0.4) for n in range(120)]


def test_the_file_is_a_model_that_tells_people_from_machines() -> None:
    text, summary = trained(looks(), 12, 1, seed=1)
    model = loads(text)
    assert summary["held_out_precision"] == 1.0
    assert judge(replace(said(PERSON), floor=-45.0), model).is_ == "human"
    assert judge(said(MACHINE), model).is_ == "recording"
    assert text == trained(looks(), 12, 1, seed=1)[0]


def test_only_one_kind_of_speaker_teaches_nothing() -> None:
    with pytest.raises(UserError, match="people and machines are needed"):
        trained([look(n, True) for n in range(20)], 12, 1, seed=1)


def test_what_a_rule_decides_what_two_spoke_and_what_nobody_did_teaches_nothing() -> None:
    plain = look(1, False)
    menu = replace(plain, opening=replace(plain.opening, options=2))
    assert len(rows([plain])) == 1
    assert not rows([menu, replace(plain, purity=0.6), replace(plain, truth="nothing")])


def test_all_looks_at_one_piece_count_as_one_and_only_a_persons_first_turns_teach() -> None:
    piece = look(1, False)
    twice = rows([piece, replace(piece, opening=replace(piece.opening, goes_on=True))])
    assert [row.weight for row in twice] == [0.5, 0.5]
    turns = [replace(look(n, True), case="one#0", hotline="one") for n in range(6)]
    assert len(rows(turns)) == 3


def test_what_a_listener_does_not_know_is_the_same_in_all_calls_of_a_hotline_and_other_words_in_another() -> None:
    known = [*forgetting(looks(), 1)]
    assert len(known) == len(looks()) * len(SHARES)
    said_by: dict[tuple[str, str, str], set[tuple[str, ...]]] = {}
    for one in known:
        share = one.case.rsplit(" ", 1)[1]
        truly = {phrase.phrase for phrase in said(PERSON if one.truth == "human" else MACHINE).phrases}
        phrases = tuple(phrase.phrase for phrase in one.opening.phrases if phrase.phrase in truly)
        said_by.setdefault((one.hotline, share, one.opening.text), set()).add(phrases)
    assert all(len(heard) == 1 for heard in said_by.values())
    of_all = {
        share: {phrases for (_, of, _), heard in said_by.items() if of == str(share) for phrases in heard}
        for share in SHARES
    }
    assert len(of_all[0.0]) == 2
    assert len(of_all[0.4]) > 4
    assert sum(map(len, of_all[0.8])) / len(of_all[0.8]) < sum(map(len, of_all[0.4])) / len(of_all[0.4])


def test_what_was_not_said_is_heard_in_some_pieces_the_same_in_all_looks_at_one() -> None:
    many = [look(n, n % 2 == 0) for n in range(400)]
    again = [replace(one, opening=replace(one.opening, silence_after=0.5)) for one in many]
    made_up = [
        [phrase for phrase in one.opening.phrases if (phrase.start, phrase.end) == (1, 3)]
        for one in forgetting([*many, *again], 1)
        if not one.case.endswith(" 0.0")
    ]
    first, second = (made_up[at : at + 400] + made_up[at + 800 : at + 1200] for at in (0, 400))
    assert first == second
    assert 0.5 * MISHEARD < sum(map(len, first)) / len(first) < 1.5 * MISHEARD
    assert len({phrase.meaning for of_one in first for phrase in of_one}) > 5


def test_nothing_is_made_up_where_all_is_known() -> None:
    whole = [*forgetting(looks(), 1)][: len(looks())]
    assert [[*one.opening.phrases] for one in whole] == [[*one.opening.phrases] for one in looks()]
