"""What plain CSV files are, and what can be read of them."""

from __future__ import annotations

from ..service import Field, Service, Upload
from .export import CsvExport
from .tables import is_unclear

SERVICE = Service(
    key=CsvExport.service,
    title="Your own data",
    upload=Upload(
        export=CsvExport(),
        title="CSV files",
        with_article="a set of CSV files",
        any_service=True,
        unclear=is_unclear,
        heading="Bring your own data",
        accept=".csv,.tsv,.tab,.txt,.edges,.edgelist,.gz,.zip",
        wanted="posts.csv, people.csv and ties.csv, or one or two of them; also together in a zip.",
        fields=(
            Field(
                name="handle",
                label="Handle",
                placeholder="ada",
                help="Of the account that the data is about. In ties.csv it stands for the account itself.",
                needed="Say whose data this is: enter the handle of the account.",
            ),
            Field(name="name", label="Name", help="As it is shown beside the handle; may be left empty."),
            Field(name="service", label="Service", kind="service"),
            Field(
                name="mutual",
                label="Each row of ties stands for both directions",
                help="As among friends on Facebook, who follow each other.",
                kind="tick",
            ),
            Field(name="time_zone", label="Time zone of times that state none", kind="time_zone", is_rare=True),
            Field(
                name="day_first",
                label="Order in dates such as 5/3/2024",
                kind="choice",
                choices={
                    "": "As it shows from the dates",
                    "1": "Day first: 5/3/2024 is in March",
                    "0": "Month first: 5/3/2024 is in May",
                },
                is_rare=True,
            ),
            Field(
                name="decimal",
                label="What 1.000 means",
                kind="choice",
                choices={
                    "": "As it shows from the numbers",
                    ",": "A thousand: the decimal mark is a comma",
                    ".": "One: the decimal mark is a point",
                },
                is_rare=True,
            ),
        ),
        rare_fields="Dates and numbers, if they are unclear",
    ),
)
