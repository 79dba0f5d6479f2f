"""What the YAML parser and Pydantic find wrong with a document, in Chinese; English is what they say themselves.

Pydantic names the type of each error, with its numbers in `ctx`; the YAML parser has only sentences. A complaint that is
not in the tables stays English, which is better than a vague translation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BY_TYPE = {
    "string_type": "应为文字",
    "string_too_short": "至少要有 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式应符合 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数，不带小数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "multiple_of": "应为 {multiple_of} 的倍数",
    "literal_error": "应为 {expected}",
    "enum": "应为 {expected}",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "set_type": "应为列表",
    "too_short": "至少要有 {min_length} 项，这里有 {actual_length} 项",
    "too_long": "最多 {max_length} 项，这里有 {actual_length} 项",
    "dict_type": "应为“键: 值”",
    "mapping_type": "应为“键: 值”",
    "model_type": "应为“键: 值”",
    "model_attributes_type": "应为“键: 值”",
    "none_required": "这里应留空",
    "date_type": "应为日期，如 2026-11-25",
    "date_parsing": "应为日期，如 2026-11-25",
    "date_from_datetime_parsing": "应为日期，如 2026-11-25",
    "time_type": "应为时刻，如 \"08:30\"",
    "time_parsing": "应为时刻，如 \"08:30\"",
    "datetime_type": "应为日期和时刻，如 2026-11-25T08:30:00",
    "datetime_parsing": "应为日期和时刻，如 2026-11-25T08:30:00",
    "datetime_from_date_parsing": "应为日期和时刻，如 2026-11-25T08:30:00",
    "timezone_aware": "时刻应带时区，如 2026-11-25T08:30:00+08:00",
    "timezone_naive": "时刻不应带时区",
    "url_parsing": "不是网址",
    "url_scheme": "网址应以 {expected_schemes} 开头",
    "union_tag_invalid": "{discriminator} 应为 {expected_tags}",
    "union_tag_not_found": "缺少 {discriminator}",
}  # fmt: skip

_BY_SENTENCE = (
    (r"mapping values are not allowed here", "这里不能再写“键: 值”；请检查缩进，或给带冒号的文字加引号"),
    (r"could not find expected ':'", "缺少冒号“:”"),
    (r"found character '(.+)' that cannot start any token", "{0} 不能写在这里；缩进请用空格，特殊字符请加引号"),
    (r"found a tab character (?:that violates|where an) indentation.*", "缩进请用空格，不要用制表符"),
    (r"expected <block end>, but found .*", "缩进与上文不一致，或这里多了内容"),
    (r"expected the node content, but found .*", "这里应有内容；请检查括号和引号"),
    (r"expected '<document start>'.*", "开头不是 YAML；以 % 开头的文字请加引号"),
    (r"but found another document", "一个文件只能有一份文档；请删去“---”以后的内容，或另存一个文件"),
    (r"found unknown escape character '(.+)'", "双引号里不能写“\\{0}”；请改用单引号"),
    (r"invalid literal for int\(\).*: (.+)", "{0} 不是整数"),
    (
        r"(?:month must be in|day is out of range|day .*must be in).*",
        "没有这一天；日期请写 2026-11-25 的样子，文字请加引号",
    ),
    (r"expected ',' or '([\]}])', but got '?(.+?)'?", "列表或括号没有写完：缺少逗号或“{0}”"),
    (r"found unexpected end of stream", "文件在引号或括号没有结束时就结束了"),
    (r"found undefined alias '?(.+?)'?", "没有定义过的引用“{0}”"),
    (r"found duplicate key \"?(.+?)\"? with value .*", "键“{0}”写了两次"),
    (r"sequence entries are not allowed here", "这里不能开始列表；请检查“-”的缩进"),
    (r"(?:special characters are not allowed|unacceptable character.*)", "文件里有不能使用的控制字符"),
    (r"nested too deeply", "嵌套太深"),
    (r"not YAML", "不是 YAML"),
)


def pydantic_in_chinese(kind: str, context: Mapping[str, Any], english: str) -> str:
    """A Pydantic error's message in Chinese by its type and `ctx`; `english` where the type has none."""
    form = _BY_TYPE.get(kind)
    if form is None:
        return english
    try:
        return form.format_map({name: _in_chinese(value) for name, value in context.items()})
    except KeyError:
        return english


def yaml_in_chinese(english: str) -> str:
    """A YAML parser's sentence in Chinese; as it is where the table has none."""
    for pattern, chinese in _BY_SENTENCE:
        found = re.fullmatch(pattern, english)
        if found:
            return chinese.format(*found.groups())
    return english


def _in_chinese(value: object) -> str:
    """`'a', 'b' or 'c'` as Pydantic lists what it expects, joined as Chinese is."""
    return str(value).replace(" or ", "、").replace(", ", "、")
