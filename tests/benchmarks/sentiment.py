"""Sentiment beside VADER in the same run: quality on each set, posts a CPU second, reasons, memory, time to load.

    python -m tests.benchmarks.sentiment --data FOLDER [--diagram FILE]

FOLDER holds `tweeteval/` and `umsab/LANGUAGE/`. Of the English posts nothing was trained or chosen; the temperatures of
the other languages were chosen on their validation sets and on training posts held out. With `--diagram` the
reliability diagram is written.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analytics.sentiment import LANGUAGES, assess, reasons
from analytics.sentiment.model import LABELS, trained
from analytics.sentiment.quality import calibration_error, diagram, macro_f1, macro_recall, reliability
from analytics.sentiment.sources import FOLDERS

MANY = 200_000
VADER_POSTS = 10_000
SHOWN = 50  # posts that a page explains at once


def lines(path: Path) -> list[str]:
    """Lines that end with a line feed: posts hold other line separators."""
    return gzip.decompress(path.read_bytes()).decode().removesuffix("\n").split("\n")


def read(folder: Path) -> tuple[pd.Series[str], np.ndarray]:
    """Validation posts and their labels."""
    labels = np.array([int(label) for label in lines(folder / "val_labels.txt.gz")])
    return pd.Series(lines(folder / "val_text.txt.gz"), dtype="str"), labels


def vader(texts: Sequence[str]) -> np.ndarray:
    """VADER's labels."""
    analyzer = SentimentIntensityAnalyzer()
    compound = np.array([analyzer.polarity_scores(text)["compound"] for text in texts])
    return np.select([compound >= 0.05, compound <= -0.05], [2, 0], 1)


def compared(name: str, folder: Path, language: str) -> None:
    """Prints a row: ours where the service tells the language, ours where it does not, VADER."""
    texts, labels = read(folder)
    told = assess(texts, pd.Series(language, index=texts.index, dtype="str"))
    asked = assess(texts)
    shares = told[list(LABELS)].to_numpy()
    done = ~np.isnan(shares[:, 0])
    found = shares[done].argmax(axis=1)
    rest = vader(texts.tolist())
    print(
        f"| {name} | {len(texts):,} | {macro_recall(labels[done], found):.3f} | {macro_f1(labels[done], found):.3f} "
        f"| {calibration_error(labels[done], shares[done]):.3f} | {macro_recall(labels, rest):.3f} "
        f"| {macro_f1(labels, rest):.3f} | {done.mean():.1%} | {(asked['language'] == language).mean():.1%} |"
    )


def speed(texts: pd.Series[str]) -> None:
    """Prints posts a CPU second, ours with and without the language told, and VADER's, the best of three."""
    posts = pd.Series([f"{text} {number}" for number, text in enumerate(texts)], dtype="str")
    english = pd.Series("en", index=posts.index, dtype="str")
    jobs = {
        "language told": lambda: assess(posts, english),
        "language found": lambda: assess(posts),
        "VADER": lambda: vader(posts.tolist()),
    }
    rates = dict.fromkeys(jobs, 0.0)
    for _ in range(3):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            rates[name] = max(rates[name], len(posts) / (time.process_time() - start))
    for name, rate in rates.items():
        print(f"{name:<15} {rate:9,.0f} posts a CPU second, {rate / rates['VADER']:.2f} times VADER")


def explaining(texts: pd.Series[str]) -> None:
    """Prints what the reasons of the posts of a page cost, and those of as many endless ones."""
    endless = pd.Series([" ".join(texts)] * len(texts), dtype="str")
    for name, posts in (("posts", texts), ("posts of the greatest length", endless)):
        start = time.process_time()
        reasons(posts)
        print(f"reasons of {len(posts)} {name}: {time.process_time() - start:.2f} CPU seconds")


def scale(texts: pd.Series[str]) -> None:
    """Prints what very many different posts cost."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    posts = pd.Series([f"{texts.iloc[number % len(texts)]} {number}" for number in range(MANY)], dtype="str")
    start = time.process_time()
    assess(posts)
    seconds = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{MANY:,} posts: {seconds:.1f} CPU seconds, {grown:.0f} MiB more at the peak, posts and answers included")


def main() -> None:
    """Runs all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--diagram", type=Path)
    asked = parser.parse_args()
    start = time.perf_counter()
    trained()
    print(f"model loaded in {time.perf_counter() - start:.3f} s\n")
    print("| set | posts | macro-recall | macro-F1 | calibration error | VADER recall | VADER F1 | assessed | found |")
    print("|---|---|---|---|---|---|---|---|---|")
    compared("TweetEval", asked.data / "tweeteval", "en")
    for language in LANGUAGES:
        compared(FOLDERS[language], asked.data / "umsab" / FOLDERS[language], language)
    print()
    texts = pd.Series(lines(asked.data / "tweeteval" / "train_text.txt.gz"), dtype="str")
    speed(texts.head(VADER_POSTS))
    explaining(texts.head(SHOWN))
    scale(texts)
    if asked.diagram:
        posts, labels = read(asked.data / "tweeteval")
        shares = assess(posts, pd.Series("en", index=posts.index, dtype="str"))[list(LABELS)]
        done = shares.notna().all(axis=1).to_numpy()
        asked.diagram.write_text(diagram(reliability(labels[done], shares.to_numpy()[done])), encoding="utf-8")


if __name__ == "__main__":
    main()
