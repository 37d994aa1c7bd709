"""The packed forward against transformers' own padded one, and the engine around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import span_network
from torch.nn.functional import scaled_dot_product_attention

import biasscore
from biasscore.blinding import ACTOR_MARK
from biasscore.engine import Engine, Rows, ahead
from biasscore.errors import InputError, ModelError
from biasscore.models.base import Done, StepTooLargeError, Tokens
from biasscore.models.span import SpanBackend
from biasscore.training.examples import Target
from biasscore.training.export import export
from biasscore.training.network import SpanNetwork, actor_tokenizer, collate, starting_point

WORDS = [
    "the",
    "minister",
    "of",
    "told",
    "a",
    "court",
    "that",
    "it",
    "had",
    "broken",
    "its",
    "promise",
    "and",
    "nobody",
    "in",
    "was",
    "surprised",
    "by",
    "the",
    "river",
]


@pytest.fixture(scope="module")
def network() -> SpanNetwork:
    return span_network()


@pytest.fixture(scope="module")
def backend(network: SpanNetwork, tmp_path_factory: pytest.TempPathFactory) -> SpanBackend:
    folder = tmp_path_factory.mktemp("weights")
    export(network, starting_point(), folder)
    return SpanBackend(folder, name="tiny")


def sentence(rng: np.random.Generator, actors: int, words: int) -> tuple[str, list[int]]:
    """A nonsense sentence with marks, and the actor of each mark numbered by first appearance."""
    chosen = list(rng.choice(WORDS, words))
    marks = int(rng.integers(actors, actors + 3))
    places = np.sort(rng.choice(words, min(marks, words), replace=False))
    numbers: list[int] = []
    for place in places:
        chosen[place] = ACTOR_MARK
        numbers.append(int(rng.integers(0, actors)))
    order = {number: index for index, number in enumerate(dict.fromkeys(numbers))}
    return " ".join(chosen), [order[number] for number in numbers]


def rows(sentences: list[tuple[str, list[int]]]) -> Rows:
    marks: list[int] = []
    slots = 0
    for _, numbers in sentences:
        marks += [slots + number for number in numbers]
        slots += max(numbers) + 1
    return Rows(
        [text for text, _ in sentences], np.array(marks, np.int64), np.array([len(n) for _, n in sentences], np.int64)
    )


@pytest.fixture
def keep_threads() -> Iterator[None]:
    """The number of threads is the whole process's."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def news(seed: int, n: int) -> list[tuple[str, list[int]]]:
    rng = np.random.default_rng(seed)
    return [sentence(rng, int(rng.integers(1, 4)), int(rng.integers(5, 60))) for _ in range(n)]


@pytest.mark.parametrize("threads", [1, 2])
def test_no_number_of_threads_lets_company_change_a_bit_of_the_shipped_model(threads: int, keep_threads: None) -> None:
    # Matrices of its size, since libraries choose their way of multiplying by size, processor and threads.
    torch.set_num_threads(threads)
    backend = SpanBackend(Path(biasscore.__file__).parent / "weights", name="shipped")
    sentences = news(5, 40)
    reference, _ = Engine(backend, step_tokens=512, window=16384).run(rows(sentences))
    for step_tokens in (64, 200):
        found, _ = Engine(backend, step_tokens=step_tokens, window=11).run(rows(sentences))
        assert np.array_equal(found.values, reference.values)


def test_packed_forward_equals_padded_network(network: SpanNetwork, backend: SpanBackend) -> None:
    sentences = news(0, 40)
    logits, _ = Engine(backend, step_tokens=512, window=64).run(rows(sentences))
    # The network as it is trained, with the weights as they were rounded for the checkpoint.
    position = 0
    tokenizer = actor_tokenizer(starting_point())
    for text, numbers in sentences:
        places = [i for i, character in enumerate(text) if character == ACTOR_MARK]
        targets = [
            Target(tuple((p, p + 1) for p, n in zip(places, numbers, strict=True) if n == k), 1)
            for k in range(max(numbers) + 1)
        ]
        with torch.inference_mode():
            sentiment, stance = network(collate(tokenizer, [(text, targets, "newsmtsc")]))
        want = torch.stack([sentiment, stance], dim=1).numpy()
        got = logits.values[position : position + len(targets)]
        assert np.abs(got - want).max() < 0.02 * np.abs(want).max() + 0.02  # int8 storage moves a logit a little
        position += len(targets)


