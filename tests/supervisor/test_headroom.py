from __future__ import annotations

from probe.supervisor.headroom import Headroom, Reading

CORES = 2


def told(
    headroom: Headroom,
    *,
    idle: float | None,
    running: int = 8,
    late: int = 0,
    behind: int = 0,
    cost: float = 0.03,
) -> None:
    """Five seconds of readings: so many cores idle, so many frames late or behind of the 400 a second of eight calls."""
    for n in range(21):
        at = n / 4
        frames = round(at * 50 * running)
        spent = cost * running * at
        headroom.note(
            Reading(
                at,
                running,
                frames,
                round(late * at / 5),
                round(behind * at / 5),
                spent,
                idle * at if idle is not None else None,
            )
        )


def test_the_first_call_may_always_start_even_on_a_busy_machine() -> None:
    headroom = Headroom(CORES)
    told(headroom, idle=0.0, running=0)
    assert headroom.missing(5.0, 0) == ""


def test_a_call_starts_while_cores_are_idle_and_not_when_they_are_busy() -> None:
    idle, busy = Headroom(CORES), Headroom(CORES)
    told(idle, idle=0.8)
    told(busy, idle=0.2)
    assert idle.missing(5.0, 8) == ""
    assert busy.missing(5.0, 8) == "0.20 cores are idle, a call needs 0.26"


def test_frames_that_come_late_stop_further_calls_although_cores_are_idle() -> None:
    headroom = Headroom(CORES)
    told(headroom, idle=1.5, late=40)
    assert headroom.missing(5.0, 8) == "2.0% of the frames come 20 ms late or later"


def test_frames_that_are_listened_to_late_stop_further_calls_although_their_line_is_in_time() -> None:
    few, many = Headroom(CORES), Headroom(CORES)
    told(few, idle=1.5, behind=16)
    told(many, idle=1.5, behind=40)
    assert few.missing(5.0, 8) == ""
    assert many.missing(5.0, 8) == "2.0% of the frames are listened to 100 ms late or later"


def test_calls_just_begun_count_before_their_cost_shows() -> None:
    headroom = Headroom(CORES)
    told(headroom, idle=0.7)
    started = 0
    while not headroom.missing(5.0, 8 + started):
        headroom.started(5.0)
        started += 1
    assert started == 5
    headroom.note(Reading(7.5, 13, 4000, 0, 0, 2.0, 0.7 * 7.5))
    assert headroom.missing(7.5, 13) == "", "what they cost is in the readings by now"


def test_no_call_starts_on_a_machine_that_stands_still() -> None:
    """Readings come rarely then, frames not at all, and calls that are not listened to seem to cost nothing."""
    headroom = Headroom(CORES)
    told(headroom, idle=0.8)
    assert headroom.missing(8.0, 8) == "nothing was measured for 3.0 s"
    headroom.note(Reading(10.0, 8, 2000, 0, 0, 1.2, 0.8 * 10))
    assert headroom.missing(10.0, 8) == "no frame was listened to of late"
    headroom.note(Reading(15.0, 8, 2010, 10, 10, 1.21, 0.8 * 15))
    assert headroom.missing(15.0, 8) == "100.0% of the frames come 20 ms late or later"
    assert abs(headroom.cost - 0.03) < 0.001


def test_what_a_call_costs_is_measured() -> None:
    headroom = Headroom(CORES)
    told(headroom, idle=0.8, cost=0.5)
    assert abs(headroom.cost - 0.5) < 0.01
    assert headroom.missing(5.0, 8) == "", "0.8 cores are enough for one"
    headroom.started(5.0)
    assert headroom.missing(5.0, 9) != ""


def test_where_idle_time_is_not_known_lateness_alone_decides() -> None:
    headroom = Headroom(CORES)
    told(headroom, idle=None)
    assert headroom.missing(5.0, 8) == ""
