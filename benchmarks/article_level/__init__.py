"""The rule from sentences to an article's label, its bands and its intervals: `python -m benchmarks.article_level`."""