@pytest.mark.parametrize("step_tokens", [64, 200, 512, 4096])
def test_company_order_and_budget_change_no_bit(backend: SpanBackend, step_tokens: int) -> None:
    sentences = news(1, 120)
    reference, _ = Engine(backend, step_tokens=512, window=16384).run(rows(sentences))
    starts = np.cumsum([0] + [max(n) + 1 for _, n in sentences])
    order = np.random.default_rng(step_tokens).permutation(len(sentences))
    shuffled, _ = Engine(backend, step_tokens=step_tokens, window=37).run(rows([sentences[i] for i in order]))
    position = 0
    for i in order:
        size = starts[i + 1] - starts[i]
        assert np.array_equal(shuffled.values[position : position + size], reference.values[starts[i] : starts[i + 1]])
        position += size
    alone, _ = Engine(backend, step_tokens=step_tokens, window=1).run(rows(sentences[:1]))
    assert np.array_equal(alone.values, reference.values[: starts[1]])


def test_equal_rows_are_scored_once(backend: SpanBackend) -> None:
    sentences = news(2, 10)
    once, usage_once = Engine(backend, step_tokens=512, window=64).run(rows(sentences))
    thrice, usage = Engine(backend, step_tokens=512, window=64).run(rows(sentences * 3))
    assert usage.unique == usage_once.unique == 10
    assert usage.tokens == usage_once.tokens
    assert np.array_equal(thrice.values, np.concatenate([once.values] * 3))
    plain, without = Engine(backend, step_tokens=512, window=64, dedupe=False).run(rows(sentences * 3))
    assert without.unique == 30
    assert np.array_equal(plain.values, thrice.values)


def test_one_text_with_marks_of_one_or_two_actors_is_two_kinds(backend: SpanBackend) -> None:
    text = f"the {ACTOR_MARK} of {ACTOR_MARK} told a court"
    logits, usage = Engine(backend, step_tokens=512, window=64).run(rows([(text, [0, 0]), (text, [0, 1])]))
    assert usage.unique == 2
    assert logits.values.shape == (3, 2, 3)
    assert not np.array_equal(logits.values[1], logits.values[2])


def test_long_sentence_is_scored_in_a_window_around_each_actor(backend: SpanBackend) -> None:
    filler = " ".join(["river"] * 600)
    near = f"the {ACTOR_MARK} broke its promise"
    text = f"{near} {filler} and {ACTOR_MARK} told a court"
    logits, _ = Engine(backend, step_tokens=512, window=64).run(rows([(text, [0, 1]), *news(4, 3)]))
    assert logits.truncated[:2].all()
    assert not logits.truncated[2:].any()
    assert np.isfinite(logits.values).all()
    # The first actor's answer depends on its surroundings only.
    other = f"{near} {filler} while nobody saw {ACTOR_MARK} there"
    again, _ = Engine(backend, step_tokens=512, window=64).run(rows([(other, [0, 1])]))
    assert np.array_equal(again.values[0], logits.values[0])
    assert not np.array_equal(again.values[1], logits.values[1])


def test_marks_must_agree_with_the_text(backend: SpanBackend) -> None:
    with pytest.raises(InputError, match="2 marks"):
        Engine(backend, step_tokens=512, window=64).run(rows([(f"the {ACTOR_MARK}", [0, 0])]))
    with pytest.raises(InputError, match="one mark"):
        Engine(backend, step_tokens=512, window=64).run(Rows(["x"], np.zeros(0, np.int64), np.zeros(1, np.int64)))


