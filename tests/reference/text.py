"""Reference values for bags of words: writes src/prepare/bag_reference.json, and, with --stop-words,
prints the words that `stop_words="english"` leaves out, for src/prepare/stop_words.rs.

    python3 tests/reference/text.py
"""

import json
import pathlib
import sys

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer, TfidfVectorizer

TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "A quick, quick test: it's the dog's bone!",
    "Größe und Übermaß; ÉCOLE école x y zz_1 42 007",
    "",
    "dog dog fox; FOX dog",
    "日本 語 test-case don't stop",
    "the and of",
    "lazy lazy lazy brown test_case 42",
]
FRESH = ["brown dog, unknown words", "", "the quick test 42 42", "fox fox fox fox"]
SETTINGS = [
    {},
    {"lowercase": False},
    {"ngram_range": [1, 2]},
    {"ngram_range": [2, 3]},
    {"min_df": 2},
    {"max_df": 0.25},
    {"min_df": 0.2, "max_df": 3},
    {"stop_words": "english"},
    {"stop_words": "english", "ngram_range": [1, 3], "min_df": 1},
    {"max_features": 2},
    {"max_features": 4, "stop_words": "english"},
]


def main():
    if "--stop-words" in sys.argv:
        print("\n".join(sorted(ENGLISH_STOP_WORDS)))
        return
    cases = []
    for settings in SETTINGS:
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
        counts, weights = CountVectorizer(**given), TfidfVectorizer(**given)
        counts.fit(TEXTS)
        weights.fit(TEXTS)
        cases.append(
            {
                "settings": settings,
                "terms": counts.get_feature_names_out().tolist(),
                "counts": counts.transform(TEXTS + FRESH).toarray().tolist(),
                "tf_idf": weights.transform(TEXTS + FRESH).toarray().tolist(),
            }
        )
    path = pathlib.Path(__file__).parents[2] / "src" / "prepare" / "bag_reference.json"
    text = json.dumps({"texts": TEXTS, "fresh": FRESH, "cases": cases}, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


main()
