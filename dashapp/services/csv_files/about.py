"""What plain CSV files are, and what can be read of them."""

from __future__ import annotations

from ..service import Service, Upload
from .export import CsvExport
from .headers import file_columns

SERVICE = Service(
    key=CsvExport.service,
    title="Your own data",
    upload=Upload(
        export=CsvExport(),
        title="CSV files",
        with_article="a set of CSV files",
        any_service=True,
        columns=file_columns,
        heading="Bring your own data",
        accept=".csv,.tsv,.txt,.zip",
        wanted="posts.csv, people.csv and ties.csv, or one or two of them; also together in a zip.",
    ),
)
