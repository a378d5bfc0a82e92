"""Imports of real size, each in a process of its own: wall seconds, CPU seconds, peak memory.

    python -m tests.benchmarks.imports --data FOLDER

FOLDER holds `posts/barackobama_tweets.csv.gz` (fivethirtyeight/data) and `graphs/musae_github_edges.csv.gz`
(benedekrozemberczki/MUSAE). The X archive is made here, with 200,000 posts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.services.exports import x_archive

ROOT = Path(__file__).resolve().parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "dashapp"]


def measured(name: str, command: list[str], environ: dict[str, str]) -> None:
    """Runs the command and prints what it cost."""
    start = time.perf_counter()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{name:<28} {seconds:6.1f} s wall {cpu:6.1f} s CPU {usage.ru_maxrss / 1024:7.0f} MiB peak  exit {status}")
    print("    " + output.strip().replace("\n", "\n    "))


def main() -> None:
    """Runs all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=200_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/sociogram.sqlite"}
        subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=environ, check=True, capture_output=True)
        who = ["--password", "correct horse battery"]
        add = [*FLASK, "user", "add", "ada", *who]
        subprocess.run(add, cwd=ROOT, env=environ, check=True, capture_output=True)
        run = [*FLASK, "import"]
        tweets = asked.data / "posts" / "barackobama_tweets.csv.gz"
        graph = asked.data / "graphs" / "musae_github_edges.csv.gz"
        archive = Path(folder) / "x.zip"
        x_archive(archive, posts=asked.posts, followers=5_000, friends=2_000, seed=1)
        posts = [*run, "csv", str(tweets), "--user", "ada", "--handle", "BarackObama"]
        people = [*run, "csv", str(graph), "--user", "ada", "--handle", "musae", "--service", "github", "--mutual"]
        measured("posts of one account", posts, environ)
        measured("37,700 people, 289,003 ties", people, environ)
        measured(f"X archive, {asked.posts:,} posts", [*run, "x", str(archive), "--user", "ada"], environ)


if __name__ == "__main__":
    main()
