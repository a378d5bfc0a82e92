"""The dashboard: a Dash app below /dashboard/ of the Flask server, for signed-in users only."""

from __future__ import annotations

import copy
import hashlib
from urllib.parse import parse_qsl

import dash
import dash_ag_grid  # noqa: F401  imported before the first page is made: a component library in a callback is too late
from dash import Dash, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import DependencyException
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from plotly.offline import get_plotlyjs_version
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from ..page_paths import OVERVIEW
from ..settings import ROOT
from . import libraries
from .callbacks import check_bodies
from .guard import DEPENDENCIES, OPENED, PREFIX, register_guard
from .pages import PAGES, as_sent, draw_page, page_exists

__all__ = ["add_dashboard", "register_guard"]


class Dashboard(Dash):
    """Dash inside our own page: the same head, navigation and footer as everywhere."""

    def interpolate_index(self, **parts: str) -> str:
        """The index page of Dash, drawn by our template."""
        tags = parts["scripts"]
        parts["scripts"] = libraries.inline(tags)
        of_dash = {name: Markup(part) for name, part in parts.items()}  # noqa: S704 - by itself, for it has a `config` too
        scripts = self.server.extensions.get("libraries") or libraries.at_once(tags)  # in one file, where there is one
        return render_template(
            "dashboard.html",
            plotly=get_plotlyjs_version(),
            dash=of_dash,
            libraries=scripts,
            leads_with_chart=request.path.rstrip("/") != OVERVIEW,
            grid=libraries.grid(tags),
            dependencies=f"{DEPENDENCIES}?v={self.server.extensions['dependencies']}",
        )


def add_dashboard(server: Flask) -> Dash:
    """Mounts the dashboard; nothing of it is left to be set up by the first request."""
    dash.page_registry.clear()  # process-wide: another app may stand in it
    app = Dashboard(
        __name__,
        server=server,
        url_base_pathname=PREFIX,
        assets_folder=str(ROOT / "assets"),
        include_assets_files=False,  # our template names what it needs, from Flask's own /assets/
        use_pages=True,
        pages_folder="",
        include_pages_meta=False,
        routing_callback_inputs={"pathname": State("_pages_location", "pathname")},
        suppress_callback_exceptions=True,  # else one visitor's pages would stand in everybody's first page
        title="Sociogram",
        update_title="",
        enable_mcp=False,
        add_log_handler=False,
    )
    for order, page in enumerate(PAGES):
        place = {"path": page.PATH, "path_template": page.TEMPLATE, "order": order}
        dash.register_page(page.__name__, title=page.TITLE, layout=as_sent(page), **place)
        page.register(app)
    app.layout = first_layout
    set_up_now(server)
    with server.test_request_context(PREFIX):
        server.extensions["dependencies"] = hashlib.sha256(app.dependencies().get_data()).hexdigest()[:12]
    check_bodies(server, app)
    server.register_error_handler(DependencyException, no_such_file)
    server.extensions["csp_hashes"] = app.csp_hashes()
    return app


def first_layout() -> Component:
    """What Dash asks for first, with the page that it would ask for next: assets/dashboard.js says which it is."""
    container = copy.deepcopy(dash.page_container)
    pathname, mark, query = request.headers.get(OPENED, "").partition("?")
    path = pathname.removeprefix(PREFIX.rstrip("/")).rstrip("/")
    if pathname.startswith(PREFIX) and page_exists(path, MultiDict(parse_qsl(query, keep_blank_values=True))):
        page, title = draw_page(path, query)
        container["_pages_location"].pathname = pathname
        container["_pages_location"].search = mark + query
        container["_pages_content"].children = page
        container["_pages_store"].data = {"title": title}
    return html.Div([container, dcc.Store(id="signed-in")])


def no_such_file(_error: DependencyException) -> ResponseReturnValue:
    """Somebody asked Dash for a script that no library has."""
    return NotFound().get_response()


def set_up_now(server: Flask) -> None:
    """Runs what Dash leaves to the first request, which has no lock, and takes it off: other pages owe it nothing."""
    waiting = server.before_request_funcs.get(None, [])
    of_dash = [function for function in waiting if function.__module__.startswith("dash.")]
    with server.test_request_context(PREFIX):
        for function in of_dash:
            function()
    server.before_request_funcs[None] = [function for function in waiting if function not in of_dash]
