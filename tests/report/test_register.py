"""The register of hotlines: the shipped one, a user's own, and every mistake in one at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer import Exit

from probe import documents, shipped
from probe.cli.check import check
from probe.cli.run import load_all
from probe.errors import DocumentError, UserError
from probe.register import Register
from probe.simulator.hotline import load_hotline


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "hotlines.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_register_says_of_the_eleven_what_the_simulated_hotlines_say() -> None:
    register = Register.shipped()
    files = sorted(shipped.hotlines().glob("zhenjiang-*.yaml"))
    assert len(register) == len(files) == 11
    for path in files:
        plain = documents.parse(documents.read(path), path)
        registered = register[load_hotline(path).id]
        found = (registered.name, registered.enterprise, registered.sector, registered.region, registered.number)
        assert found == tuple(plain[key] for key in ("name", "company", "sector", "region", "number"))


def test_a_hotline_that_is_not_registered_stands_for_itself() -> None:
    unknown = Register()["somewhere"]
    assert (unknown.enterprise, unknown.sector, unknown.region) == ("somewhere", "", "")
    assert "somewhere" not in Register()


def test_a_users_register_is_read_in_its_order(tmp_path: Path) -> None:
    text = (
        "hotlines:\n  - {id: b, name: B, enterprise: B, timezone: Europe/Madrid}\n  - {id: a, name: A, enterprise: A}\n"
    )
    register = Register.load(written(tmp_path, text))
    assert [hotline.id for hotline in register] == ["b", "a"]
    assert register["b"].timezone == "Europe/Madrid"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("hotlines:\n  - {id: a, name: A, enterprise: A}\n  - {id: a, name: B, enterprise: B}\n", 3, "listed twice"),
        ("hotlines:\n  - {id: a, name: A, enterprise: A, timezone: Zhenjiang}\n", 2, "Asia/Shanghai"),
        ("hotlines:\n  - {id: a, name: A, enterprise: A, regoin: X}\n", 2, "did you mean `region`"),
        ("hotlines:\n  - {id: a, name: A}\n", 2, "`enterprise` is missing"),
    ],
)
def test_a_mistake_is_told_at_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(DocumentError) as mistake:
        Register.load(written(tmp_path, text))
    assert mistake.value.line == line
    assert told in mistake.value.en


def test_a_register_that_is_not_there_is_told() -> None:
    with pytest.raises(UserError, match="no such file"):
        Register.load(Path("nowhere.yaml"))


def test_the_register_is_checked_as_one_and_not_dialled_as_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exit) as end:
        check([shipped.scenarios() / "hotlines.yaml"])
    assert end.value.exit_code == 0
    assert "11" in capsys.readouterr().out
    assert all(path.name != "hotlines.yaml" for path in load_all([shipped.scenarios()]))
