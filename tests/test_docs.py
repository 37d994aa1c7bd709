"""The documentation is run: notebooks, the blocks of the README, the examples in docstrings."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from types import CodeType

import nbformat
import pytest
from nbclient import NotebookClient

import biasscore
from biasscore import cli

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PACKAGE = Path(biasscore.__file__).parent


@pytest.fixture
def working_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the repository, so that what an example writes does not stay there."""
    for entry in ROOT.iterdir():
        if not entry.name.startswith("."):
            (tmp_path / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- notebooks -------------------------------------------------------------------------------------------------------


def test_there_are_notebooks() -> None:
    assert "01_first_profile.ipynb" in [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebooks_are_kept_without_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebooks_run(path: Path, working_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(working_copy / variable.lower()))
    # "python3" is the Python that runs this, whatever else is installed.
    client = NotebookClient(
        nbformat.read(path, as_version=4),
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(working_copy / "notebooks")}},
    )
    client.execute()


# --- README ----------------------------------------------------------------------------------------------------------

BLOCK = re.compile(r"^([ ]*)```([a-z]+)[^\n]*\n(.*?)^[ ]*```[ ]*$", re.MULTILINE | re.DOTALL)


def blocks(markdown: str, language: str) -> list[tuple[int, str]]:
    """Line number of the first line, and the text, of every block in a language."""
    return [
        (markdown.count("\n", 0, match.start(3)) + 1, textwrap.dedent(match.group(3)))
        for match in BLOCK.finditer(markdown)
        if match.group(2) == language
    ]


def commands(block: str) -> list[str]:
    """The commands of a block of bash, joined where they go on in the next line."""
    lines = block.replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ").strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_blocks_are_found() -> None:
    text = (
        "x\n```python\na = 1\n```\ny\n  ```bash\n  $ biasscore score \\\n    a.txt  # words\n  ```\n```json\n{}\n```\n"
    )
    assert blocks(text, "python") == [(3, "a = 1\n")]
    assert [commands(block) for _, block in blocks(text, "bash")] == [["biasscore score    a.txt  # words"]]


def test_python_blocks_run_one_after_the_other(readme: str, working_copy: Path) -> None:
    namespace: dict[str, object] = {"__name__": "readme"}
    for line, block in blocks(readme, "python"):
        # Empty lines in front give errors the line numbers of the README.
        code: CodeType = compile("\n" * (line - 1) + block, "README.md", "exec")
        exec(code, namespace)


def test_commands_run(readme: str, working_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _, block in blocks(readme, "bash"):
        if not block.lstrip("$ \n").startswith("biasscore "):
            continue
        for command in commands(block):
            assert run(command) == 0, f"{command}\n{capsys.readouterr().err}"
    capsys.readouterr()


def run(command: str) -> int:
    """Run a command: in this process where it is ours alone, else in a shell."""
    if not re.search(r"[|<>;&$`*?]", command):
        program, *arguments = shlex.split(command, comments=True)
        if program == "biasscore":
            return cli.main(arguments)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, shell=True, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL)
    return done.returncode


# --- docstrings ------------------------------------------------------------------------------------------------------


def test_examples_in_docstrings(working_copy: Path) -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        if ">>> " not in file.read_text(encoding="utf-8"):
            continue
        name = ".".join(["biasscore", *file.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0, name
