"""The package as a whole: its public names, what an import costs, what it ships, and what it must not contain."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

import pytest

import biasscore as bs
from biasscore.errors import Described, expected

ROOT = Path(__file__).parent.parent
PACKAGE = Path(str(resources.files("biasscore")))
in_repository = pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="not in the repository")


def run(code: str, **environment: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- the face --------------------------------------------------------------------------------------------------------


def test_public_names() -> None:
    assert bs.__all__ == [
        "Actor",
        "ActorError",
        "ActorProfile",
        "Alias",
        "Article",
        "ArticleProfile",
        "BiasFeatures",
        "BiasscoreError",
        "Checkpoint",
        "Columns",
        "Comparison",
        "ConfigError",
        "Contrast",
        "CorpusSettings",
        "Estimate",
        "InputError",
        "LabelError",
        "Measurement",
        "MentionScore",
        "ModelError",
        "OutputError",
        "Priors",
        "Runtime",
        "Scorer",
        "compare",
        "estimate_priors",
        "load_actors_file",
        "score",
        "score_corpus",
    ]
    for name in bs.__all__:
        assert getattr(bs, name) is not None


def test_names_that_are_loaded_later_are_listed() -> None:
    code = "import sys, biasscore as bs; print(set(bs.__all__) - set(dir(bs)), 'torch' in sys.modules)"
    assert run(code) == "set() False"


def test_unknown_names_are_attribute_errors() -> None:
    assert not hasattr(bs, "Scorrer")


def public_objects() -> Iterator[tuple[str, object]]:
    yield "biasscore", bs
    for name in bs.__all__:
        thing = getattr(bs, name)
        yield name, thing
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, classmethod | property)):
                yield f"{name}.{member}", value


def test_every_public_object_is_described() -> None:
    found = dict(public_objects())
    assert "ArticleProfile.to_dict" in found
    assert "Scorer.score_many" in found
    assert [name for name, thing in found.items() if not (inspect.getdoc(thing) or "").strip()] == []
    # A dataclass without a docstring is given its signature as one.
    assert [name for name, thing in found.items() if (inspect.getdoc(thing) or "").startswith(f"{name}(")] == []


def test_every_error_is_one_of_ours_and_a_value_error() -> None:
    for error in (bs.ActorError, bs.ConfigError, bs.InputError, bs.LabelError, bs.ModelError):
        assert issubclass(error, bs.BiasscoreError)
        assert issubclass(error, ValueError)


def test_an_error_quotes_what_others_said_and_no_words_of_ours() -> None:
    shown = {
        "got 'none'.": "none",
        "got none.": Described("none"),
        "got int.": int,
        "got [1, 'a'].": [1, "a"],
        f"got '{'x' * 76}....": "x" * 90,
    }
    for end, got in shown.items():
        assert expected("x", "there", got, "Look.") == f"Expected `x` to be there, {end} Look."


# --- imports and the network -----------------------------------------------------------------------------------------

HEAVY = ["torch", "transformers", "tokenizers", "sklearn", "pandas", "pyarrow", "datasets", "rich", "numpy"]


def test_import_loads_nothing_heavy() -> None:
    assert run(f"import sys, biasscore; print([name for name in {HEAVY} if name in sys.modules])") == "[]"


def test_actors_can_be_made_without_torch() -> None:
    code = "import sys, biasscore as bs; bs.Actor('EU'); bs.Measurement(); bs.Runtime(); print('torch' in sys.modules)"
    assert run(code) == "False"


def test_scoring_needs_neither_the_network_nor_the_training_libraries() -> None:
    code = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "urllib.Request"):
        raise RuntimeError(f"{event} {arguments}")

sys.addaudithook(refuse)
import biasscore
profile = biasscore.score("NATO came too late. Kazakhstan kept its word.")
unwanted = ("transformers", "datasets", "sklearn", "pandas", "huggingface_hub")
print(profile["NATO"].mentions, [name for name in unwanted if name in sys.modules])
"""
    assert run(code, HF_HUB_OFFLINE="0") == "1 []"


# --- what is shipped -------------------------------------------------------------------------------------------------

SHIPPED = [
    "py.typed",
    "data/actors.toml",
    "data/countries.toml",
    "data/given_names.toml",
    "data/homonyms.toml",
    "data/organisations.toml",
    "data/reporting.toml",
    "data/abbreviations.toml",
    "training/relabelled/dse.jsonl",
    "training/relabelled/newsmtsc.jsonl",
    "weights/README.md",
    "weights/config.json",
    "weights/model.safetensors",
    "weights/refinement.safetensors",
    "weights/tokenizer.json",
]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_installed_package_holds(name: str) -> None:
    assert (PACKAGE / name).is_file()


def test_the_weights_are_small() -> None:
    assert sum(file.stat().st_size for file in (PACKAGE / "weights").rglob("*") if file.is_file()) <= 30_000_000


def test_the_metadata() -> None:
    found = metadata.metadata("biasscore")
    assert found["License-Expression"] == "Apache-2.0"
    assert found["Requires-Python"] == "<3.15,>=3.11"
    (script,) = metadata.entry_points(group="console_scripts", name="biasscore")
    assert script.value == "biasscore.cli:main"


@in_repository
def test_the_wheel_takes_the_whole_package_and_the_licences() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["biasscore"]}  # all of it: nothing is left out
    for name in project["project"]["license-files"]:
        assert (ROOT / name).read_text(encoding="utf-8").strip()
    assert {"LICENSE", "NOTICE"} <= set(project["project"]["license-files"])
    # Hatchling leaves out what git ignores.
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not [
        rule for rule in ignored if rule.strip("/*") in {"weights", "data", "biasscore", ".md", ".toml", ".json"}
    ]
    assert not any("safetensors" in rule for rule in ignored)


@in_repository
@pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling is not installed")
def test_the_built_wheel_holds_everything(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"biasscore/{name}" for name in SHIPPED} <= set(names)
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert not [name for name in names if name.split("/")[0] in ("tests", "benchmarks", "fixtures", "notebooks")]


# --- what the repository must not hold -------------------------------------------------------------------------------

#: Folders in which a machine keeps what is its user's own.
HOMES = re.compile(
    rb"(?<![\w.~:/-])/(?:" + b"|".join([b"home", b"Users", b"root", b"work", b"mnt", b"tmp"]) + rb")/\w|[A-Z]:\\Users"
)


def repository_files() -> list[Path]:
    """The files that git knows or would take."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if done.returncode:
        pytest.skip("no git here")
    return [ROOT / os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


@in_repository
def test_no_file_names_a_path_of_a_machine() -> None:
    here = [str(path).encode() for path in (ROOT, Path(sys.prefix)) if len(path.parts) > 2]
    files = [file for file in repository_files() if file.is_file()]
    assert len(files) > 20
    guilty = []
    for file in files:
        content = file.read_bytes()
        if HOMES.search(content) or any(path in content for path in here):
            guilty.append(str(file.relative_to(ROOT)))
    assert guilty == []
