"""What is wrong with a command line, in one line and in the user's language.

The parser (Typer, on Click) words its errors in English, over four lines. Its wording is matched here, so that nothing
depends on which version words it; what is not in the table stays English.
"""

from __future__ import annotations

import re

from probe.i18n import tr

_ZH = (
    (r"Invalid value for '([^']+)': (.+)", "{0}：{1}"),
    (r"Missing (argument|option|parameter)s? '?([^']+?)'?", "缺少 {1}"),
    (r"No such option:? (\S+)", "没有选项 {0}"),
    (r"No such command '([^']+)'", "没有命令 {0}"),
    (r"Option '([^']+)' requires an argument", "选项 {0} 需要一个值"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", "多余的参数 {0}"),
    (r"Input should be greater than or equal to (\S+)", "应不小于 {0}"),
    (r"Input should be less than or equal to (\S+)", "应不大于 {0}"),
    (r"(\S+) is not in the range (\S+)", "{0} 不在范围 {1} 内"),
    (r"Input should be a valid (?:integer|number).*|'[^']*' is not a valid (?:integer|float|number).*", "应为数字"),
    (r"'([^']*)' is not one of (.+)", "“{0}”不可用，可写 {1}"),
)


def told(error: Exception) -> str | None:
    """The one line for a mistake that the parser found; None for any other error and where help is called for."""
    wording = getattr(error, "format_message", None)
    if wording is None or type(error).__name__ == "NoArgsIsHelpError":
        return None
    message = " ".join(wording().split()).removesuffix(".").replace("Value error, ", "")
    near = [name for name in getattr(error, "possibilities", None) or () if name != "--help"]
    message = re.split(r"\.? (?:\(Possible options|Did you mean)", message)[0]
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "probe"
    en, zh = message, _chinese(message)
    if near:
        return tr(en=f"{en}; did you mean {near[0]}?", zh=f"{zh}；是否想写 {near[0]}？")
    return tr(en=f"{en}; see {command} --help", zh=f"{zh}；参见 {command} --help")


def _chinese(message: str) -> str:
    for pattern, zh in _ZH:
        if match := re.fullmatch(pattern, message):
            return zh.format(*(_chinese(group) for group in match.groups()))
    return message
