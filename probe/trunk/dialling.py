"""From a number as people write it, and a trunk's name, to what a line dials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from probe.errors import UserError
from probe.line.address import Address
from probe.line.caller import Caller
from probe.line.trunk import Trunk
from probe.trunk.file import Dialling, load_trunk


@dataclass(frozen=True, slots=True)
class Destination:
    """An address, and the trunk it is dialled through, if any."""

    uri: str
    trunk: Trunk | None


def destination(written: str, caller: Caller, trunk: str = "", file: Path | None = None) -> Destination:
    """What to dial for `written`: an address `sip:...` on this machine, or a number through a trunk.

    The trunk is the one named, else the caller's; an address dialled without naming a trunk goes through none.
    Raises UserError for what cannot or must not be dialled.
    """
    is_address = re.match(r"\s*sips?:", written, re.IGNORECASE) is not None
    name = trunk or ("" if is_address else caller.trunk)
    if not name:
        if not is_address:
            raise UserError(
                f"`{written}` needs a trunk: --trunk NAME, or `trunk:` of caller {caller.name}; without one, "
                "only sip:NUMBER@127.0.0.1:PORT can be dialled",
                f"拨打“{written}”须经中继：--trunk 名称，或在主叫 {caller.name} 中写 `trunk:`；"
                "没有中继时只能拨打 sip:号码@127.0.0.1:端口",
            )
        return Destination(Address.parse(written).uri, None)
    return through(load_trunk(name, file), written)


def through(dialling: Dialling, written: str) -> Destination:
    """A number, or an address on the trunk, through its dial plan; raises UserError."""
    trunk = dialling.trunk
    if re.match(r"\s*sips?:", written, re.IGNORECASE):
        address = Address.parse(re.sub(r"^\s*sips:", "sip:", written, flags=re.IGNORECASE))
        if not trunk.reaches(address.host):
            raise UserError(
                f"`{written}`: {address.host} is not of trunk {trunk.name}; write the number alone",
                f"“{written}”：{address.host} 不属于中继 {trunk.name}；请只写号码",
            )
        written = unquote(address.user)
    number = dialling.plan.dialled(written).replace("#", "%23")
    return Destination(f"sip:{number}@{trunk.domain}", trunk)
