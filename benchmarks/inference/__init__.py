"""Speed of the inference core beside what people use today, on the same rows, in one run."""
