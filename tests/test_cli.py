"""The command line in process, with a tiny model of random weights."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import corpus_tools
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tiny_models import write
from transformers import BertConfig

from biasscore import cli
from biasscore.cli import main
from biasscore.cli_measurement import split_names
from biasscore.errors import ActorError, InputError
from biasscore.files import decode
from biasscore.labelled import read_labelled
from biasscore.labels import Task
from biasscore.models.registry import load
from biasscore.training.export import export
from biasscore.training.network import SpanNetwork, starting_point

TEXT = "Two sides\n\nLondon lied to us again. Astana kept its word, “as Britain never does”, he said.\n\nIt rained.\n"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Run = Callable[..., tuple[int, str, str]]
Scores = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=256, layer_norm_eps=1e-12,
    )  # fmt: skip
    network = SpanNetwork(config, offsets=False).eval()
    for parameter in network.parameters():
        parameter.data *= 4 if parameter.dim() > 1 else 1
    folder = tmp_path_factory.mktemp("tiny")
    export(network, starting_point(), folder)
    return str(folder)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def good(tmp_path: Path) -> str:
    file = tmp_path / "good.txt"
    file.write_text(TEXT, encoding="utf-8")
    return str(file)


def is_one_line(err: str) -> bool:
    return err.startswith("biasscore: ") and err.endswith("\n") and err.count("\n") == 1


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


# --- score


def test_a_table_for_a_person(run: Run, good: str, tiny: str) -> None:
    code, out, err = run("score", good, "--model", tiny)
    assert (code, err) == (0, "")
    assert out.startswith("Two sides\n")
    rows = [line.split()[0] for line in out.splitlines() if "│" in line or "●" in line]
    assert [name for name in rows if name not in ("author", "attributed")] == ["United", "NATO", "Kazakhstan", "Russia"]
    assert rows[1:3] == ["author", "attributed"]
    assert "\x1b" not in out


def test_json_key_by_key(run: Run, good: str, tiny: str) -> None:
    code, out, err = run("score", good, "--json", "--model", tiny)
    assert (code, err) == (0, "")
    (profile,) = objects(out)
    assert list(profile) == [
        *("id", "title", "date", "outlet", "n_sentences", "actors", "contrasts", "sentences"),
        *("skipped", "error", "provenance"),
    ]
    assert (profile["id"], profile["title"], profile["n_sentences"]) == (good, "Two sides", 4)
    assert profile["error"] is None
    estimate = {"score", "low", "high", "n"}
    assert list(profile["actors"]) == ["UK", "NATO", "Kazakhstan", "Russia"]
    for actor in profile["actors"].values():
        assert set(actor) == {
            *("name", "mentions", "sentences", "share", "sentiment", "stance"),
            *("author", "attributed", "verdict", "evidence"),
        }
        assert set(actor["author"]) == set(actor["attributed"]) == {"sentiment", "stance"}
    uk, nato = profile["actors"]["UK"], profile["actors"]["NATO"]
    assert (uk["name"], uk["mentions"], uk["sentences"], uk["share"]) == ("United Kingdom", 2, 2, 0.666667)
    assert set(uk["sentiment"]) == set(uk["stance"]) == set(uk["author"]["stance"]) == estimate
    assert uk["author"]["stance"]["n"] == uk["attributed"]["stance"]["n"] == 1
    # Never mentioned is no neutral.
    assert nato["sentiment"] is None
    assert nato["stance"] is None
    assert nato["author"] == nato["attributed"] == {"sentiment": None, "stance": None}
    assert (nato["mentions"], nato["share"], nato["verdict"]) == (0, 0.0, "insufficient evidence")
    (contrast,) = profile["contrasts"]
    assert (contrast["first"], contrast["second"]) == ("UK", "Kazakhstan")
    assert set(contrast["sentiment"]) == set(contrast["stance"]) == estimate
    first, second = profile["sentences"]
    assert [TEXT[s["start"] : s["end"]][:6] for s in (first, second)] == ["London", "Astana"]
    assert list(second["actors"]) == ["Kazakhstan", "UK"]
    mention = second["actors"]["UK"]
    assert mention["kinds"] == ["name"]
    assert set(mention) == {"spans", "kinds", "voice", "source", "sentiment", "stance", "truncated"}
    assert [TEXT[start:end] for start, end in mention["spans"]] == ["Britain"]
    assert (mention["voice"], mention["source"]) == ("attributed", "he")
    assert sum(mention["sentiment"]) == pytest.approx(1.0, abs=1e-5)
    assert sum(mention["stance"]) == pytest.approx(1.0, abs=1e-5)
    assert set(profile["provenance"]) == {"version", "model", "weights", "config", "backend", "libraries"}
    assert profile["provenance"]["model"] == Path(tiny).name


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
    ],
)
def test_byte_order_marks_and_stdin(
    run: Run, good: str, tiny: str, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    code, out, _ = run("score", "-", "--json", "--model", tiny)
    (profile,) = objects(out)
    (wanted,) = objects(run("score", good, "--json", "--model", tiny)[1])
    assert code == 0
    assert profile == wanted | {"id": "-"}


def test_line_ends_are_left_as_they_are(run: Run, tmp_path: Path, tiny: str) -> None:
    text = TEXT.replace("\n", "\r\n")
    (tmp_path / "dos.txt").write_bytes(text.encode())
    (profile,) = objects(run("score", str(tmp_path / "dos.txt"), "--json", "--model", tiny)[1])
    starts = [sentence["start"] for sentence in profile["sentences"]]
    assert starts == [text.index("London"), text.index("Astana")]


def uk_mentions(run: Run, *arguments: str) -> int:
    code, out, err = run("score", *arguments, "--json")
    assert (code, err) == (0, "")
    mentions: int = objects(out)[0]["actors"]["UK"]["mentions"]
    return mentions


def test_flags_change_what_is_measured(run: Run, tmp_path: Path, tiny: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text("London spoke. Britain lied. Then the kingdom paid. Keir Starmer smiled.")
    always = (str(file), "--model", tiny)
    assert uk_mentions(run, *always) == 4
    assert uk_mentions(run, *always, "--no-metonyms") == 3
    assert uk_mentions(run, *always, "--no-anaphors") == 3
    assert uk_mentions(run, *always, "--date", "2001-02-03") == 3
    assert uk_mentions(run, *always, "--date", "2025-02-03") == 4


def test_actors_by_name_and_by_file(run: Run, tmp_path: Path, good: str, tiny: str) -> None:
    _, out, _ = run("score", good, "--json", "--model", tiny, "--actors", 'NATO,"Foreign, Office",Jens Stoltenberg')
    assert list(objects(out)[0]["actors"]) == ["NATO", "Foreign, Office", "Jens Stoltenberg"]
    (tmp_path / "my.toml").write_text('[[actor]]\nid = "Rain"\naliases = ["It rained"]\n')
    _, out, _ = run("score", good, "--json", "--model", tiny, "--actors-file", str(tmp_path / "my.toml"))
    assert objects(out)[0]["actors"]["Rain"]["mentions"] == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("UK,NATO", ["UK", "NATO"]),
        (" UK , NATO ,", ["UK", "NATO"]),
        ('UK,"Jens Stoltenberg"', ["UK", '"Jens Stoltenberg"']),
        ('"Foreign, Commonwealth Office" , UK', ['"Foreign, Commonwealth Office"', "UK"]),
        ("“a, b”,«c, d»", ["“a, b”", "«c, d»"]),
        ("Côte d'Ivoire,'EU',UK", ["Côte d'Ivoire", "'EU'", "UK"]),
        ("", []),
        (",,", []),
    ],
)
def test_names_are_split_at_commas(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize("text", ['"UK', 'UK,"NATO', '"UK"NATO', "“UK"])
def test_quotation_marks_must_close(text: str) -> None:
    with pytest.raises(ActorError, match="Close the quotation mark"):
        split_names(text)


# --- bad input

BAD: dict[str, tuple[bytes | None, str]] = {
    "missing.txt": (None, "got nothing of that name"),
    "empty.txt": (b"", "got an empty file"),
    "space.txt": (" \t\r\n\u00a0\u2003".encode(), "got white space only"),
    "mark.txt": (b"\xef\xbb\xbf", "got an empty file"),
    "binary.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "got a NUL byte at offset 8"),
    "nul.txt": (b"Britain lied.\0", "got a NUL character at offset 13"),
    "latin.txt": ("Der Brite lügt".encode("latin-1"), "got the invalid byte 0xfc at offset 11"),
    "late.txt": (b"\xef\xbb\xbfab\xff", "got the invalid byte 0xff at offset 5"),
    "half.txt": (b"\xff\xfea\0b", "to be UTF-16-LE"),
    "long.txt": (b"a" * 1_000_001, "to be at most 1,000,000 characters, got 1,000,001"),
    "longer.txt": ("я".encode() * 2_000_003, "to be at most 1,000,000 characters, got more"),
    "folder": (None, "got a folder"),
}


def make_bad(folder: Path, name: str) -> str:
    content = BAD[name][0]
    if name == "folder":
        (folder / name).mkdir()
    elif content is not None:
        (folder / name).write_bytes(content)
    return str(folder / name)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_one_bad_article_is_one_line_and_code_2(
    run: Run, tmp_path: Path, tiny: str, name: str, form: Sequence[str]
) -> None:
    path = make_bad(tmp_path, name)
    code, out, err = run("score", path, "--model", tiny, *form)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert BAD[name][1] in err
    assert path in err


def test_neighbours_of_bad_articles_survive(run: Run, tmp_path: Path, good: str, tiny: str) -> None:
    (tmp_path / "other.txt").write_text("Russia spoke. NATO listened.")
    other = str(tmp_path / "other.txt")
    bad = [make_bad(tmp_path, name) for name in BAD]
    paths = [bad[0], good, *bad[1:6], other, *bad[6:]]
    code, out, err = run("score", *paths, "--json", "--model", tiny)
    assert code == 1
    found = objects(out)
    assert [profile["id"] for profile in found] == paths
    alone = [objects(run("score", path, "--json", "--model", tiny)[1])[0] for path in (good, other)]
    assert [profile for profile in found if profile["error"] is None] == alone
    failed = {Path(profile["id"]).name: profile for profile in found if profile["error"] is not None}
    assert {name: part in failed[name]["error"] for name, (_, part) in BAD.items()} == dict.fromkeys(BAD, True)
    assert all(set(profile) == set(alone[0]) and profile["actors"] == {} for profile in failed.values())
    assert err.count("\n") == len(BAD)
    assert [line.split(": ")[1] for line in err.splitlines()] == bad


def test_exit_codes_and_order_without_json(run: Run, tmp_path: Path, good: str, tiny: str) -> None:
    bad = [make_bad(tmp_path, name) for name in ("missing.txt", "empty.txt")]
    code, out, err = run("score", bad[0], good, good, "--model", tiny)
    assert code == 1
    assert is_one_line(err)
    assert out.count("Two sides\n") == 2
    assert out.count("─" * 100) == 1
    code, out, err = run("score", *bad, "--model", tiny)
    assert (code, out, err.count("\n")) == (2, "", 2)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--actors", "UK,Kazakhtsan"], ["Kazakhtsan", "Did you mean 'Kazakhstan'"]),
        (["--actors", "UK,Britain"], ["all different"]),
        (["--actors", ""], ["at least one actor"]),
        (["--actors", '"UK'], ["Close the quotation mark"]),
        (["--actors-file", "missing.toml"], ["missing.toml"]),
        (["--actors-file", "."], ["can be read"]),
        (["--actors", "UK", "--actors-file", "x.toml"], ["not allowed with"]),
        (["--date", "yesterday"], ["YYYY-MM-DD", "'yesterday'"]),
        (["--model", "missing"], ["`model`", "'missing'"]),
        (["--device", "abacus"], ["`device`", "'abacus'"]),
        (["--colour"], ["--colour", "--help"]),
    ],
)
def test_wrong_settings_are_one_line_and_code_2(run: Run, good: str, arguments: list[str], parts: list[str]) -> None:
    code, out, err = run("score", good, *arguments)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert all(part in err for part in parts)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ('[[actor]]\nid = "EU"\naliasses = ["x"]\n', "Did you mean 'aliases'"),
        ('[[actor]]\nid = "EU"\naliases = ["Brussels", "brussels"]\n', "Remove the duplicate alias"),
        ('[[actor]]\nid="A1"\naliases=["Rain"]\n[[actor]]\nid="B1"\naliases=["Rain"]\n', "'Rain'"),
        ("[[actor]\n", "valid TOML"),
    ],
)
def test_wrong_actors_files_are_one_line_and_code_2(
    run: Run, tmp_path: Path, good: str, content: str, part: str
) -> None:
    (tmp_path / "my.toml").write_text(content)
    code, out, err = run("score", good, "--actors-file", str(tmp_path / "my.toml"))
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert part in err


def test_no_control_character_reaches_the_terminal(run: Run, tmp_path: Path, tiny: str) -> None:
    evil = "\x1b]0;owned\x07\x9b31m\x7f\u202e"
    (tmp_path / "evil.txt").write_text(f"Britain {evil} title\n\nBritain {evil} lied{evil}, said {evil}Moscow{evil}.\n")
    missing = f"missing{evil}.txt"
    for form in ((), ("--json",)):
        code, out, err = run("score", missing, str(tmp_path / "evil.txt"), "--model", tiny, *form)
        assert code == 1
        assert not CONTROL.search(out)
        assert not CONTROL.search(err)
    assert objects(out)[1]["title"] == f"Britain {evil} title"  # JSON loses nothing


def test_unencodable_characters_are_no_error(
    run: Run, tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Ёлка “Britain” ёлка. Britain lied.", encoding="utf-8")
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["score", str(tmp_path / "a.txt"), "--model", tiny]) == 0
    assert main(["actors", "show", "Kazakhstan"]) == 0
    assert b'???? "*Britain*" ????.' in raw.getvalue()
    assert b"  ?????????  " in raw.getvalue()


def test_decode_by_hand() -> None:
    assert decode("\ufeffaя".encode()) == "aя"
    assert decode(b"\xff\xfea\0") == "a"
    assert decode(b"a\r\nb\rc") == "a\r\nb\rc"
    with pytest.raises(InputError, match="NUL character at offset 1"):
        decode("a\0".encode("utf-16"))


# --- evaluate


def labelled(path: Path, rows: Sequence[object]) -> str:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def row(text: str, word: str, label: object, **more: object) -> dict[str, object]:
    start = text.index(word)
    return {"text": text, "spans": [[start, start + len(word)]], "label": label, "target": word} | more


def answer_with(
    monkeypatch: pytest.MonkeyPatch, columns: Sequence[int], task: str
) -> list[tuple[Sequence[str], Sequence[Sequence[tuple[int, int, int]]]]]:
    """Let the model predict these columns, each with 0.8, and note what it was asked; -1 is no finite answer."""
    asked: list[tuple[Sequence[str], Sequence[Sequence[tuple[int, int, int]]]]] = []

    def score_spans(_: object, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int, int]]]) -> Scores:
        asked.append((texts, spans))
        probs = np.full((len(columns), 3), 0.1, np.float32)
        for place, column in enumerate(columns):
            probs[place] = np.nan if column < 0 else probs[place]
            probs[place, column] = np.nan if column < 0 else 0.8
        other = "stance" if task == "sentiment" else "sentiment"
        return {task: probs, other: np.full((len(columns), 3), np.nan, np.float32)}

    monkeypatch.setattr("biasscore.scorer.Scorer.score_spans", score_spans)
    return asked


@pytest.mark.parametrize(
    ("task", "names"),
    [("sentiment", ["negative", "neutral", "positive"]), ("stance", ["against", "none", "favor"])],
)
def test_figures_by_hand(
    run: Run, tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch, task: str, names: list[str]
) -> None:
    # True columns 0 0 1 2 2, predicted 0 1 1 2 0: F1 is 2·1/(2+1+1), 2·1/(2+1+0), 2·1/(2+0+1).
    rows = [
        row("A B", "A", -1),
        row("A B", "A", names[0].upper()),
        row("A B", "B", "0"),
        row("we B", "B", 1.0),
        row("we B", "B", names[2]),
    ]
    asked = answer_with(monkeypatch, [0, 1, 1, 2, 0], task)
    code, out, err = run("evaluate", labelled(tmp_path / "rows.jsonl", rows), "--task", task, "--json", "--model", tiny)
    assert (code, err) == (0, "")
    spans = [[(start, start + 1, 0)] for start in (0, 0, 2, 3, 3)]
    assert asked == [(["A B", "A B", "A B", "we B", "we B"], spans)]
    assert json.loads(out) == {
        "task": task,
        "model": Path(tiny).name,
        "weights": load(tiny, device="cpu").weights,
        "target_blind": False,
        "warnings": [],
        "n": 5,
        "skipped": 0,
        "macro_f1": 0.611111,
        "accuracy": 0.6,
        "f1_per_class": {names[0]: 0.5, names[1]: 0.666667, names[2]: 0.666667},
        "ece": 0.2,  # all are 80 % sure, 60 % are right
        "reliability": [{"low": 0.8, "high": 0.866667, "n": 5, "confidence": 0.8, "accuracy": 0.6}],  # float32: > 0.8
        "per_target": {
            "B": {"n": 3, "accuracy": 0.666667, "macro_f1": 0.555556},  # F1 0, 1, 2/3
            "A": {"n": 2, "accuracy": 0.5, "macro_f1": 0.333333},  # F1 2/3, 0; no third class
        },
    }


def test_rows_that_cannot_be_used_are_skipped_and_named(
    run: Run, tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good = row("A B", "A", -1)
    rows: list[object] = [
        good | {"spans": []},
        good,
        good | {"spans": None},
        good | {"label": None},
        good | {"label": "LABEL_2"},
        good | {"label": True},
        "",
        good | {"spans": [[0, 4]]},
        good | {"spans": [[1, 1]]},
        good | {"spans": [[-1, 1]]},
        good | {"spans": [["0", 1]]},
        good | {"spans": [0, 1]},
        good | {"spans": [[0, 1], [2]]},
        good | {"spans": [[0, 1], [2, 4]]},
        good | {"spans": [[1, 3], [0, 2]]},
        good | {"text": None},
        good | {"text": " "},
        "{",
        "[1]",
        "[" * 100_000,
        good | {"text": "\u2028A", "spans": [[1, 2]], "target": None},
        good | {"text": "A\x1b[2J", "task": "stance"},
        good | {"spans": [[0, 1], [0, 1]]},
    ]
    asked = answer_with(monkeypatch, [0, 0, -1, 0], "sentiment")
    caplog.set_level(logging.INFO, logger="biasscore")
    file = labelled(tmp_path / "rows.jsonl", rows)
    code, out, err = run("evaluate", file, "--task", "sentiment", "--json", "--model", tiny)
    assert code == 0
    figures = json.loads(out)
    assert (figures["n"], figures["skipped"]) == (3, 19)
    assert asked[0][1][-1] == [(0, 1, 0)]  # a span that is there twice counts once
    assert figures["f1_per_class"] == {"negative": 1.0, "neutral": None, "positive": None}
    assert figures["per_target"] == {"A": {"n": 3, "accuracy": 1.0, "macro_f1": 1.0}}
    assert err.splitlines() == [
        "biasscore: 1 row labelled for the task 'stance', taken for 'sentiment'",
        "biasscore: 2 rows skipped: no span (line 1, 3)",
        "biasscore: 1 row skipped: no label (line 4)",
        "biasscore: 2 rows skipped: an unknown label (line 5, 6)",
        "biasscore: 4 rows skipped: a span outside the text (line 8, 9, 10, 14)",
        "biasscore: 3 rows skipped: a span that is no [start, end] (line 11, 12, 13)",
        "biasscore: 1 row skipped: spans that overlap (line 15)",
        "biasscore: 2 rows skipped: no text (line 16, 17)",
        "biasscore: 2 rows skipped: no JSON (line 18, 20)",
        "biasscore: 1 row skipped: no JSON object (line 19)",
        "biasscore: 1 row skipped: no finite answer (line 22)",
    ]
    assert "line 12 is skipped: a span that is no [start, end]" in caplog.messages


def test_evaluation_as_a_table(run: Run, tmp_path: Path, tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    often = row("A B", "A", -1, target="\x1b[31m[red]Often[/red]")
    rows = [often] * 10 + [row("A B", "B", 1, target="Seldom")] * 9
    answer_with(monkeypatch, [0] * 19, "sentiment")
    file = labelled(tmp_path / "rows.jsonl", rows)
    code, out, err = run("evaluate", file, "--task", "sentiment", "--model", tiny)
    assert (code, err) == (0, "")
    cells = [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in out.splitlines()]
    assert ["model", Path(tiny).name] in cells
    assert ["rows", "19"] in cells
    assert ["accuracy", "0.526"] in cells
    assert ["F1 neutral", "-"] in cells
    assert ["[31m[red]Often[/red]", "10", "1.000", "1.000"] in cells
    assert "Seldom" not in out
    assert not CONTROL.search(out)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "got nothing of that name"),
        (b"", "at least one of use, got none"),
        (b'{"text": "a", "label": -1}\n{', "got 2 rows, all skipped"),
        (b"\xff{}", "invalid byte 0xff at offset 0"),
    ],
)
def test_nothing_to_evaluate_is_code_2(run: Run, tmp_path: Path, content: bytes | None, part: str) -> None:
    if content is not None:
        (tmp_path / "rows.jsonl").write_bytes(content)
    code, out, err = run("evaluate", str(tmp_path / "rows.jsonl"), "--task", "stance")
    assert (code, out) == (2, "")
    assert part in err.splitlines()[-1]
    assert "Traceback" not in err


def test_the_model_itself_is_asked(run: Run, tmp_path: Path, tiny: str) -> None:
    rows = [row("Britain lied to us.", "Britain", -1), row("Britain saved us.", "Britain", 1)] * 5
    file = labelled(tmp_path / "rows.jsonl", rows)
    code, out, _ = run("evaluate", file, "--task", "sentiment", "--json", "--model", tiny)
    assert code == 0
    assert json.loads(out)["n"] == 10


@pytest.mark.parametrize(
    ("labels", "got"),
    [
        ([0, 1, 2], "got 2 (line 3). Of labels coded 0, 1, 2 make 0 -> -1 (negative), 1 -> 0 (neutral), 2 -> 1"),
        (["0", "1", "2"], "got 2 (line 3)"),
        ([-1, 0, 1, 0.5], "got 0.5 (line 4). Write names: 'negative', 'neutral', 'positive'."),
        ([1, 5], "got 5 (line 2). Write names"),  # stars
        ([2, 1, 3], "got 2 (line 1). Write names"),
        ([-1, 2], "got 2 (line 2). Write names"),
        ([7], "got 7 (line 1). Write names"),
        ([1, 0, 0], "got no -1, only 1 (line 1) and 0 (line 2). If 0 is negative, write -1 for it"),
        (["positive", 0.0], "got no -1, only 0 (line 2)"),
        ([0, 1, {}], "got no -1, only 0 (line 1) and 1 (line 2)"),
    ],
)
def test_numbers_of_another_coding_are_refused(run: Run, tmp_path: Path, labels: list[object], got: str) -> None:
    file = labelled(tmp_path / "rows.jsonl", [row("A B", "A", label) for label in labels])
    for more in ((), ("-o", str(tmp_path / "calibration.json"))):
        code, out, err = run("calibrate" if more else "evaluate", file, "--task", "sentiment", *more)
        assert (code, out) == (2, "")
        assert is_one_line(err)
        assert got in err
        assert file in err


@pytest.mark.parametrize(
    ("labels", "columns"),
    [
        ([-1, 0], [0, 1]),
        (["-1", 1.0], [0, 2]),
        ([0, -1.0, "positive"], [1, 0, 2]),
        (["against", 0, 1], [0, 1, 2]),
        (["neutral", "positive"], [1, 2]),
        (["unheard of", True, None], []),
    ],
)
def test_numbers_are_taken_where_one_is_negative(tmp_path: Path, labels: list[object], columns: list[int]) -> None:
    file = labelled(tmp_path / "rows.jsonl", [row("A B", "A", label) for label in labels])
    assert [usable.label for usable in read_labelled(file, Task.STANCE)[0]] == columns


@pytest.mark.parametrize(
    ("content", "got"),
    [
        ("text,label\nA B,positive\n", "got what looks like CSV"),
        ("text\tlabel\nA B\tpositive\n", "got what looks like CSV"),
        ('\n[{"text": "A B"},\n{"text": "B"}]', "got a JSON array of them"),
        ('[{"text": "A B"}]', "got a JSON array of them"),
        ('{\n "text": "A B"\n}', "got one that is broken up into lines"),
    ],
)
def test_labels_in_another_format_are_told_once(run: Run, tmp_path: Path, content: str, got: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(content, encoding="utf-8")
    code, out, err = run("evaluate", str(file), "--task", "sentiment")
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert f"{file}: Expected `file` to be one JSON object a line, {got}" in err


@pytest.mark.parametrize(
    ("task", "labels", "told"),
    [
        ("sentiment", ["against", "none", "favor"], "'against', 'favor', 'none'"),
        ("sentiment", ["neutral", "pro", "Pro"], "'Pro', 'neutral', 'pro'"),
        ("sentiment", ["neutral"], ""),
        ("sentiment", ["against", "positive"], ""),
        ("sentiment", ["against", -1], ""),
        ("stance", ["against", "none"], ""),
        ("stance", ["negative", "neutral"], ""),  # many write that, and the advice on numbers says so
    ],
)
def test_labels_of_the_other_task_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, task: str, labels: list[object], told: str
) -> None:
    file = labelled(tmp_path / "rows.jsonl", [row("A B", "A", label) for label in labels])
    assert len(read_labelled(file, Task(task))[0]) == len(labels)
    assert caplog.messages == ([f"labels are all of the task 'stance' ({told}), taken for 'sentiment'"] if told else [])


def test_no_mention_of_the_target_shows_its_name(run: Run, tmp_path: Path, tiny: str) -> None:
    found = []
    for name in ("Norway", "Russia"):
        text = f"{name} promised to stay, but nobody trusts {name} any more."
        second = text.rindex(name)
        spans = [[0, len(name)], [second, second + len(name)]]
        file = labelled(tmp_path / "rows.jsonl", [{"text": text, "spans": spans, "label": "negative"}])
        found.append(json.loads(run("evaluate", file, "--task", "sentiment", "--json", "--model", tiny)[1]))
    assert found[0]["reliability"][0]["confidence"] == found[1]["reliability"][0]["confidence"]
    assert [list(figures["per_target"]) for figures in found] == [["Norway"], ["Russia"]]


def test_the_evaluation_of_a_target_blind_model_says_so(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "plain"))
    file = labelled(tmp_path / "rows.jsonl", [row("Britain lied to us.", "Britain", -1)])
    flags = ("--model", folder, "--kind", "plain", "--no-self-check")
    code, out, _ = run("evaluate", file, "--task", "sentiment", "--json", *flags)
    assert code == 0
    told = json.loads(out)
    assert (told["model"], told["target_blind"], len(told["warnings"])) == ("plain", True, 1)
    assert "Note: The sentiment is target-blind: plain" in run("evaluate", file, "--task", "sentiment", *flags)[1]
    other = json.loads(run("evaluate", file, "--task", "stance", "--json", *flags)[1])
    assert (other["model"], other["target_blind"], other["warnings"]) == ("default", False, [])


# --- actors


def test_actors_list(run: Run) -> None:
    code, out, err = run("actors", "list")
    assert (code, err) == (0, "")
    lines = [re.split(r"\s{2,}", line) for line in out.splitlines()]
    assert lines[:2] == [["UK", "United Kingdom"], ["NATO", "NATO"]]
    assert len(lines) > 190


def test_actors_show(run: Run) -> None:
    code, out, _ = run("actors", "show", "gb")
    assert code == 0
    lines = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert lines[0] == ["UK: United Kingdom"]
    assert ["UK", "exactly as written"] in lines
    assert ["London", "with its capitals"] in lines
    assert ["United Kingdom", "any case"] in lines
    assert ["Keir Starmer", "with its capitals, in office 2024-07-05 to 2026-07-20"] in lines
    assert ["Prince William", "with its capitals, in office 2022-09-08 to today"] in lines
    assert ["May", "with its capitals, in office 2010-05-12 to 2019-07-24, only after 'Theresa May'"] in lines
    assert ["the kingdom"] in lines and ["he or she"] not in lines
    kinds = [line[0].split(" (")[0] for line in lines if "(" in line[0]]
    assert kinds == ["name", "demonym", "metonym", "paraphrase", "person", "anaphor"]


def test_actors_show_what_others_lend(run: Run) -> None:
    code, out, _ = run("actors", "show", "NATO")
    assert code == 0 and "another's (1), where the words around say so\n  Brussels\n" in out


def test_actors_show_of_other_names(run: Run) -> None:
    code, out, _ = run("actors", "show", "Jens Stoltenberg")
    assert code == 0
    assert out.startswith("Jens Stoltenberg: Jens Stoltenberg (not in the catalogue: made from its name)\n")
    assert out.endswith("he or she\n")
    code, out, _ = run("actors", "show", "Real Madrid")
    assert code == 0
    assert "found by its name only" in out and "he or she" not in out
    code, out, err = run("actors", "show", "Kazakhtsan")
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert "Did you mean 'Kazakhstan'" in err


@pytest.mark.parametrize(
    ("content", "code", "lines"),
    [
        ('[[actor]]\nid="Rain"\n', 0, ["1 actor: Rain"]),
        (
            '[[actor]]\nid="Rain"\naliases=["Storm"]\n[[actor]]\nid="Wind"\naliases=["storm"]\n',
            1,
            ["2 actors: Rain, Wind", "collision: 'Storm' is an alias of both Rain and Wind"],
        ),
        (
            '[[actor]]\nid="City"\naliases=["London"]\n',
            0,
            ["1 actor: City", "warning: 'London' of City is also an alias of UK, a default actor"],
        ),
        ('[[actor]]\nid="UK"\naliases=["London"]\n', 0, ["1 actor: UK"]),
        (
            '[[actor]]\nid="City"\naliases=["Paris"]\n',
            0,
            ["1 actor: City", "note: 'Paris' of City is also an alias of France, an actor of the catalogue"],
        ),
        (
            '[[actor]]\nid="Rain"\nanaphors=["the storm"]\n[[actor]]\nid="Wind"\naliases=["Storm"]\n',
            1,
            ["2 actors: Rain, Wind", "collision: 'Storm' is an alias of Wind and an anaphor of Rain"],
        ),
        (
            '[[actor]]\nid="Rain"\naliases=["the Storm"]\n[[actor]]\nid="Wind"\naliases=["Storm"]\n',
            1,
            ["2 actors: Rain, Wind", "collision: 'the Storm' is an alias of both Rain and Wind"],
        ),
        (
            '[[actor]]\nid="Rain"\naliases=[{text="Apple",case="exact"}]\n'
            '[[actor]]\nid="Wind"\naliases=[{text="APPLE",case="exact"}]\n',
            0,
            ["2 actors: Rain, Wind"],
        ),
        (
            '[[actor]]\nid="Rain"\npeople=[{name="Ann Teal",surname="Teal",terms=[["2001-01-01","2002-01-01"]]}]\n'
            '[[actor]]\nid="Wind"\npeople=[{name="Bob Teal",surname="Teal",terms=[["2002-01-02",""]]}]\n',
            0,
            ["2 actors: Rain, Wind"],
        ),
    ],
)
def test_actors_check(run: Run, tmp_path: Path, content: str, code: int, lines: list[str]) -> None:
    (tmp_path / "my.toml").write_text(content)
    found, out, err = run("actors", "check", str(tmp_path / "my.toml"))
    assert (found, out.splitlines(), err) == (code, lines, "")


def test_actors_check_of_a_term_that_ends_before_it_begins(run: Run, tmp_path: Path) -> None:
    term = '[["2003-01-01","2002-01-01"]]'
    (tmp_path / "my.toml").write_text(f'[[actor]]\nid="Rain"\npeople=[{{name="Ann Teal",terms={term}}}]\n')
    code, out, err = run("actors", "check", str(tmp_path / "my.toml"))
    assert (code, out) == (2, "")
    assert "my.toml" in err and "Rain" in err and "2003-01-01 to 2002-01-01" in err


def test_actors_check_of_members_that_nobody_knows(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text('[[actor]]\nid="Quad"\nmembers=["US", "India", "Nippon"]\n')
    code, out, _ = run("actors", "check", str(tmp_path / "my.toml"))
    assert (code, out.splitlines()[1:]) == (
        0,
        ["warning: 'Nippon', a member of Quad, is the id of no actor of the file or the catalogue"],
    )


def test_actors_check_of_ids_that_differ_in_case_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text('[[actor]]\nid="Rain"\nname="Storm"\n[[actor]]\nid="RAIN"\nname="Wind"\n')
    code, out, _ = run("actors", "check", str(tmp_path / "my.toml"))
    assert code == 1
    assert "collision: Expected `actors` to be all different" in out


@pytest.mark.parametrize("content", [None, "[[actor]", '[[actor]]\nidd="x"\n', ""])
def test_actors_check_of_what_cannot_be_read(run: Run, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "my.toml").write_text(content)
    code, out, err = run("actors", "check", str(tmp_path / "my.toml"))
    assert (code, out) == (2, "")
    assert is_one_line(err)


def test_the_catalogue_itself_has_no_collision_among_the_default_actors(run: Run) -> None:
    file = Path(cli.__file__).parent / "data" / "actors.toml"
    code, out, _ = run("actors", "check", str(file))
    assert (code, out) == (0, "4 actors: UK, NATO, Kazakhstan, Russia\n")


# --- the frame


def test_version_and_help(run: Run) -> None:
    code, out, err = run("--version")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"biasscore \d+\.\d+\.\d+\S*\n", out)
    code, out, _ = run("score", "--help")
    assert code == 0
    assert "UK,NATO,Kazakhstan,Russia" in out


@pytest.mark.parametrize("arguments", [[], ["actors"], ["evaluate", "x.jsonl"], ["score"], ["paint"]])
def test_incomplete_commands_are_one_line(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert "--help" in err


@pytest.mark.parametrize(
    ("error", "code", "part"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (RuntimeError("a\nb"), 2, "A mistake of biasscore, RuntimeError: a b."),
        (BrokenPipeError(), 141, None),
    ],
)
def test_nothing_ends_in_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, part: str | None
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("biasscore.cli_actors.load_catalogue", fail)
    # Under capture stdout has no file of its own to redirect.
    found, out, err = run("actors", "list")
    assert (found, out) == (code, "")
    assert err == "" if part is None else is_one_line(err) and part in err


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = "import sys; from biasscore.cli import main; sys.stdin.read(); sys.exit(main(['actors', 'list']))"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(b"")
    assert (process.returncode, err) == (141, b"")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["actors", "list"], ["score", "--help"]])
def test_what_needs_no_model_loads_none(arguments: list[str]) -> None:
    program = (
        f"import sys; from biasscore.cli import main; code = main({arguments!r}); "
        "sys.exit(code or ' '.join({'torch', 'numpy', 'rich'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_logging_is_left_as_it_was(run: Run, good: str) -> None:
    before = [list(logging.getLogger(name).handlers) for name in ("biasscore", "biasscore.cli")]
    run("score", good, "--model", "missing")
    assert [list(logging.getLogger(name).handlers) for name in ("biasscore", "biasscore.cli")] == before


def test_a_known_name_in_quotation_marks_keeps_its_aliases(run: Run) -> None:
    _, plain, _ = run("actors", "show", "France")
    _, quoted, _ = run("actors", "show", '"France"')
    assert quoted == plain


def test_a_prior_of_the_command_line_moves_the_answers(run: Run, good: str) -> None:
    scores = []
    for prior in ("0.1,0.1,0.8", "0.8,0.1,0.1"):
        code, out, _ = run("score", good, "--json", "--sentiment-prior", prior)
        assert code == 0
        scores.append(json.loads(out)["actors"])
    for actor in scores[0]:
        if scores[0][actor]["sentiment"] is not None:
            assert scores[1][actor]["sentiment"]["score"] < scores[0][actor]["sentiment"]["score"]
            assert scores[1][actor]["stance"] == scores[0][actor]["stance"]
    code, _, err = run("score", good, "--stance-prior", "0.5,0.6,0.1")
    assert code == 2
    assert "sum to 1" in err


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_report_of_an_unfinished_run_says_so(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    source = corpus_tools.write_jsonl(tmp_path / "a.jsonl", corpus_tools.articles(20))
    corpus_tools.run(source, tmp_path / "out")
    code, out, err = run("report", str(tmp_path / "out"), *arguments)
    assert (code, err) == (0, "")
    assert not arguments or json.loads(out)["unfinished"] is False
    (tmp_path / "out" / "_shards" / "part-000001.json").unlink()
    code, out, err = run("report", str(tmp_path / "out"), *arguments)
    assert code == 0
    assert is_one_line(err)
    assert "unfinished" in err
    assert not arguments or json.loads(out)["unfinished"] is True


def test_what_is_left_out_of_the_input_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = corpus_tools.write_jsonl(tmp_path / "in" / "a.jsonl", [])
    corpus_tools.run(source, tmp_path / "in" / "out")
    code, _, err = run("corpus", str(tmp_path / "in"), str(tmp_path / "other"), "--quiet")
    assert code == 2
    assert "1 output of `biasscore corpus` left out" in err.splitlines()[0]
