"""A process that has imported what the apps need, and forks a child of itself for each kernel.

It runs on Linux only. The server speaks to it over a pair of sockets that nobody else can reach; it opens no
store and no connection of its own, so a child inherits none. It ends with the server, and so do its children;
where it is killed alone, its children live on.
"""

from __future__ import annotations

import ast
import contextlib
import datetime as dt
import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NoReturn

from mentorkit.language import LANGUAGES, Voice, catalogue, speaking
from mentorkit.language.formats import date, listing, number
from mentorkit.network.lettering import width

#: What a kernel imports while it starts.
KERNEL = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "psutil",
    "tornado.platform.asyncio",
)
#: What the apps import while they work, besides what their notebooks name.
MODULES = (
    "anywidget",
    "babel.dates",
    "babel.lists",
    "babel.numbers",
    "matplotlib.ft2font",  # measures names in pictures
    "mentorkit.examples",
    "networkx",
    "numpy",
    "pandas.core.methods.to_dict",
    "rapidfuzz.process",
    "scipy.optimize",
    "scipy.sparse",
    "sqlalchemy.dialects.sqlite",
)
#: The same, with all modules in them.
PACKAGES = (
    "mentorkit.intake",
    "mentorkit.matching",
    "mentorkit.network",
    "mentorkit.programme",
    "mentorkit.setup",
)


def preload(notebooks: Path) -> None:
    """Import what apps need; what is missing or broken is left to the app that asks for it.

    Parameters
    ----------
    notebooks
        Folder of the apps. The import statements of their cells are carried out, and the packages that they
        import from are imported whole.
    """
    for name in MODULES:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    packages = dict.fromkeys(PACKAGES)
    for notebook in sorted(notebooks.glob("*.ipynb")):
        with contextlib.suppress(Exception):
            statements = _imports(notebook)
            module = ast.Module([*statements], type_ignores=[])
            exec(compile(module, notebook.name, "exec"), {})  # noqa: S102 - what the kernel would run
            packages |= dict.fromkeys(
                s.module for s in statements if isinstance(s, ast.ImportFrom) and s.module
            )
    for name in packages:
        with contextlib.suppress(Exception):
            path = getattr(importlib.import_module(name), "__path__", ())
            for found in pkgutil.walk_packages(path, f"{name}.", onerror=lambda _: None):
                importlib.import_module(found.name)
    for language in LANGUAGES:
        catalogue(language)
        with speaking(Voice(language)):
            listing([date(dt.date.min, "long"), number(1.5)])  # reads Babel's data, which all then share
    for bold in (False, True):
        width("–", 1, bold=bold)  # the same with the fonts that names are measured in


def _imports(notebook: Path) -> list[ast.Import | ast.ImportFrom]:
    """Return the import statements of a notebook."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [s for s in ast.parse(code).body if isinstance(s, ast.Import | ast.ImportFrom)]


def main() -> None:
    """Fork when asked, until the server is gone.

    The arguments are the descriptors of the socket to the server and of a pipe of which only the server
    holds the other end, and the folder of the notebooks.
    """
    line, server_lives, notebooks = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies; the server watches them itself
    for name in KERNEL:
        importlib.import_module(name)
    preload(Path(notebooks))
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page
    requests = line.makefile("rb")
    line.sendall(b"ready\n")
    while request := requests.readline():
        if pid := os.fork():
            line.sendall(b"%d\n" % pid)
        else:
            requests.close()
            line.close()
            _be_kernel(json.loads(request), server_lives)


def _be_kernel(request: dict[str, Any], server_lives: int) -> NoReturn:
    """Become a kernel, and end as one."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        random.seed()
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed()
        threading.Thread(target=_end_with_server, args=(server_lives,), daemon=True).start()
        from ipykernel.kernelapp import IPKernelApp

        _hide_modules()
        sys.argv = request["arguments"]
        more = (
            # 1 is the parent that never goes away, so nobody waits for the zygote's end
            "--IPKernelApp.parent_handle=1",
            # introduces itself to a kernel when it is imported, and then there was none
            "--IPKernelApp.extra_extensions=ipywidgets",
        )
        IPKernelApp.launch_instance([*sys.argv[1:], *more])
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


class _Sys:
    """The module ``sys``, as if nothing had been imported."""

    modules: ClassVar[dict[str, ModuleType]] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(sys, name)


def _hide_modules() -> None:
    """Keep a kernel from noting the file of each module for its debugger, which copies 8 MB by looking."""
    import ipykernel.ipkernel

    vars(ipykernel.ipkernel)["sys"] = _Sys()


def _end_with_server(server_lives: int) -> None:
    """Wait until nobody holds the other end of the pipe."""
    os.read(server_lives, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