def test_no_rows_give_no_answers(backend: SpanBackend) -> None:
    logits, usage = Engine(backend, step_tokens=512, window=64).run(rows([]))
    assert logits.values.shape == (0, 2, 3)
    assert usage.steps == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_slots_come_back_in_their_places(seed: int, n: int) -> None:
    """A fake backend that answers with the number of tokens and the places of the marks."""

    class Echo:
        name = weights = description = "echo"
        max_tokens, actor_id, edges = 12, 1, (101, 102)

        def tokenise(self, texts):
            lists = [[101, *(1 if c == ACTOR_MARK else 1000 + ord(c) for c in t), 102] for t in texts]
            return Tokens(
                np.array([i for ids in lists for i in ids], np.int32), np.cumsum([0] + [len(ids) for ids in lists])
            )

        def begin(self, step):
            starts = np.cumsum(step.lengths) - step.lengths
            out = np.zeros((len(step.sequences), 2, 3), np.float32)
            for slot, sequence in enumerate(step.sequences):
                inside = step.ids[starts[sequence] : starts[sequence] + step.lengths[sequence]]
                mine = step.ids[step.marks[step.slots == slot]]
                assert (mine == 1).all()
                out[slot] = [[inside.sum(), (inside == 1).sum(), (step.slots == slot).sum()]] * 2
            return Done(out)

    rng = np.random.default_rng(seed)
    sentences = []
    for _ in range(n):
        length = int(rng.integers(1, 11))
        text = "".join(rng.choice(list("abc" + ACTOR_MARK), length)) + ACTOR_MARK
        numbers = rng.integers(0, 3, text.count(ACTOR_MARK)).tolist()
        order = {number: index for index, number in enumerate(dict.fromkeys(numbers))}
        sentences.append((text[:10], [order[k] for k in numbers][: text[:10].count(ACTOR_MARK)]))
    sentences = [(t, k) for t, k in sentences if k]
    logits, _ = Engine(Echo(), step_tokens=int(rng.integers(1, 50)), window=int(rng.integers(1, 9))).run(
        rows(sentences)
    )
    position = 0
    for text, numbers in sentences:
        total = 203 + sum(1 if c == ACTOR_MARK else 1000 + ord(c) for c in text)
        for slot in range(max(numbers) + 1):
            assert logits.values[position, 0].tolist() == [total, text.count(ACTOR_MARK), numbers.count(slot)]
            position += 1


class Cramped:
    """A device with memory for so many tokens only, in front of a real backend."""

    def __init__(self, backend: SpanBackend, tokens: int) -> None:
        self.backend, self.tokens, self.seen = backend, tokens, []
        self.max_tokens, self.actor_id, self.edges = backend.max_tokens, backend.actor_id, backend.edges
        self.name = self.weights = self.description = "cramped"

    def tokenise(self, texts):
        return self.backend.tokenise(texts)

    def begin(self, step):
        self.seen.append(len(step.ids))
        if len(step.ids) > self.tokens:
            raise StepTooLargeError("no memory")
        return self.backend.begin(step)


def test_a_device_without_memory_loses_no_row_and_changes_no_bit(backend: SpanBackend) -> None:
    sentences = news(6, 150)
    want, _ = Engine(backend, step_tokens=512, window=64).run(rows(sentences))
    device = Cramped(backend, 100)
    got, _ = Engine(device, step_tokens=1024, window=64).run(rows(sentences))
    assert np.array_equal(got.values, want.values)
    assert sum(size > 100 for size in device.seen) <= 5  # it learns: 1024, 512, 256, 128
    tiny, _ = Engine(Cramped(backend, 3), step_tokens=512, window=64).run(rows(sentences[:3]))
    assert np.isnan(tiny.values).all()


class Distant:
    """An accelerator in front of a real backend: an answer is there only when it is asked for."""

    def __init__(self, backend: SpanBackend) -> None:
        self.backend, self.log = backend, []
        self.max_tokens, self.actor_id, self.edges = backend.max_tokens, backend.actor_id, backend.edges
        self.name = self.weights = self.description = "distant"

    def tokenise(self, texts):
        return self.backend.tokenise(texts)

    def begin(self, step):
        device, number = self, sum(what == "begin" for what, _ in self.log)
        self.log.append(("begin", number))

        class Answer:
            def result(self):
                device.log.append(("result", number))
                return device.backend.begin(step).result()

        return Answer()


