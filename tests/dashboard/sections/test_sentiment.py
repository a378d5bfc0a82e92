import pandas as pd
import pytest

from dashapp.dashboard.sections.sentiment import _unknown


@pytest.mark.parametrize(
    ("posts", "said"),
    [
        ({"en": 5, "": 2}, ""),
        (
            {"en": 5, "nl": 3, "sv": 4, "xx": 0},
            "Not assessed, for the model does not know the language: 4 in Swedish, 3 in Dutch.",
        ),
        (
            {"nl": 5, "sv": 4, "tlh": 3, "pl": 2, "da": 1},
            "Not assessed, for the model does not know the language: "
            "5 in Dutch, 4 in Swedish, 3 in tlh, 3 in other languages.",
        ),
    ],
)
def test_languages_without_a_model_are_named_with_their_posts(posts: dict[str, int], said: str) -> None:
    assert _unknown(pd.DataFrame({"language": list(posts), "posts": list(posts.values())})) == said
