"""What features weigh: rare ones more than common ones, and those that lean to one label more than even ones."""

import numpy as np
import numpy.typing as npt

from classifiers.model import segmented
from classifiers.space import lay_out, sayings

TEXTS = [("公交车没来", "我们公交车班次少"), ("学校的老师", "我们学校老师好")]


def _batch() -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    bodies = [body for pair in zip(*TEXTS, strict=True) for body in pair] * 30
    return bodies, np.array([i % 2 for i in range(len(bodies))]), np.ones(len(bodies))


def test_a_word_of_one_label_says_more_than_a_word_of_all() -> None:
    bodies, answers, weights = _batch()
    space = lay_out([segmented(None, body) for body in bodies])
    said = dict(zip(space.words, sayings(space.matrix, answers, weights), strict=False))
    assert said["老师"] > 2 * said["我们"]


def test_weighted_rows_keep_their_length_and_the_weights_say_the_same_as_the_rows() -> None:
    bodies, answers, weights = _batch()
    space = lay_out([segmented(None, body) for body in bodies])
    saying = sayings(space.matrix, answers, weights)
    weighted = space.weighted(saying)
    lengths = np.sqrt(weighted.matrix.power(2).sum(axis=1))
    assert np.allclose(lengths, np.sqrt(2), atol=1e-3)
    assert np.allclose(weighted.word_idf, space.word_idf * saying[: len(space.words)])


def test_the_opening_of_an_untitled_text_counts_twice_and_a_title_three_times() -> None:
    filler = "其他的事情说了很多很多，" * 5
    space = lay_out(
        [segmented(None, f"公交很少。{filler}最后说到学校。"), segmented("公交", f"{filler}最后说到学校。")]
    )
    row = {word: space.matrix[:, column].toarray().ravel() for column, word in enumerate(space.words)}
    assert np.allclose(row["公交"] / row["学校"], [1 + np.log(2), 1 + np.log(3)], atol=1e-3)
