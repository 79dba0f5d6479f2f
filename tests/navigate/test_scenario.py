"""The scenario language: what may be written, and what is said about what may not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from probe import i18n, shipped
from probe.errors import DocumentError
from probe.measure import CLOCKS, EFFORT
from probe.navigate.scenario import Expect, Scenario, json_schema, load_scenario, loads_scenario, written_out
from probe.timeline import Outcome

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(shipped.scenarios().glob("*/*/*.yaml"))
FULL = """
hotline: zhenjiang-telecom
caller: elderly
goal: complaint
language: zh
model: vosk-model-cn-0.22
courtesy: 打扰了，再见
walk:
  - hear: { text: [普通话请按一, 中文请按一], similarity: 0.9 }
    press: 1
    act: after prompt
    within: 30 s
    if_no_reaction: { again: 2, after: 4 s }
  - when:
      - hear: { pattern: "非?工作时间" }
        end: closed
      - press: { option: [人工, 客服代表] }
        walk:
          - { hear: 请稍候, optional: true }
      - hear: 您要办理什么
        say: 转人工
        if_refused: { again: 3, say: [人工, 真人] }
        go_on: true
    repeat: at most 4
    if_not_heard: { press: "#" }
  - press: { option: 投诉 }
    if_not_offered: go on
  - wait: 1.5 s
  - hang_up: 测试到此为止
limits: { call: 5 min, queue: 1 分 30 秒, silence: 15秒, ring: 45 s }
expect:
  outcome: [human, human_unreachable]
  steps: at most 2
  key_steps: 最多 1
  spoken_steps: 1
  refusals: at least 0
  answered_to_human: at most 60 s
