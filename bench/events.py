"""What relight waited for: from its own events and counts of calls, nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple


class Waits(NamedTuple):
    """Sums over all calls and steps of a command; many of them wait at the same time."""

    # For their turn, because of the rates that relight keeps.
    turn_seconds: float
    # For answers.
    answer_seconds: float
    # Attempts that were answered with "too many", and that failed otherwise.
    throttled: int
    failed: int
    # Steps, and for how long at least one was under way.
    steps: int
    busy_seconds: float
    # Steps under way at once, on average over that time.
    at_once: float
    # The longest step.
    longest: str
    longest_seconds: float


def waits(output: Path, events: Path) -> Waits | None:
    """What a command of relight says of itself; `None` where it says nothing."""
    lines = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
    told = [line["calls"] for line in lines if line["event"] == "calls"]
    try:
        calls = told[-1] if told else json.loads(output.read_text()).get("calls")
    except json.JSONDecodeError:
        return None
    if not calls:
        return None
    return Waits(
        turn_seconds=sum(call["turn_milliseconds"] for call in calls) / 1000,
        answer_seconds=sum(call["answer_milliseconds"] for call in calls) / 1000,
        throttled=sum(call["throttled"] for call in calls),
        failed=sum(call["failed"] for call in calls),
        **stepping(lines),
    )


def stepping(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """How the steps of a run lie in time."""
    begun: dict[int, int] = {}
    spans: list[tuple[int, int, str]] = []
    for line in lines:
        if line["event"] == "step_started":
            begun.setdefault(line["step"], line["at"])
        elif line["event"] in ("step_done", "step_kept", "step_failed") and line["step"] in begun:
            spans.append((begun[line["step"]], line["at"], f"{line['verb']} {line['address']}"))
    busy = reached = 0
    for start, stop, _ in sorted(spans):
        busy += max(0, stop - max(start, reached))
        reached = max(reached, stop)
    longest = max(spans, key=lambda span: span[1] - span[0], default=(0, 0, ""))
    whole = sum(stop - start for start, stop, _ in spans)
    return {
        "steps": len(spans),
        "busy_seconds": busy / 1000,
        "at_once": whole / busy if busy else 0.0,
        "longest": longest[2],
        "longest_seconds": (longest[1] - longest[0]) / 1000,
    }