def test_an_accelerator_has_its_next_step_before_its_answer_is_asked_for(backend: SpanBackend) -> None:
    sentences = news(6, 150)
    want, _ = Engine(backend, step_tokens=512, window=64).run(rows(sentences))
    device = Distant(backend)
    got, usage = Engine(device, step_tokens=512, window=64).run(rows(sentences))
    assert np.array_equal(got.values, want.values)
    assert usage.steps > 5
    for number in range(usage.steps - 1):
        assert device.log.index(("begin", number + 1)) < device.log.index(("result", number))
    open_ = np.cumsum([1 if what == "begin" else -1 for what, _ in device.log])
    assert open_.max() == 3  # no more memory than that is held


def per_sequence(query, key, value, bounds, _, longest, __):
    """What `torch.nn.attention.varlen` computes, one sequence after the other."""
    sizes = torch.diff(bounds).tolist()
    assert max(sizes) == longest
    parts = zip(*(torch.split(each, sizes) for each in (query, key, value)), strict=True)
    mixed = [scaled_dot_product_attention(*(each.transpose(0, 1)[None] for each in part))[0] for part in parts]
    return torch.cat([each.transpose(0, 1) for each in mixed])


def test_attention_over_any_lengths_equals_that_over_blocks(
    backend: SpanBackend, network: SpanNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("biasscore.models.span.find_varlen", lambda *_: per_sequence)
    export(network, starting_point(), tmp_path)
    other = SpanBackend(tmp_path, name="any lengths")
    sentences = news(3, 60)
    want, _ = Engine(backend, step_tokens=512, window=64).run(rows(sentences))
    got, _ = Engine(other, step_tokens=300, window=64).run(rows(sentences))
    assert np.abs(got.values - want.values).max() < 1e-4


def test_half_precision_moves_answers_little(backend: SpanBackend, network: SpanNetwork, tmp_path: Path) -> None:
    export(network, starting_point(), tmp_path)
    half = SpanBackend(tmp_path, name="half", precision="bfloat16")
    assert "bfloat16" in half.description
    sentences = news(4, 40)
    want, _ = Engine(backend, step_tokens=512, window=64).run(rows(sentences))
    got, _ = Engine(half, step_tokens=512, window=64).run(rows(sentences))
    assert got.values.dtype == np.float32
    assert not np.array_equal(got.values, want.values)
    assert np.abs(got.values - want.values).max() < 0.05 * np.abs(want.values).max()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize(("precision", "apart"), [("float32", 1e-3), ("bfloat16", 0.05)])
def test_a_gpu_answers_as_the_cpu_does(
    backend: SpanBackend, network: SpanNetwork, tmp_path: Path, precision: str, apart: float
) -> None:
    export(network, starting_point(), tmp_path)
    device = SpanBackend(tmp_path, name="gpu", device="cuda", precision=precision)  # type: ignore[arg-type]
    sentences = news(5, 400)
    want, _ = Engine(backend, step_tokens=512, window=16384).run(rows(sentences))
    got, _ = Engine(device, step_tokens=32_768, window=16384).run(rows(sentences))
    assert np.abs(got.values - want.values).max() < apart * np.abs(want.values).max()


def test_work_ahead_keeps_order_and_raises_where_it_failed() -> None:
    assert list(ahead(iter(range(100)), depth=3)) == list(range(100))

    def failing():
        yield 1
        raise KeyError("broken")

    items = ahead(failing())
    assert next(items) == 1
    with pytest.raises(KeyError, match="broken"):
        next(items)
    endless = ahead(iter(int, 1))
    assert next(endless) == 0
    endless.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "biasscore-ahead"]


def test_many_chunks_give_what_one_gives(backend: SpanBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = news(8, 200)
    want, _ = Engine(backend, step_tokens=512, window=4096).run(rows(sentences))
    monkeypatch.setattr("biasscore.engine._CHUNK", 16)
    got, usage = Engine(backend, step_tokens=512, window=16).run(rows(sentences))
    assert np.array_equal(got.values, want.values)
    assert usage.unique == 200


def test_incomplete_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        SpanBackend(tmp_path, name="x")
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ModelError, match="format"):
        SpanBackend(tmp_path, name="x")
