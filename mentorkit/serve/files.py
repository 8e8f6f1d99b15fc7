"""Files of the software that pages load: styles, scripts, pictures."""

# mypy: disable-error-code="misc"
# (Jupyter is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

from typing import ClassVar

from jupyter_server.base.handlers import FileFindHandler
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.web import authenticated

from mentorkit.serve.base import Page
from mentorkit.serve.scripts import Scripts


class Assets(Page, FileFindHandler):
    """The product's own style, script and icon, which the log-in page needs too."""

    _static_paths: ClassVar[dict[str, str]] = {}


class Files(Page, FileFindHandler):
    """Files of the software (never of the workbench), for who is logged in."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Serve a file."""
        await super().get(path, include_body)

    async def head(self, path: str) -> None:
        """Serve a file's head."""
        await super().head(path)


class Bundled(Files):
    """Files of which some come with others; with their version in the address, browsers may keep them."""

    def initialize(self, path: list[str], scripts: Scripts) -> None:  # type: ignore[override]
        """Take the scripts that come with others."""
        super().initialize(path)
        self.scripts = scripts

    @authenticated
    async def get(self, version: str | None, path: str) -> None:  # type: ignore[override]
        """Serve a file."""
        current = version == self.scripts.version
        if not (current and path in self.scripts):
            await super().get(path)
            return
        self.set_header("Content-Type", "text/javascript; charset=UTF-8")
        self.set_header("Content-Encoding", "gzip")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(self.scripts.packed(path))

    @authenticated
    async def head(self, version: str | None, path: str) -> None:  # type: ignore[override]
        """Serve a file's head."""
        await super().head(path)


class ScriptFiles(Bundled):
    """Voila's scripts."""

    _static_paths: ClassVar[dict[str, str]] = {}


class TemplateFiles(Files):
    """Files of the template Voila builds on."""

    _static_paths: ClassVar[dict[str, str]] = {}


class ExtensionFiles(Bundled):
    """The extensions that show widgets."""

    _static_paths: ClassVar[dict[str, str]] = {}


class HelpPictures(Files):
    """The pictures of the handbook."""

    _static_paths: ClassVar[dict[str, str]] = {}


class ThemeFiles(Page, ThemesHandler):
    """The colours of Jupyter's own components."""

    _static_paths: ClassVar[dict[str, str]] = {}

    async def get(self, path: str, include_body: bool = True) -> None:
        """Serve a file."""
        await super().get(path, include_body)
