"""What was measured, as rows, as a table, and beside what relight is to reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from events import Waits
from measure import Measured


@dataclass(frozen=True)
class Row:
    """One phase of one tool."""

    stacks: int
    resources: int
    latency_milliseconds: int
    tool: str
    phase: str
    measured: Measured | None
    # All calls of the phase as the proxy counts them, by operation.
    calls: dict[str, int]
    # What moto took of the processor meanwhile: it has one interpreter, so that no more than a second in a second.
    server_seconds: float
    waits: Waits | None
    # Why it was not measured, or what went wrong.
    remark: str

    def total(self) -> int:
        return sum(self.calls.values())

    def json(self) -> dict[str, Any]:
        told = asdict(self)
        told["waits"] = self.waits._asdict() if self.waits else None
        return told


COLUMNS = ("phase", "tool", "wall s", "processor s", "peak MB", "calls", "server s")


def table(rows: Sequence[Row]) -> str:
    """The rows of one size and latency, each phase's tools below one another."""
    cells = [COLUMNS]
    for row in rows:
        measured = row.measured
        if measured is None:
            cells.append((row.phase, row.tool, "-", "-", "-", "-", "-"))
            continue
        cells.append(
            (
                row.phase,
                row.tool,
                f"{measured.wall_seconds:.2f}",
                f"{measured.processor_seconds:.2f}",
                f"{measured.peak_bytes / 1e6:.0f}",
                f"{row.total()}",
                f"{row.server_seconds:.1f}",
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    text = ""
    for row, line in zip([None, *rows], cells, strict=True):
        words = [word.ljust(width) if at < 2 else word.rjust(width) for at, (word, width) in enumerate(zip(line, widths, strict=True))]
        remark = f"   {row.remark}" if row and row.remark else ""
        text += f"  {'  '.join(words)}{remark}\n"
    return text


@dataclass(frozen=True)
class Goal:
    """What a phase is to reach, as a part of what Terraform takes."""

    phase: str
    what: str
    part: float
    of: Callable[[Row], float]


def wall(row: Row) -> float:
    return row.measured.wall_seconds if row.measured else 0.0


def processor(row: Row) -> float:
    return row.measured.processor_seconds if row.measured else 0.0


def peak(row: Row) -> float:
    return row.measured.peak_bytes / 1e6 if row.measured else 0.0


def calls(row: Row) -> float:
    return float(row.total())


# Stacks: what is to be reached with so many, or more.
GOALS: dict[int, list[Goal]] = {
    1: [Goal("no-op-forgotten", "processor s", 1 / 50, processor)],
    11: [
        Goal("apply", "wall s", 1 / 5, wall),
        Goal("apply", "calls", 1 / 2, calls),
        Goal("failover", "wall s", 1 / 20, wall),
    ],
    43: [
        Goal("no-op-forgotten", "calls", 1 / 10, calls),
        Goal("no-op-forgotten", "processor s", 1 / 20, processor),
        Goal("no-op-forgotten", "peak MB", 1 / 15, peak),
    ],
}

# What Terraform 1.11 with provider 5.100 took of the same work on 2 cores, where it is not measured beside: by stacks,
# phase and what.
TERRAFORM: dict[tuple[int, str, str], float] = {
    (1, "no-op", "processor s"): 15.8,
    (1, "no-op", "peak MB"): 1340,
    (1, "failover", "wall s"): 104,
    (11, "apply", "wall s"): 396,
    (11, "apply", "calls"): 2501,
    (11, "failover", "wall s"): 193,
    (43, "no-op", "calls"): 4815,
    (43, "no-op", "processor s"): 49,
    (43, "no-op", "peak MB"): 1730,
}


def goals(rows: Sequence[Row], least: int) -> str:
    """Each goal of a size, and whether relight reached it."""
    by_name = {(row.tool, row.phase): row for row in rows if row.measured}
    stacks = rows[0].stacks
    size = max((size for size in GOALS if size <= stacks), default=1)
    text = ""
    for goal in GOALS[size]:
        ours = by_name.get(("relight", goal.phase))
        if ours is None:
            continue
        # What relight does without memory, Terraform does with its state.
        same = "no-op" if goal.phase == "no-op-forgotten" else goal.phase
        beside = by_name.get(("terraform", same))
        known = TERRAFORM.get((stacks, same, goal.what))
        theirs = goal.of(beside) if beside else known
        if theirs is None:
            text += f"  {goal.phase}: {goal.what} {goal.of(ours):.2f}; nothing to compare with\n"
            continue
        source = "beside it" if beside else "as measured before"
        wanted = theirs * goal.part
        verdict = "reached" if goal.of(ours) <= wanted else "NOT reached"
        text += (
            f"  {goal.phase}: {goal.what} {goal.of(ours):.2f}, at most {wanted:.2f} "
            f"(1/{1 / goal.part:.0f} of Terraform's {theirs:.2f}, {source}): {verdict}\n"
        )
    forgotten = by_name.get(("relight", "no-op-forgotten"))
    if forgotten and least:
        over = forgotten.total() / least
        verdict = "reached" if over <= 1.1 else "NOT reached"
        text += f"  no-op-forgotten: {forgotten.total()} calls, {over:.2f} times the floor of {least}: {verdict} (1.10)\n"
    return text


def limits(rows: Sequence[Row]) -> str:
    """What relight waited for in each phase, as far as it was measured."""
    text = ""
    for row in rows:
        measured = row.measured
        if row.tool != "relight" or measured is None:
            continue
        parts = [
            f"own processor {measured.processor_seconds / measured.wall_seconds:.0%} of a core",
            f"moto busy {row.server_seconds / measured.wall_seconds:.0%}",
        ]
        if row.waits:
            parts.append(f"calls waited {row.waits.answer_seconds:.1f} s for answers")
            parts.append(f"{row.waits.turn_seconds:.1f} s for their turn")
            if row.waits.steps:
                parts.append(f"{row.waits.at_once:.1f} steps at once over {row.waits.busy_seconds:.1f} s")
                parts.append(f"longest {row.waits.longest}, {row.waits.longest_seconds:.1f} s")
            if row.waits.throttled or row.waits.failed:
                parts.append(f"{row.waits.throttled} throttled, {row.waits.failed} failed")
        text += f"  {row.phase}: {measured.wall_seconds:.2f} s: {'; '.join(parts)}\n"
    return text
