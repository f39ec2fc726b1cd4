"""`onward draw`: a pathway as a picture, and where a case is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from casework.picture import pages_of_case
from engine.drawing.mermaid import mermaid
from engine.drawing.overview import pages_of
from engine.drawing.pages import Page
from engine.drawing.placing import sheets
from engine.drawing.svg import html, svg
from engine.errors import CodedError
from engine.message import message
from onward.authoring.pathway_files import pathway_of, published
from onward.installation import operating
from onward.options import case_code
from onward.saving import save, save_of_cases
from onward.spoken import spoken

app = typer.Typer()


class As(StrEnum):
    """The output format."""

    MERMAID = "mermaid"
    SVG = "svg"
    HTML = "html"


@app.command()
def draw(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATH]",
            help="A pathway's file, or a published version: NAME@VERSION; or use --case.",
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case",
            metavar="CODE",
            parser=case_code,
            help="Show where this case is, on its own pathway.",
        ),
    ] = None,
    form: Annotated[
        As,
        typer.Option(
            "--as", help="mermaid; html, to print one page per sheet; svg, one file per page."
        ),
    ] = As.MERMAID,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file or folder to write to. Default: the screen."),
    ] = None,
) -> None:
    """Draw a pathway, with an overview and a page for each stage: lanes of roles, hand-overs, due
    moments.
    """
    if (path is None) == (case is None):
        raise CodedError(message("call.file_or_case"))
    if path is not None:
        title, pages = _title(path), pages_of(pathway_of(path), spoken)
    else:
        title = case or ""
        with operating() as (onward, by):
            pages = pages_of_case(onward, title, by, spoken)
    _write(title, pages, form, out, save if case is None else save_of_cases)


def _title(given: str) -> str:
    return given if published(given) else Path(given).stem


def _write(
    title: str,
    pages: Sequence[Page],
    form: As,
    out: Path | None,
    saves: Callable[[Path, str], None],
) -> None:
    if form is As.SVG:
        if out is None:
            raise CodedError(message("call.pages_need_out"))
        for sheet in (each for page in pages for each in sheets(page)):
            name = f"{sheet.page.name}.svg"
            into = out / f"{title}.{name}" if out.is_dir() else out.with_name(f"{out.stem}.{name}")
            saves(into, svg(sheet))
            typer.echo(str(into))
        return
    found = (sheet for page in pages for sheet in sheets(page))
    text = html(title, found) if form is As.HTML else _markdown(pages)
    if out is None:
        typer.echo(text)
        return
    file = out / f"{title}.{'html' if form is As.HTML else 'md'}" if out.is_dir() else out
    saves(file, text)
    typer.echo(str(file))


def _markdown(pages: Sequence[Page]) -> str:
    """A heading, the page's texts and a diagram for each page."""
    return "\n\n".join(
        "\n".join(
            [
                f"## {page.title}",
                "",
                *page.said,
                *page.notes,
                "",
                "```mermaid",
                mermaid(page),
                "```",
            ]
        )
        for page in pages
    )
