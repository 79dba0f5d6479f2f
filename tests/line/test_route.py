"""Where a call goes next: proxies in order, redirections within limits, never where it must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import UserError
from probe.line.emergency import is_emergency
from probe.line.route import Route, Target
from probe.line.trunk import Proxy, Trunk

TRUNK = Trunk("far", "sip.example.com", (Proxy("a.example.com", 5060), Proxy("b.example.com", 5080)), redirects=2)


def test_proxies_are_tried_in_order_with_the_same_address() -> None:
    route = Route("sip:10000@sip.example.com", TRUNK)
    assert route.target.where == "a.example.com:5060"
    following = route.fail_over()
    assert following is not None
    assert following.where == "b.example.com:5080"
    assert following.uri == Route("sip:10000@sip.example.com", TRUNK).target.uri
    assert route.fail_over() is None


def test_the_address_names_a_port_only_where_the_trunks_own_is_unusual() -> None:
    assert Route("sip:10000@sip.example.com", TRUNK).target.uri == "sip:10000@sip.example.com"
    unusual = replace(TRUNK, registrar=Proxy("sip.example.com", 5080))
    assert Route("sip:10000@sip.example.com", unusual).target.uri == "sip:10000@sip.example.com:5080"


def test_a_redirection_goes_to_the_first_address_that_may_be_called() -> None:
    route = Route("sip:10000@sip.example.com", TRUNK)
    target = route.redirect(
        ("sip:x@elsewhere.example.com", "sip:119@b.example.com", "sip:10001@b.example.com:5080;q=0.5")
    )
    assert isinstance(target, Target)
    assert (target.uri, target.where) == ("sip:10001@b.example.com:5080", "b.example.com:5080")


def test_redirections_end() -> None:
    route = Route("sip:10000@sip.example.com", TRUNK)
    assert isinstance(route.redirect(("sip:1001@a.example.com",)), Target)
    assert "called already" in str(route.redirect(("sip:1001@a.example.com",)))
    assert isinstance(route.redirect(("sip:1002@a.example.com",)), Target)
    assert "as many redirections" in str(route.redirect(("sip:1003@a.example.com",)))


@pytest.mark.parametrize("address", ["sip:110@127.0.0.1", "sip:%31%31%30@127.0.0.1"])
def test_the_last_look_before_dialling_refuses_emergency_numbers(address: str) -> None:
    with pytest.raises(UserError, match="emergency"):
        Route(address, None)


@given(st.lists(st.text(max_size=30), max_size=4), st.booleans())
def test_nothing_a_far_end_says_leads_beyond_the_trunk_or_to_an_emergency_number(
    texts: list[str], through: bool
) -> None:
    route = Route("sip:10000@sip.example.com" if through else "sip:10000@127.0.0.1", TRUNK if through else None)
    contacts = tuple(f"sip:{text}@{host}" for text in texts for host in ("127.0.0.1", "a.example.com", "x.example.com"))
    target = route.redirect(contacts)
    if isinstance(target, Target):
        assert target.host == ("a.example.com" if through else "127.0.0.1")
        assert not is_emergency(target.uri.partition("@")[0])
