"""What a web server imports."""

from __future__ import annotations

import logging
from pathlib import Path

from . import create_app, static_files

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
server = create_app()
static_files.serve(server, Path(server.instance_path) / "static")
