"""The command `probe`: one command a file, errors in one line, exit codes that scripts can rely on.

    0    fine
    1    an expectation failed, a cell of the survey differs, a replay differs
    2    the user's mistake: bad arguments, a file that is not what it should be
    3    our fault: a line that failed, a disk that is full
    130  stopped with Ctrl-C or SIGTERM

Help is in the user's language, so `--lang` is looked for before anything else is loaded.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from typing import Any, NoReturn

from probe import i18n
from probe.i18n import tr

FINE, FAILED, USER_ERROR, OUR_FAULT, INTERRUPTED = 0, 1, 2, 3, 130


def main() -> NoReturn:
    """Runs the command line and exits."""
    from probe.errors import ProbeError, UserError

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    language, arguments = _language(sys.argv[1:])
    i18n.use(language)
    try:
        from probe.cli.app import app

        code = app(arguments, prog_name="probe", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else FINE)
    except ProbeError as error:
        print(tr(en=f"probe: {error}", zh=f"probe：{error}"), file=sys.stderr)
        sys.exit(USER_ERROR if isinstance(error, UserError) else OUR_FAULT)
    except BrokenPipeError:
        # Whoever read our output has gone (`probe run ... | head`); nothing can be said to them any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OUR_FAULT)
    except Exception as error:
        sys.exit(_misused(error) or _broken(error))


def _interrupted(*_: Any) -> None:
    sys.exit(INTERRUPTED)


def _language(arguments: list[str]) -> tuple[str | None, list[str]]:
    """What `--lang` says, wherever it stands, and the arguments without it; a wrong value is put where the parser tells of it."""
    for n, here in enumerate(arguments):
        if here != "--lang" and not here.startswith("--lang="):
            continue
        value, after = (
            (here.removeprefix("--lang="), n + 1) if "=" in here else ("".join(arguments[n + 1 : n + 2]), n + 2)
        )
        rest = arguments[:n] + arguments[after:]
        return (value, rest) if value in ("zh", "en") else (None, [f"--lang={value}", *rest])
    return None, arguments


def _misused(error: Exception) -> int:
    """A command line that makes no sense: one line, or help if nothing was asked; 0 for any other error."""
    from probe.cli.usage import told

    if told_in_one := told(error):
        print(tr(en="probe: ", zh="probe：") + told_in_one, file=sys.stderr)
        return USER_ERROR
    if hasattr(error, "format_message"):
        print(error.format_message(), file=sys.stderr)
        return USER_ERROR
    return 0


def _broken(error: Exception) -> int:
    """A mistake in this program: one line for the user, the traceback in a file for whoever mends it."""
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="probe-", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exc(file=file)
    what = f"{type(error).__name__}: {' '.join(str(error).split())}"
    en = f"probe: internal error: {what}; details in {file.name}"
    zh = f"probe：内部错误：{what}；详情见 {file.name}"
    print(tr(en=en, zh=zh), file=sys.stderr)
    return OUR_FAULT
