"""The least number of calls that a plan without memory can do with, from what relight's kinds declare.

For each site and kind of the spec: a page of its list for so many objects as fit on one; where it is listed under
parents, a page for each of them. Beyond that the calls that a page leaves no way around, for so many objects as one call
takes: those that every plan looks at, and those that tell a field that the spec gives.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

# What `relight schema KIND` tells, by kind.
Schema = Callable[[str], Mapping[str, Any]]


def floor(plan: Mapping[str, Any], schema: Schema) -> Counter[str]:
    """The least calls by operation, from a plan that creates everything."""
    objects: Counter[tuple[str, str]] = Counter()
    given: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for step in plan["content"]["steps"]:
        place = (step["place"], step["kind"])
        objects[place] += 1
        given[place].update(name for name, value in step["ask"]["create"]["attributes"].items() if value is not None)
    calls: Counter[str] = Counter()
    for (place, kind), count in objects.items():
        reads = schema(kind)["x-reads"]
        pages = math.ceil(count / reads["page"])
        if "under" in reads:
            pages = max(pages, objects[place, reads["under"]["kind"]])
        calls[reads["call"]] += pages
        for detail in reads["details"]:
            if detail["always"] or given[place, kind].intersection(detail["fields"]):
                calls[detail["call"]] += math.ceil(count / detail["objects"])
    return calls
