import numpy as np
import pytest

from probe.listen.prompt_memory import Prompt
from probe.listen.prompt_numbers import key_past, number_put_in
from probe.timeline import Word


def _said(*words: str) -> Prompt:
    """A prompt of words of 0.3 s each."""
    told = tuple(Word(word, 0.3 * n, 0.3 * (n + 1), 1.0) for n, word in enumerate(words))
    return Prompt("p-1", np.zeros(300, np.uint32), np.zeros(300, np.int8), told)


@pytest.mark.parametrize(
    ("words", "past"),
    [
        (("您", "目前", "排", "在", "第四位", "请", "稍候"), 64),
        (("前面", "还有", "一", "二", "位", "客户"), 54),
        (("position", "three", "please"), 24),
        (("前面", "还有", "四", "维", "客户"), 39),
        (("感谢您致电", "东", "五", "五", "六", "查询", "快递"), 0),
        (("普通话", "请按", "一", "英语", "请按", "二"), 0),
        (("请", "描述", "一下", "业务"), 0),
        (("您", "的", "来电", "对", "我们", "很", "重要", "前面", "三"), 0),
    ],
)
def test_the_first_number_put_into_a_prompt_is_past_at_its_end(words: tuple[str, ...], past: int) -> None:
    assert number_put_in(_said(*words), 0)[1] == past


def test_a_number_before_what_was_heard_does_not_matter() -> None:
    assert number_put_in(_said("第四位", "请", "稍候"), 20) == (0, 0)


@pytest.mark.parametrize(
    ("words", "frame", "amid", "past"),
    [
        (("住院", "服务", "请", "按", "四", "报告"), 0, False, 69),
        (("普通话", "请按", "一", "英语", "请按", "二"), 0, False, 39),
        (("普通话", "请按", "一", "英语", "请按", "二"), 40, False, 84),
        (("门诊", "时间", "查询", "服务", "请", "按", "四"), 0, False, 0),
        (("门诊", "时间", "查询", "服务", "请", "按", "四"), 0, True, 99),
        (("还有", "四", "位", "客户"), 0, False, 0),
    ],
    ids=["a key", "the first key", "one before what was heard", "too late to be waited for", "amid a prompt", "no key"],
)
def test_the_first_key_of_a_menu_is_past_at_its_end(words: tuple[str, ...], frame: int, amid: bool, past: int) -> None:
    assert key_past(_said(*words), frame, amid) == past
