"""Reports: executed notebooks become PDF, one HTML file, or a tidy notebook.

The way of a report
-------------------
1. A report notebook is executed with parameters in a fresh process::

       from mentorkit.reports import run_notebook, to_pdf, to_html, to_notebook

       notebook.metadata["mentorkit"] = {
           "title": "Matching-Protokoll",      # else metadata.title, else the first heading
           "lang": "de",                       # language of the document and of its fixed words
           "programme": "Kreis Unna",          # header and title block
           "organisation": "Lünen",            # title block, optional
           "date": "2014-03-01",               # ISO: shown in words of the language, stamps the PDF
           "logo": "iVBORw0…", "logo_alt": "…",  # a PNG as base64, above the title, optional
           "mark": "Vertraulich",             # on every page, optional
           "about": ["…"],                     # paragraphs on the programme, at the end, optional
       }
       done = run_notebook(notebook, {"bench": "unna.mentorkit", "run": "cross-administration/2014"})

2. The executed notebook is written: ``to_pdf(done)``, ``to_html(done)``, ``to_notebook(done)``. The command
   ``jupyter nbconvert --to mentorkit-pdf`` and JupyterLab's export menu give the bytes of :func:`to_pdf`.

Inside a report notebook
------------------------
:mod:`mentorkit.reports.figures` has what the cells call: ``configure()`` once, then ``table(frame, caption)``
and ``figure(picture, alt, caption)``. Text is displayed with ``IPython.display.Markdown``; names and other
words of people go through :func:`mentorkit.reports.markdown.literal` first, so that ``*`` and ``_`` stay
what they are.

Cells are steered by tags: ``parameters`` (defaults, replaced on execution, never shown), ``remove-cell``,
``hide-input`` (with ``show_input``). Code is hidden unless ``show_input`` is given. ``alt`` and ``caption``
in the metadata of a cell or an output describe its picture or table.

Limits: mathematics between dollars is shown as its source; links go to web and mail addresses only; a
picture in Markdown must be an attachment of its cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentorkit.reports.run import ReportFailed, run_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["ReportFailed", "run_notebook", "to_html", "to_notebook", "to_pdf"]


def to_pdf(nb: NotebookNode, *, show_input: bool = False) -> bytes:
    """Write an executed notebook as tagged PDF (PDF/UA-1 and PDF/A-2a in one file).

    Parameters
    ----------
    nb
        The executed notebook; it is not changed.
    show_input
        Show the code of the cells, and the traceback of errors.

    Returns
    -------
    bytes
        The file; the same notebook gives the same bytes.
    """
    from mentorkit.reports.pdf import render
    from mentorkit.reports.tree import read

    return render(read(nb, show_input=show_input))


def to_html(nb: NotebookNode, *, show_input: bool = False) -> str:
    """Write an executed notebook as one HTML page that asks nothing of any server.

    Parameters are those of :func:`to_pdf`.
    """
    from mentorkit.reports.tree import read
    from mentorkit.reports.webpage import render

    return render(read(nb, show_input=show_input))


def to_notebook(nb: NotebookNode) -> str:
    """Write an executed notebook as ``.ipynb``, without the times at which its cells ran."""
    import copy

    import nbformat

    tidy = copy.deepcopy(nb)
    for cell in tidy.cells:
        cell.metadata.pop("execution", None)
    return str(nbformat.writes(tidy))  # type: ignore[no-untyped-call]
