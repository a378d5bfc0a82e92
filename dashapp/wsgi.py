"""What a web server imports."""

from __future__ import annotations

import logging

from . import create_app

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
server = create_app()
