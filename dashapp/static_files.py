"""What is the same for everybody: style sheets, scripts, Dash's libraries; sent before session and database are asked.

A copy of each, with its compressed forms, is made once and named for its content, so none is ever out of date. Where
there is no copy, as in `flask run`, Flask and Dash send the file themselves, as it is.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import brotli  # type: ignore[import-untyped]
from dash.fingerprint import check_fingerprint
from flask import Flask
from whitenoise import WhiteNoise

from . import security
from .dashboard import libraries
from .dashboard.guard import PREFIX

logger = logging.getLogger(__name__)

#: of brotli: 11 saves another twelfth and takes fifteen times as long, at each start of a dyno
QUALITY = 9
ASSETS = {".js", ".css", ".svg", ".ico"}
#: of Dash's files those that our pages fetch later; the other 12 MB need not be compressed
FETCHED = {"dash_ag_grid.min.js", "async-community.js"}
CHART = "async-graph.js"  # dcc fetches it for the first chart, which waits for it
JOINED = "dash_renderer_and_all"  # Dash looks for the name of its renderer


class File(NamedTuple):
    """An address, what is sent there, and whether it is so for ever."""

    address: str
    source: Path
    for_ever: bool


def serve(app: Flask, folder: Path) -> None:
    """Puts the files before the app; their copies stand in the folder."""
    assets, names = _assets(app)
    try:
        files = [*assets, *_libraries(app, folder)]
        copies = {source: _copy(source, folder) for source in {file.source for file in files}}
    except OSError as error:
        logger.warning("scripts and style sheets are sent uncompressed, for %s cannot be used: %s", folder, error)
        return
    for_ever = {file.address for file in files if file.for_ever}
    before = WhiteNoise(
        app.wsgi_app,
        max_age=0,
        allow_all_origins=False,
        immutable_file_test=lambda _path, address: address in for_ever,
        add_headers_function=lambda headers, path, _address: _add_headers(app, headers, path),
    )
    for file in files:
        before.add_file_to_dictionary(file.address, str(copies[file.source]))
    app.wsgi_app = before  # type: ignore[method-assign]
    app.url_defaults(lambda endpoint, values: _rename(endpoint, values, names))
    app.extensions["libraries"] = [file.address for file in files if JOINED in file.address]


def _assets(app: Flask) -> tuple[list[File], dict[str, str]]:
    """Our own files, each also under a name that its content is part of; and these names."""
    root = Path(str(app.static_folder))
    sources = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.suffix in ASSETS}
    names = {name: f"{os.path.splitext(name)[0]}.{_digest(path)[:12]}{path.suffix}" for name, path in sources.items()}
    plain = [File(f"{app.static_url_path}/{name}", path, False) for name, path in sources.items()]
    named = [File(f"{app.static_url_path}/{names[name]}", path, True) for name, path in sources.items()]
    return plain + named, names


def _libraries(app: Flask, folder: Path) -> Iterator[File]:
    """Dash's files: what each page begins with in one, for ever; what is fetched later singly."""
    dash = app.extensions["dashboard"]
    with app.test_request_context(PREFIX):
        tags = dash._generate_scripts_html()
    versioned = {check_fingerprint(address)[0]: address for address in re.findall(r'src="([^"]+)"', tags)}
    at_once = dict.fromkeys(libraries.at_once(tags), b"")
    for package, paths in dash.registered_paths.items():
        for path in paths:
            source = Path(str(sys.modules[package].__file__)).parent / path
            address = f"{PREFIX}_dash-component-suites/{package}/{path}"
            if versioned.get(address) in at_once:
                at_once[versioned[address]] = source.read_bytes()
            elif source.name == CHART:
                at_once[address] = source.read_bytes()
            elif source.name in FETCHED:
                yield File(address, source, False)
                if address in versioned:
                    yield File(versioned[address], source, True)
    yield _joined(b"\n;\n".join(at_once.values()), folder)


def _joined(data: bytes, folder: Path) -> File:
    """Nine files as one. It stands where dcc does, for that fetches parts of itself from where it came."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{JOINED}.{hashlib.sha256(data).hexdigest()[:12]}.js"
    _write(source, data)
    return File(f"{PREFIX}_dash-component-suites/dash/dcc/{source.name}", source, True)


def _copy(source: Path, folder: Path) -> Path:
    """The copy of a file; made, with its compressed forms, if it is not there yet."""
    copy = folder / f"{_digest(source)}{source.suffix}"
    if copy.exists():
        return copy
    folder.mkdir(parents=True, exist_ok=True)
    data, ready = source.read_bytes(), source.with_name(f"{source.name}.br")
    packed = ready.read_bytes() if ready.exists() else brotli.compress(data, quality=QUALITY)
    _write(folder / f"{copy.name}.br", packed)
    _write(folder / f"{copy.name}.gz", gzip.compress(data, mtime=0))
    _write(copy, data)  # last: where it stands, the others do
    return copy


def _write(path: Path, data: bytes) -> None:
    """At once, for another server may start at the same time."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.write_bytes(data)
    draft.replace(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


def _add_headers(app: Flask, headers: Any, path: str) -> None:
    for name, value in security.headers(app).items():
        headers[name] = value
    headers["ETag"] = f'W/"{Path(path).stem}"'  # weak: the compressed forms have it too


def _rename(endpoint: str, values: dict[str, Any], names: dict[str, str]) -> None:
    """Lets pages name our files with their content, so that a browser never shows an old one."""
    if endpoint == "static":
        values["filename"] = names.get(values["filename"], values["filename"])
