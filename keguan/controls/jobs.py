"""The jobs of the controls: the clock's sweep, and what a crash left behind. Running twice changes nothing."""

from keguan.controls.gate import resume_follow_ups
from keguan.controls.live.ticks import tick_all
from keguan.controls.reassigning import reassign
from keguan.controls.sweep import sweep_all
from keguan.controls.unowned import tell_unowned
from keguan.kernel import clock


def sweep_once() -> int:
    """Judge everything that is due and run follow-ups that were cut off; gives how many there were."""
    return reassign() + sweep_all() + tick_all(clock.now()) + resume_follow_ups() + tell_unowned()
