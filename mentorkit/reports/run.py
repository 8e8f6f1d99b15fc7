"""Execute a report notebook with parameters, in a fresh process of this very interpreter."""

from __future__ import annotations

import ast
import copy
import keyword
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mentorkit.errors import MentorkitError
from mentorkit.language import say

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PATIENCE = 600  # seconds for one cell


class ReportFailed(MentorkitError):
    """A report notebook stopped with an error."""


def run_notebook(
    nb: NotebookNode,
    parameters: dict[str, Any],
    *,
    cwd: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> NotebookNode:
    """Execute a copy of a notebook.

    The kernel is started for this one notebook from the running interpreter, whatever kernels are registered
    on the machine; it works inside a running event loop, too (a notebook, a Voila app).

    Parameters
    ----------
    nb
        The notebook; a cell tagged ``parameters`` holds the defaults.
    parameters
        Names and values that replace defaults. Values are plain: strings, numbers, booleans, ``None``, and
        lists, tuples or dicts of these; they are written as literals into a cell after the defaults.
    cwd
        Folder to work in; the current one by default.
    environment
        The environment of the process, whole; that of this process by default.

    Returns
    -------
    NotebookNode
        The executed notebook; the one passed is not changed.

    Raises
    ------
    TypeError
        A parameter has no literal form or no valid name.
    ReportFailed
        A cell ended with an error, took longer than ten minutes, or killed its process.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    done = _with_parameters(nb, parameters)
    # With no folder to search, the manager makes the specification of the running interpreter.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    if manager.has_trait("transport_encryption"):  # younger than the oldest version allowed
        manager.transport_encryption = "auto"
    at: list[int] = [0]
    client = NotebookClient(
        done,
        timeout=_PATIENCE,
        record_timing=False,
        resources={"metadata": {"path": os.fspath(cwd or os.getcwd())}},
        on_cell_execute=lambda cell, cell_index: at.append(cell_index),
    )
    client.km, client.owns_km = manager, True
    try:
        client.execute(env=dict(os.environ if environment is None else environment))
    except CellExecutionError as error:
        raise _failure(done, at[-1], error.ename, error.evalue) from error
    except CellTimeoutError as error:
        late = say("no answer after {n} seconds", n=_PATIENCE)
        raise _failure(done, at[-1], "TimeoutError", late) from error
    except DeadKernelError as error:
        raise _failure(done, at[-1], "DeadKernelError", say("the process ended")) from error
    return done


def _with_parameters(nb: NotebookNode, parameters: dict[str, Any]) -> NotebookNode:
    from nbformat.v4 import new_code_cell

    done = copy.deepcopy(nb)
    if not parameters:
        return done
    source = "\n".join(f"{_name(name)} = {_literal(name, value)}" for name, value in parameters.items())
    cell = new_code_cell(  # type: ignore[no-untyped-call]
        source, id="injected-parameters", metadata={"tags": ["injected-parameters"]}
    )
    if (done.nbformat, done.nbformat_minor) < (4, 5):
        del cell["id"]
    tagged = [i for i, c in enumerate(done.cells) if "parameters" in c.metadata.get("tags", [])]
    done.cells.insert(tagged[0] + 1 if tagged else 0, cell)
    return done


def _name(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise TypeError(f"{name!r} is not the name of a parameter")
    return name


def _literal(name: str, value: object) -> str:
    written = repr(value)
    try:
        same = ast.literal_eval(written) == value
    except (ValueError, SyntaxError):
        same = False
    if not same:
        raise TypeError(f"parameter {name} has no literal form: {written[:80]}")
    return written


def _failure(nb: NotebookNode, index: int, name: str, text: str) -> ReportFailed:
    """Name the cell that stopped, by number and the heading above it."""
    number = index + 1
    above = [c for c in reversed(nb.cells[:index]) if c.cell_type == "markdown"]
    title = next((_first_line(c.source) for c in above if c.source.startswith("#")), "")
    where = (
        say("cell {cell} (“{title}”)", cell=number, title=title) if title else say("cell {cell}", cell=number)
    )
    return ReportFailed(
        say(
            "The report could not be made: {where} stopped with {name}: {text}. "
            "Open the notebook and run it there.",
            where=where,
            name=name,
            text=" ".join(text.split())[:300].rstrip("."),
        )
    )


def _first_line(source: str) -> str:
    return source.lstrip("# ").split("\n", 1)[0].strip()
