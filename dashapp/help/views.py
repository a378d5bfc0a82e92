"""The documentation for users under `/help`."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from .chapters import FOLDERS, IMAGES, INDEX, chapter, contents, pictures

blueprint = Blueprint("help", __name__)
KEPT = 3_600  # seconds, for which a browser does not ask again


@blueprint.get("/help/")
def first() -> ResponseReturnValue:
    """To the beginning of the manual."""
    return redirect(url_for("help.show", folder=FOLDERS[0]))


@blueprint.get("/help/<folder>")
@blueprint.get("/help/<folder>/<page>")
def show(folder: str, page: str = INDEX) -> ResponseReturnValue:
    """A chapter, beside the list of all."""
    shown = chapter(folder, page) or abort(404)
    listed = [(each, contents(each.folder)) for each in map(chapter, FOLDERS) if each]
    return render_template("help/chapter.html", shown=shown, listed=listed)


@blueprint.get("/help/images/<name>")
def picture(name: str) -> ResponseReturnValue:
    """A picture of a chapter."""
    if name not in pictures():
        abort(404)
    return send_from_directory(IMAGES, name, max_age=KEPT)
