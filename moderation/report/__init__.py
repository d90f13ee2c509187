"""What a person reads: ranked comments in a terminal, and one self-contained HTML file."""

from moderation.report.results import Failed, PageReport

__all__ = ["Failed", "PageReport"]
