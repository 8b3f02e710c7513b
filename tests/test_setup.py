"""Setting up: one lock, two installers, the same names for conda users."""

import importlib.util
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture
def set_up() -> ModuleType:
    """The set-up script, as a module of its own."""
    spec = importlib.util.spec_from_file_location("set_up", PROJECT / ".ci" / "set_up.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked() -> list[str]:
    """Every requirement in pyproject.toml, extras included."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]


def by_name(requirements: list[str]) -> dict[str, str]:
    """Requirements as name and range, without extras."""
    parts = [re.match(r"([\w.-]+)(?:\[\w+\])?(.*)", r.replace(" ", "")) for r in requirements]
    return {part[1].lower(): part[2] for part in parts if part}


def test_conda_users_get_the_same_names_and_ranges():
    listed = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in listed["dependencies"] if isinstance(entry, str)]
    pip = [e for entry in listed["dependencies"] if isinstance(entry, dict) for e in entry["pip"]]
    tools = {"python", "make", "git", "pip"}
    said = by_name([entry for entry in conda + pip if not entry.startswith("-")])
    assert tools <= said.keys()
    assert {name: span for name, span in said.items() if name not in tools} == by_name(asked())


def test_the_python_asked_for_is_the_same_everywhere(set_up):
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    conda = (PROJECT / "environment.yml").read_text(encoding="utf-8")
    assert project["requires-python"] == ">=3.11"
    assert "python>=3.11" in conda
    assert "(3, 11)" in Path(set_up.__file__).read_text(encoding="utf-8")


def test_every_requirement_is_locked_with_a_hash():
    entries = re.split(r"\n(?=[\w.-]+==)", (PROJECT / "requirements.lock").read_text())
    locked = {entry.split("==")[0].lower(): "--hash=sha256:" in entry for entry in entries}
    assert all(locked.values())
    assert by_name(asked()).keys() <= locked.keys()


def test_no_file_holds_the_address_of_an_index():
    for name in (
        "requirements.lock",
        "pyproject.toml",
        "environment.yml",
        "Makefile",
        ".ci/set_up.py",
    ):
        text = (PROJECT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), name


def test_uv_is_taken_from_the_lock_with_its_hashes(set_up):
    entry = set_up.pinned_uv()
    assert re.match(r"uv==[\d.]+ \\\n", entry)
    assert entry.count("--hash=sha256:") > 1
    assert entry.count("==") == 1


def test_an_old_python_is_refused_in_a_sentence(set_up, monkeypatch, capsys):
    monkeypatch.setattr(set_up.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as stopped:
        set_up.main()
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert "Python 3.9.2" in said and "install Python 3.11 or later" in said


def test_a_python_without_ensurepip_gets_the_remedy(set_up, monkeypatch, capsys):
    monkeypatch.setattr(set_up, "runs", lambda *_: False)
    with pytest.raises(SystemExit):
        set_up.make_venv(with_pip=True)
    assert "apt install python3-venv" in capsys.readouterr().err


def test_pip_takes_over_where_uv_fails(set_up, monkeypatch, tmp_path):
    commands = []

    def runs(*command):
        commands.append(command)
        return "sync" not in command

    monkeypatch.setattr(set_up, "runs", runs)
    monkeypatch.setattr(set_up, "is_ready", lambda: False)
    monkeypatch.setattr(set_up, "finish", lambda: None)
    monkeypatch.setattr(set_up, "READY", str(tmp_path / ".ready"))
    set_up.main()
    last = commands[-1]
    assert last[1:4] == ("-m", "pip", "install")
    assert "--require-hashes" in last


def test_a_ready_environment_installs_nothing(set_up, monkeypatch, tmp_path):
    stamp = tmp_path / ".ready"
    stamp.write_text(set_up.lock_hash())
    commands = []
    monkeypatch.setattr(set_up, "READY", str(stamp))
    monkeypatch.setattr(set_up, "runs", lambda *command: commands.append(command) or True)
    set_up.main()
    assert [command[1:] for command in commands] == [("-c", "import analysis")]


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """Run make as someone would at a prompt, also when make itself runs these tests."""
    alone = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *words], cwd=PROJECT, env=alone, capture_output=True, text=True, check=False
    )


needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed here")


@needs_make
def test_make_alone_lists_every_target():
    listed = make().stdout
    phony = re.search(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert re.findall(r"^  make ([\w-]+)", listed, re.MULTILINE) == phony[1].split()


@needs_make
def test_folders_with_spaces_reach_the_door_whole():
    dry = make("-n", "reports", "DATA=/my study", "REPORTS=/the out", "READY=", "PYTHON=py")
    said = dry.stdout
    assert '--data "/my study" --reports "/the out"' in said
    checked = make("-n", "check-data", "DATA=/my study", "REPORTS=/the out", "READY=", "PYTHON=py")
    assert '--data "/my study" --reports "/the out"' in checked.stdout


@needs_make
def test_a_missing_interpreter_is_named():
    ran = make("PYTHON3=python-that-is-not-here", "READY=.venv/.never", "test")
    assert ran.returncode != 0
    assert "Install Python 3.11 or later" in ran.stderr


def test_the_server_runs_what_a_desk_runs():
    assert (PROJECT / ".ci" / "run").read_text().rstrip().endswith("make test")


def test_every_file_the_library_reads_is_installed_with_it():
    setup = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    patterns = setup["setuptools"]["package-data"]["analysis"]
    files = [path for path in (PROJECT / "src/analysis").rglob("*") if path.is_file()]
    read = {path.suffix for path in files if "__pycache__" not in path.parts} - {".py"}
    assert {f"**/*{suffix}" for suffix in read} <= {*patterns}
