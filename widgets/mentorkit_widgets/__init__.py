"""The apps of the workbench, each with a model and a view.

A notebook shows an app in one line: ``from mentorkit_widgets import intake_app; intake_app()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

_MODULES = {
    "intake_app": "mentorkit_widgets.intake.app",
    "matching_app": "mentorkit_widgets.matching.app",
    "network_app": "mentorkit_widgets.network.app",
    "privacy_app": "mentorkit_widgets.privacy.app",
    "programme_app": "mentorkit_widgets.programme.app",
    "reports_app": "mentorkit_widgets.reports",
    "start_app": "mentorkit_widgets.start.app",
}
__all__ = [
    "intake_app",
    "matching_app",
    "network_app",
    "privacy_app",
    "programme_app",
    "reports_app",
    "start_app",
]

if TYPE_CHECKING:
    from mentorkit_widgets.intake.app import intake_app
    from mentorkit_widgets.matching.app import matching_app
    from mentorkit_widgets.network.app import network_app
    from mentorkit_widgets.privacy.app import privacy_app
    from mentorkit_widgets.programme.app import programme_app
    from mentorkit_widgets.reports import reports_app
    from mentorkit_widgets.start.app import start_app


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    # An app loads only what it needs: a page answers sooner.
    if name not in __all__:
        raise AttributeError(f"module 'mentorkit_widgets' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_MODULES[name]), name)
