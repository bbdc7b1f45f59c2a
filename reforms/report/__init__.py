"""The report: one self-contained HTML page that answers, shows and accounts for a comparison."""

from reforms.report.write import write

__all__ = ["write"]
