"""A campaign's file: what it means, and each mistake told at its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from probe import register as registers
from probe.campaign import definition, policy
from probe.campaign.definition import load_campaign
from probe.campaign.plan import plan
from probe.campaign.policy import Policy
from probe.errors import DocumentError, UserError
from probe.register import Register
from tests.campaign.campaigns import WRITTEN, written

DOCS = Path(__file__).parents[2] / "docs"
SHIPPED = Register.shipped()


def test_cells_are_hotline_by_scenario_with_the_scenarios_own_caller(tmp_path: Path) -> None:
    loaded = load_campaign(written(tmp_path, scenarios="scenarios: [ordinary, elderly]"), SHIPPED)
    assert [(cell.hotline.id, cell.scenario, cell.caller) for cell in loaded.cells] == [
        (hotline, name, name) for hotline in ("zhenjiang-water", "zhenjiang-gas") for name in ("ordinary", "elderly")
    ]


def test_hotlines_can_be_chosen_by_what_they_are(tmp_path: Path) -> None:
    loaded = load_campaign(written(tmp_path, hotlines="hotlines: { sector: 通信 }"), SHIPPED)
    assert {cell.hotline.sector for cell in loaded.cells} == {"通信"}
    assert len({cell.hotline.id for cell in loaded.cells}) == 3


@pytest.mark.parametrize(
    ("replaced", "line", "told"),
    [
        ({"hotlines": "hotlines: [zhenjiang-watr]"}, 4, "did you mean `zhenjiang-water`"),
        ({"hotlines": "hotlines: { region: 南京 }"}, 4, "no hotline of the register"),
        ({"scenarios": "scenarios: [ordinary, refund]"}, 5, "no scenario `refund`; it has: complaint"),
        ({"end": "end: 2026-03-01"}, 3, "before it starts"),
        ({"peak": '  peak: { hours: "11:00-13:30", calls: 1 }'}, 8, "overlap on a weekday at 11:00-11:30"),
        ({"peak": '  rush: { hours: "11:30-13:30", calls: 1 }'}, 8, "needs `days`"),
        ({"gapp": "gapp: 5 min"}, 9, "did you mean `gap`"),
        ({"callers": "callers: [nobody]"}, 9, "no caller `nobody`; known: ordinary"),
        ({"trunk": "trunk: { dial: 'sip:x@127.0.0.1' }"}, 9, "no place for the number"),
        ({"trunk": "trunk: { dial: '{number}' }"}, 9, "write `trunk: NAME`"),
        ({"trunk": "trunk: { dial: 'sip:{number}@192.0.2.1' }"}, 9, "is not on this machine; to dial further"),
        ({"trunk": "trunk: { chanels: 3 }"}, 9, "did you mean `channels`"),
        ({"trunk": "trunk: 3"}, 9, "write the name of a trunk"),
    ],
)
def test_a_mistake_is_told_at_its_line(tmp_path: Path, replaced: dict[str, str], line: int, told: str) -> None:
    with pytest.raises(DocumentError) as mistake:
        load_campaign(written(tmp_path, **replaced), SHIPPED)
    assert mistake.value.line == line
    assert told in mistake.value.en


def test_a_trunk_by_name_gives_its_limits_and_needs_no_secrets(tmp_path: Path) -> None:
    trunks = tmp_path / "trunks.yaml"
    trunks.write_text(
        "trunks:\n  office:\n    server: sip.example.com\n    channels: 7\n    calls_per_second: 0.5\n"
        "    credentials: { username: $NOT_SET_HERE, password: $NOT_SET_HERE }\n"
    )
    trunk = load_campaign(written(tmp_path, trunk="trunk: office"), SHIPPED, trunks).campaign.trunk
    assert (trunk.name, trunk.channels, trunk.calls_per_second, trunk.is_real) == ("office", 7, 0.5, True)
    assert not load_campaign(written(tmp_path), SHIPPED).campaign.trunk.is_real


def test_what_is_wrong_with_a_named_trunk_is_told_where_it_is_named(tmp_path: Path) -> None:
    path, trunks = written(tmp_path, trunk="trunk: office"), tmp_path / "trunks.yaml"

    def told() -> tuple[str, int, str]:
        with pytest.raises(DocumentError) as mistake:
            load_campaign(path, SHIPPED, trunks)
        return Path(mistake.value.path).name, mistake.value.line, mistake.value.en

    file, line, message = told()
    assert (file, line) == ("campaign.yaml", 9)
    assert message.endswith("trunks.yaml: no such file")
    trunks.write_text("trunks:\n  home: { server: 127.0.0.1 }\n")
    file, line, message = told()
    assert (file, line) == ("campaign.yaml", 9)
    assert "no trunk `office`" in message
    assert message.endswith("known: home")
    trunks.write_text("trunks:\n  office: { sever: 127.0.0.1 }\n")
    assert told()[:2] == ("trunks.yaml", 2)
    rule = '{ number: "0511*", send: "110" }'
    trunks.write_text(f"trunks:\n  office: {{ server: 127.0.0.1, dial: {{ rules: [{rule}] }} }}\n")
    file, line, message = told()
    assert (file, line) == ("campaign.yaml", 4)
    assert "emergency" in message


@pytest.mark.parametrize(
    ("replaced", "line", "told"),
    [
        ({"weekday": '  weekday: { hours: "09:00-11:30", calls: 99 }'}, 7, "only 60 fit"),
        ({"budget": "budget: { calls: 15 }"}, 9, "the plan has 16 calls, the budget allows 15"),
        ({"budget": "budget: { agent_seconds: 60 }"}, 9, "the budget allows 60 s"),
        ({"weekday": '  weekday: { hours: "22:00-23:00", calls: 1 }'}, 7, "only 0 fit"),
    ],
)
def test_an_impossible_plan_is_told_at_its_line(tmp_path: Path, replaced: dict[str, str], line: int, told: str) -> None:
    loaded = load_campaign(written(tmp_path, **replaced), SHIPPED)
    with pytest.raises(DocumentError) as mistake:
        plan(loaded, Policy())
    assert mistake.value.line == line
    assert told in mistake.value.en


def test_a_number_that_is_never_dialled_stops_the_plan(tmp_path: Path) -> None:
    loaded = load_campaign(written(tmp_path), SHIPPED)
    with pytest.raises(DocumentError, match="never dialled") as mistake:
        plan(loaded, Policy(never_dial=("05118000*",)))
    assert mistake.value.line == 4


def test_a_register_may_be_several_files_and_a_hotline_is_in_one_of_them(tmp_path: Path) -> None:
    for name, id_ in (("a", "one"), ("b", "two")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hotlines.yaml").write_text(
            f"holidays: [2026-10-01]\nhotlines:\n  - {{id: {id_}, name: N, enterprise: E, workdays: [2026-10-10]}}\n"
        )
    register = Register.load(tmp_path)
    assert [hotline.id for hotline in register] == ["one", "two"]
    assert register["one"].kind_of(register["one"].holidays[0]) == "holiday"
    (tmp_path / "b" / "hotlines.yaml").write_text("hotlines:\n  - {id: one, name: N, enterprise: E}\n")
    with pytest.raises(DocumentError, match="already"):
        Register.load(tmp_path)
    with pytest.raises(UserError, match="no hotlines"):
        Register.load(DOCS)


def test_a_registers_targets_name_a_clock_and_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "hotlines.yaml"
    for target, told in (
        ("{patience: at most 3 s}", "no clock `patience`"),
        ("{queued_to_human: 30 s}", "a most or a least"),
    ):
        path.write_text(f"hotlines:\n  - id: a\n    name: A\n    enterprise: A\n    targets: {target}\n")
        with pytest.raises(DocumentError, match=told) as mistake:
            Register.load(path)
        assert mistake.value.line == 5


@pytest.mark.parametrize(
    ("name", "schema"),
    [("campaign", definition.json_schema), ("policy", policy.json_schema), ("register", registers.json_schema)],
)
def test_the_published_schema_is_the_language(name: str, schema: object) -> None:
    published = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert published == schema(), f"write docs/{name}.schema.json anew, as docs/campaigns.md says"  # type: ignore[operator]
    Draft202012Validator.check_schema(published)


def test_the_schema_takes_what_loads_and_refuses_what_does_not() -> None:
    check = Draft202012Validator(definition.json_schema())
    yaml = YAML(typ="safe")
    good = json.loads(json.dumps(yaml.load(WRITTEN), default=str))
    assert check.is_valid(good)
    assert not check.is_valid(good | {"hotlins": []})
    assert check.is_valid(good | {"trunk": "office"})
    assert check.is_valid(good | {"trunk": {"channels": 3}})
    assert not check.is_valid(good | {"trunk": 3})


def test_every_key_is_explained() -> None:
    text = (DOCS / "campaigns.md").read_text(encoding="utf-8")
    for schema in (definition.json_schema(), policy.json_schema(), registers.json_schema()):
        for part in (schema, *schema["$defs"].values()):
            for key in part.get("properties", ()):
                assert f"`{key}`" in text, f"`{key}` is not in docs/campaigns.md"
