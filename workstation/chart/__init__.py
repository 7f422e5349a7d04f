"""One patient from the store: the summary screens show, and the `Facts` the rules judge by."""

from workstation.chart.facts import facts_of
from workstation.chart.summary import Summary, summary_of

__all__ = ["Summary", "facts_of", "summary_of"]
