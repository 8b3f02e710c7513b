"""Fill .venv from requirements.lock, with uv where it can be had and with pip where not.

Run by `make` with any Python 3: only the standard library, and readable by an old interpreter.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOCK = os.path.join(ROOT, "requirements.lock")
READY = os.path.join(VENV, ".ready")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(SCRIPTS, "python.exe" if os.name == "nt" else "python")
QUIET_LAB = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": False,
    }
}


def stop(found, remedy):
    """End with a letter instead of a traceback."""
    sys.stderr.write("The environment cannot be set up.\n")
    sys.stderr.write("    found      " + found + "\n    remedy     " + remedy + "\n")
    sys.exit(2)


def runs(*command):
    """Run a command and tell whether it succeeded."""
    # pip trusts the machine's certificates, as firms and schools need; uv only when asked.
    environment = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true", **os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return subprocess.call(list(command), cwd=ROOT, env=environment) == 0
    except OSError:
        return False


def has_module(name, python=sys.executable):
    """Tell whether an interpreter can import a module."""
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(%r) is None)" % name
    return runs(python, "-c", code)


def lock_hash():
    """Name the environment by what was asked of it."""
    with open(LOCK, "rb") as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def is_ready():
    """Tell whether the environment already holds this very lock and still starts."""
    try:
        with open(READY, encoding="utf-8") as stamp:
            return stamp.read().strip() == lock_hash() and runs(PYTHON, "-c", "import analysis")
    except OSError:
        return False


def make_venv(with_pip):
    """Create the virtual environment unless one stands; renew one whose interpreter is gone."""
    if runs(PYTHON, "-c", "pass"):
        return
    if with_pip and not has_module("ensurepip"):
        stop(
            "this Python (" + sys.executable + ") lacks the module ensurepip, and there is no uv",
            "on Debian and Ubuntu: apt install python3-venv; then run make again",
        )
    options = ["--clear"] if with_pip else ["--clear", "--without-pip"]
    if not runs(sys.executable, "-m", "venv", *options, VENV):
        stop(
            "`" + sys.executable + " -m venv` failed, see above",
            "on Debian and Ubuntu: apt install python3-venv; check that the folder is writable",
        )


def pinned_uv():
    """Take uv's own entry, with its hashes, out of the lock."""
    with open(LOCK, encoding="utf-8") as lock:
        entry = re.search(r"^uv==(?:.*\\\n)+.*", lock.read(), re.MULTILINE)
    return entry.group(0) if entry else ""


def find_uv():
    """Return a uv that starts: the one on PATH, else the pinned one put in .venv by pip."""
    on_path = shutil.which("uv")
    if on_path and runs(on_path, "--version"):
        return on_path
    ours = os.path.join(SCRIPTS, "uv.exe" if os.name == "nt" else "uv")
    if not os.path.exists(ours):
        with tempfile.TemporaryDirectory() as folder:
            wanted = os.path.join(folder, "uv.txt")
            with open(wanted, "w", encoding="utf-8") as file:
                file.write(pinned_uv() + "\n")
            runs(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", wanted)
    return ours if runs(ours, "--version") else None


def install_with_uv(uv):
    """Make .venv hold exactly the lock, byte code included."""
    options = ["--quiet", "--require-hashes", "--compile-bytecode", "--python", PYTHON]
    return runs(uv, "pip", "sync", *options, LOCK)


def install_with_pip():
    """Install the lock with pip: slower, and it needs nothing else."""
    print("uv cannot be used here; installing with pip, which takes a minute or two.", flush=True)
    if not has_module("pip", PYTHON) and not runs(PYTHON, "-m", "ensurepip"):
        stop(
            "uv did not succeed, and this Python lacks ensurepip to fall back on pip",
            "on Debian and Ubuntu: apt install python3-venv; remove .venv and run make again",
        )
    options = ["--quiet", "--require-hashes", "--no-deps"]
    if not runs(PYTHON, "-m", "pip", "install", *options, "-r", LOCK):
        stop(
            "neither uv nor pip could install requirements.lock, see above",
            "check the connection to the package index (or pip's own settings) and run make again",
        )


def finish():
    """Put src on the path, silence JupyterLab's news and compile what is ours."""
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([PYTHON, "-c", question], universal_newlines=True).strip()
    # Relative, so that a checkout whose path is not ASCII, or that moves, still works.
    with open(os.path.join(packages, "analysis.pth"), "w", encoding="ascii") as path:
        path.write(os.path.relpath(os.path.join(ROOT, "src"), packages) + "\n")
    settings = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    os.makedirs(settings, exist_ok=True)
    with open(os.path.join(settings, "overrides.json"), "w", encoding="utf-8") as file:
        json.dump(QUIET_LAB, file, indent=1)
    runs(PYTHON, "-m", "compileall", "-q", "-j", "0", packages, os.path.join(ROOT, "src"))
    if not runs(PYTHON, "-c", "import analysis"):
        stop("the new environment cannot import `analysis`", "remove .venv and run make again")


def main():
    """Set up unless the very same lock is already installed."""
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:3]))
        stop(
            "Python " + version + " (" + sys.executable + ")",
            "install Python 3.11 or later, or name one: make PYTHON3=/path/to/python3.11",
        )
    if not is_ready():
        print("Setting up .venv; this takes a minute or two, once.", flush=True)
        make_venv(with_pip=not shutil.which("uv"))
        uv = find_uv()
        if not (uv and install_with_uv(uv)):
            install_with_pip()
        finish()
    with open(READY, "w", encoding="utf-8") as stamp:
        stamp.write(lock_hash() + "\n")


if __name__ == "__main__":
    main()
