"""mentorkit: a workbench for coordinators of mentoring programmes.

>>> import mentorkit as mk
>>> bench = mk.demo()
>>> run = bench.run("cross-administration/2014")
>>> run.match().objective["tandems"] > 0
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["Run", "Workbench", "assign", "demo", "open", "report"]

if TYPE_CHECKING:
    from mentorkit.examples import demo
    from mentorkit.matching.solve import assign
    from mentorkit.reports.service import report
    from mentorkit.run import Run
    from mentorkit.workbench import Workbench
    from mentorkit.workbench import open_workbench as open

# Where a public name lives; loaded on use, so that importing mentorkit is quick.
_HOME = {
    "Run": ("mentorkit.run", "Run"),
    "Workbench": ("mentorkit.workbench", "Workbench"),
    "assign": ("mentorkit.matching.solve", "assign"),
    "demo": ("mentorkit.examples", "demo"),
    "open": ("mentorkit.workbench", "open_workbench"),
    "report": ("mentorkit.reports.service", "report"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOME:
        raise AttributeError(f"module 'mentorkit' has no attribute {name!r}")
    import importlib

    module, attribute = _HOME[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