"""


def mistake(text: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        loads_scenario(text, "my.yaml")
    return caught.value


def in_walk(item: str) -> DocumentError:
    return mistake(f"hotline: a\nwalk:\n  - {item}\n")


# ------------------------------------------------------------------------------------------------------ what is written


def test_every_part_of_the_language_can_be_written_together() -> None:
    scenario = loads_scenario(FULL)
    assert scenario.limits.queue == 90.0
    assert scenario.walk[1].repeat == 4
    assert scenario.walk[1].when[2].if_refused is not None
    assert scenario.expect.bounds["spoken_steps"].holds(1.0)


def test_a_scenario_needs_only_a_hotline() -> None:
    scenario = loads_scenario("hotline: a")
    assert (scenario.caller, scenario.goal, scenario.language, scenario.walk) == ("ordinary", "human", "zh", ())


def test_every_clock_and_count_that_is_measured_can_be_expected() -> None:
    expected = set(Expect.model_fields) - {"outcome"}
    assert expected == set(CLOCKS) | {"steps", "key_steps", "spoken_steps", "refusals"}
    assert {"steps", "key_steps", "spoken_steps", "refusals"} <= set(EFFORT)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_scenario_loads_and_stands_in_its_hotline_s_folder(path: Path) -> None:
    scenario = load_scenario(path)
    assert scenario.hotline == path.parent.name
    assert (scenario.caller == "elderly") == (path.stem == "elderly")
    assert (scenario.goal == "complaint") == (path.stem == "complaint")


def test_eleven_hotlines_have_three_scenarios_each() -> None:
    folders = {path.parent.name for path in SHIPPED}
    assert len(folders) == 11
    assert {path.stem for path in SHIPPED} == {"ordinary", "elderly", "complaint"}
    assert len(SHIPPED) == 33


# ------------------------------------------------------------------------------------------------------ like another one


def test_a_scenario_may_be_like_another_but_for_its_own_keys(tmp_path: Path) -> None:
    (tmp_path / "ordinary.yaml").write_text(FULL, encoding="utf-8")
    like = tmp_path / "elderly.yaml"
    like.write_text("like: ordinary.yaml\ncaller: other\nexpect: { steps: exactly 0 }\n", encoding="utf-8")
    scenario, base = load_scenario(like), load_scenario(tmp_path / "ordinary.yaml")
    assert scenario.walk == base.walk
    assert scenario.caller == "other"
    assert scenario.expect.outcome == ()
    alone = loads_scenario(written_out(like), tmp_path / "elsewhere" / "copy.yaml")
    assert alone == scenario


def test_likeness_must_lead_somewhere_and_not_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("like: b.yaml", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("caller: x\nlike: a.yaml", encoding="utf-8")
    with pytest.raises(DocumentError, match=r":1:1: `like` leads back"):
        load_scenario(tmp_path / "a.yaml")
    (tmp_path / "c.yaml").write_text("caller: x\nlike: none.yaml", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"c.yaml:2:1: .*no such file"):
        load_scenario(tmp_path / "c.yaml")


# ----------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("written", "place", "hint"),
    [
        ("hotlin: a", (1, 1), "did you mean `hotline`"),
        ("hotline: a\nwalk:\n  - listen: 您好\n    press: 1", (3, 5), "did you mean `hear`"),
        ("hotline: a\nwalk:\n  - hear: 您好\n    timeout: 3 s", (4, 5), "did you mean `within`"),
        ("hotline: a\ngoal: hunam", (2, 1), "did you mean `human`"),
        ("hotline: a\nexpect:\n  outcome: humann", (3, 3), "did you mean `human`"),
        ("hotline: a\nexpect:\n  answered_to_humans: at most 3 s", (3, 3), "`answered_to_human`"),
        ("hotline: a\nlimits: { call: 15 }", (2, 11), "`15 s`"),
        ("hotline: a\nexpect:\n  answered_to_human: 60 s", (3, 3), "`at most 60 s`"),
        ("hotline: a\nexpect:\n  steps: few", (3, 3), "`at most 2`"),
        ("hotline: a\nwalk: hear", (2, 1), "begin with `- `"),
        ("hotline: a\nwalk:\n  - hear：您好", (3, 5), "not `：`"),
        ("hotline: 10086", (1, 1), '"10086"'),
        ("caller: a", (1, 1), "`hotline` is missing"),
    ],
)
def test_a_mistake_is_told_at_its_place_with_what_to_write(written: str, place: tuple[int, int], hint: str) -> None:
    found = mistake(written)
    assert (found.line, found.column) == place
    assert hint in found.en


@pytest.mark.parametrize(
    ("keys", "hint"),
    [
        ("01", '"01"'),
        ("1.0", '"01"'),
        ("0x1", '"01"'),
        ("*", 'press: "*"'),
        ("#", 'press: "#"'),
        ("", 'press: "#"'),
        ("yes", '"1"'),
        ("一", '"1"'),
        ("{ key: 1 }", "`keys`"),
        ("{ option: [] }", "at least one"),
        ("{ option: 1 }", '"1"'),
        ("[1, 2]", "`option`"),
    ],
)
def test_keys_that_yaml_reads_otherwise_are_asked_for_in_quotes(keys: str, hint: str) -> None:
    found = in_walk(f"press: {keys}")
    assert found.line == 3
    assert hint in found.en


@pytest.mark.parametrize("keys", ["0", "1", '"0"', "'*'", '"#"', "10086", '"01"', '"1 2 3#"'])
def test_keys_are_kept_as_they_were_meant(keys: str) -> None:
    pressed = loads_scenario(f"hotline: a\nwalk:\n  - press: {keys}\n").walk[0].press
    assert pressed is not None
    assert pressed.keys == keys.strip("\"'").replace(" ", "")


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("{}", "does nothing"),
        ("{ optional: true }", "does nothing"),
        ("{ press: 1, say: 您好 }", "one thing"),
        ("{ press: 1, within: 3 s }", "something to wait for"),
        ("{ hear: 您好, if_refused: { again: 1 } }", "that it can repeat"),
        ("{ hear: 您好, act: at once }", "there is none here"),
        ("{ hear: 您好, press: 1, repeat: at most 2 }", "goes with `when`"),
        ("{ hear: 您好, press: 1, if_not_offered: go on }", "option"),
        ("{ hear: 您好, optional: true, if_not_heard: go on }", "drop"),
        ("{ when: [{ hear: 您好, press: 1 }], press: 1 }", "inside a branch"),
        ("{ when: [{ press: 1 }] }", "told from the others"),
        ("{ when: [{ hear: 您好, go_on: true }] }", "`repeat`"),
        ("{ when: [{ hear: 您好, end: closed, walk: [{ press: 1 }] }] }", "ended"),
        ("{ when: [{ hear: 您好, press: 1 }], repeat: at least 2 }", "at most 5"),
        ("{ hear: 您好, end: human }", "not one of"),
        ("{ hear: 。, press: 1 }", "nothing that can be spoken"),
        ("{ hear: { pattern: '(' }, press: 1 }", "regular expression"),
        ("{ hear: { text: 您好, similarity: 2 }, press: 1 }", "up to 1"),
        ("{ hear: {}, press: 1 }", "`text` or `pattern`"),
        ("{ hear: 您好, if_not_heard: { press: { option: 人工 } } }", "has no key"),
        ("{ hear: 您好, if_not_heard: stop }", "`go on`"),
        ("{ hear: 您好, press: 1, if_no_reaction: { again: 99 } }", "0 to 20"),
        ("{ hear: 您好, press: 1, optional: maybe }", "`true` or `false`"),
    ],
)
def test_what_makes_no_sense_is_answered_with_what_would(item: str, hint: str) -> None:
    found = in_walk(item)
    assert found.line == 3
    assert hint in found.en


def test_what_comes_after_the_end_is_a_mistake() -> None:
    found = mistake("hotline: a\nwalk:\n  - hang_up: true\n  - press: 1\n")
    assert found.line == 4
    assert "never reached" in found.en


def test_mistakes_are_told_in_chinese_too() -> None:
    found = mistake("hotline: a\nlimits: { call: 15 }")
    try:
        i18n.use("zh")
        assert str(found) == "my.yaml:2:11: “15”没有单位；请写“15 秒”或“15 分钟”"
    finally:
        i18n.use(None)


# -------------------------------------------------------------------------------------------------- any document at all

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**12),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["您好", "1", "15 s", "at most 2", "human", "go on", "after prompt", "zh", "a", "elderly.yaml"]),
)
_KEYS = sorted(
    {
        key
        for part in json_schema()["$defs"].values()
        for form in (part, *part.get("anyOf", ()))
        for key in form.get("properties", {})
    }
    | set(json_schema()["properties"])
)
_documents = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=25,
)


def loads_or_tells_where(text: str) -> None:
    told = None
    try:
        loads_scenario(text, "my.yaml")
    except DocumentError as error:
        told = error
    if told is not None:
        assert 1 <= told.line <= text.count("\n") + text.count("\r") + 1
        assert told.column >= 1
        assert told.en.startswith(f"my.yaml:{told.line}:{told.column}: ")
        assert told.zh.startswith(f"my.yaml:{told.line}:{told.column}: ")


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=80))
@example("a: 2020-99-99")
@example("!!int a: b")
@example("a: !!bool maybe")
@example("[" * 1000)
@example("hotline: &a [*a]")
@example("like: &a [*a]")
@example("hotline: a\nwalk: &a [{when: *a}]")
@example('like: "\\0x"')
@example("? [a]\n: b")
@example("hotline: a\n<<: {walk: 3}")
@example("hotline: a\n1: 2")
def test_any_text_loads_or_is_a_mistake_at_a_line_of_it(text: str) -> None:
    loads_or_tells_where(text)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_KEYS), _documents, max_size=6))
def test_any_document_loads_or_is_a_mistake_at_a_line_of_it(document: dict[str, object]) -> None:
    loads_or_tells_where(json.dumps({"hotline": "a"} | document, ensure_ascii=True, indent=1))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(FULL)), st.integers(0, 12), st.text(max_size=6))
def test_a_scenario_damaged_anywhere_loads_or_is_a_mistake_at_a_line_of_it(at: int, cut: int, put: str) -> None:
    loads_or_tells_where(FULL[:at] + put + FULL[at + cut :])


# --------------------------------------------------------------------------------------------------------- for editors


def test_the_published_schema_is_the_language() -> None:
    published = (ROOT / "docs" / "scenario.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == json_schema(), (
        "write it anew: python -m probe.navigate.scenario > docs/scenario.schema.json"
    )


def test_the_schema_takes_what_loads() -> None:
    check = Draft202012Validator(json_schema())
    for path in SHIPPED:
        check.validate(json.loads(json.dumps(YAML(typ="safe").load(path.read_text(encoding="utf-8")))))
    check.validate(YAML(typ="safe").load(FULL))
    assert not check.is_valid({"hotline": "a", "wlak": []})
    assert not check.is_valid({"walk": []})
    assert not check.is_valid({"hotline": "a", "goal": "hunam"})


@pytest.mark.parametrize("name", ["scenarios.md", "scenarios.zh.md"])
def test_the_guides_explain_every_key_of_the_language(name: str) -> None:
    guide = (ROOT / "docs" / name).read_text(encoding="utf-8")
    missing = [key for key in _KEYS if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", guide)]
    if name == "scenarios.zh.md":
        missing = [key for key in missing if key != "keys"]  # the long form of `press: "1"`, in the full guide only
    assert not missing, f"docs/{name} does not explain {missing}"


@pytest.mark.parametrize("name", ["scenarios.md", "scenarios.zh.md"])
def test_the_guides_name_every_outcome(name: str) -> None:
    guide = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert not [outcome.value for outcome in Outcome if f"`{outcome.value}`" not in guide]


@pytest.mark.parametrize("name", ["scenarios.md", "scenarios.zh.md"])
def test_the_guides_examples_load(name: str) -> None:
    guide = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in guide.split("```yaml\n")[1:]]
    assert blocks
    for block in blocks:
        if not block.startswith("like:"):
            loads_scenario(block if "hotline:" in block else "hotline: example\n" + block, f"docs/{name}")


def test_models_are_frozen() -> None:
    scenario = Scenario(hotline="a")
    with pytest.raises(ValueError, match="frozen"):
        scenario.hotline = "b"
