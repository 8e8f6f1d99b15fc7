"""Small executed notebooks for the tests of the reports."""

import io

import nbformat.v4 as v4
from nbformat import NotebookNode
from pypdf import PdfReader

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">'
    '<rect width="80" height="40" fill="#1a4b8c"/></svg>'
)


def notebook(*cells: NotebookNode, **about: object) -> NotebookNode:
    nb = v4.new_notebook(cells=list(cells), metadata={"mentorkit": about})
    for i, cell in enumerate(nb.cells):
        cell["id"] = f"cell-{i}"
    return nb


def text(source: str) -> NotebookNode:
    return v4.new_markdown_cell(source)


def code(source: str, *outputs: NotebookNode, tags: tuple[str, ...] = (), **metadata: str) -> NotebookNode:
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags), **metadata})


def shows(data: dict[str, str], **metadata: str) -> NotebookNode:
    return v4.new_output("display_data", data=data, metadata=metadata)


def printed(words: str, name: str = "stdout") -> NotebookNode:
    return v4.new_output("stream", name=name, text=words)


def failed(name: str, value: str, traceback: list[str]) -> NotebookNode:
    return v4.new_output("error", ename=name, evalue=value, traceback=traceback)


def pdf(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """The text of all pages without any white space: line ends of the layout do not matter."""
    return "".join("".join(page.extract_text() for page in pdf(data).pages).split())
