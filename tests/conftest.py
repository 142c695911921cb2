"""Figures that tests measured are printed at the end, whichever process measured them."""

import pytest

FIGURE = "figure"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])
    ]
    figures = sorted(
        str(value) for each in reports for name, value in each.user_properties if name == FIGURE
    )
    if figures:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.write_line(figure)
        points = sum(int(figure.split()[1]) for figure in figures if figure.startswith("swept "))
        if points:
            terminalreporter.write_line(f"swept {points} points in all")
