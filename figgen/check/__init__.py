"""Is it all there, whole, current and true? What the outputs are judged by, and the reports of it."""

from typing import Literal, get_args

ReportFormat = Literal["junit", "json", "github"]
REPORTS: tuple[ReportFormat, ...] = get_args(ReportFormat)
"""The ways that a check reports to machines."""
