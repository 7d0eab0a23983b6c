"""Make a machine ready: virtual environment, packages, system libraries. Standard library only.

Run by path (`python3 -I schools24/bootstrap.py local|dev`), before anything else is installed. Each step is
skipped when nothing changed since it last succeeded, so a second start loses no time here.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What each set also satisfies: every lock is compiled against the largest one.
CONTAINED = {"local": ("local", "dev"), "dev": ("dev",)}
PDF_LIBRARIES = {
    "linux": ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
    "darwin": ("libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.dylib"),
}
PDF_PACKAGES = {
    "apt-get": ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core"),
    "brew": ("pango",),
}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main(wanted: str) -> None:
    make_environment()
    install_packages(wanted)
    provide_pdf_libraries()
    if wanted == "dev":
        provide_chromium()


def make_environment() -> None:
    """A working .venv; one that was moved, or whose Python is gone, is made anew."""
    if _python_works() and not _moved():
        return
    say("Making the virtual environment .venv")
    if importlib.util.find_spec("ensurepip") is None and not _provide_venv_module():
        _venv_by_uv()
        return
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_packages(wanted: str) -> None:
    if any(_stamp(name).exists() and _stamp(name).read_text() == _mark(name) for name in CONTAINED[wanted]):
        return
    say("Installing Python packages (the first time takes a minute)")
    lock = REQUIREMENTS / f"{wanted}.txt"
    if not _install_by_uv(lock):
        # uv ignores pip's settings; behind a company mirror pip still finds the packages.
        run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)])
    _stamp(wanted).write_text(_mark(wanted))


def provide_pdf_libraries() -> None:
    """WeasyPrint draws PDF files with Pango, which no wheel brings; everything else works without."""
    if _loads_all(PDF_LIBRARIES.get(sys.platform, ())):
        return
    installed = install_system(PDF_PACKAGES, "Pango, which PDF documents need")
    if not installed:
        say("Going on without PDF documents.")


def provide_chromium() -> None:
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in CHROMIUM):
        return
    if sys.platform == "darwin" and Path("/Applications/Google Chrome.app").exists():
        return
    installed = install_system({"apt-get": ("chromium",)}, "Chromium, which the browser tests need")
    if not installed:
        say("The browser tests will be skipped.")


def install_system(packages: dict[str, tuple[str, ...]], what: str) -> bool:
    """Install with the system's own tool where that needs no password; otherwise name the command."""
    tool = next((name for name in packages if shutil.which(name)), None)
    if tool is None:
        say(f"Missing: {what}. Please install it with this system's package manager.")
        return False
    names = list(packages[tool])
    if tool == "brew":
        say(f"Installing {what}")
        return _succeeds(["brew", "install", "--quiet", *names])
    install = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *names]
    prefix = _root_prefix()
    if prefix is not None:
        say(f"Installing {what}")
        if _succeeds([*prefix, *install]):
            return True
        if _succeeds([*prefix, "apt-get", "update", "--quiet=2"]) and _succeeds([*prefix, *install]):
            return True
    say(f"Missing: {what}. To install it:\n\n    sudo apt-get install {' '.join(names)}\n")
    return False


# --- the virtual environment ---


def _python_works() -> bool:
    return PYTHON.exists() and _succeeds([str(PYTHON), "-c", "import sys"])


def _moved() -> bool:
    """Scripts in an environment carry its path; after moving the folder they point nowhere."""
    stamps = list(VENV.glob(".installed-*"))
    return any(not stamp.read_text().endswith(f" {VENV}\n") for stamp in stamps)


def _provide_venv_module() -> bool:
    """Debian and Ubuntu ship Python without ensurepip."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if shutil.which("uv"):
        return False
    if not install_system({"apt-get": (package,)}, f"{package}, which makes virtual environments"):
        raise SystemExit("Schools24 needs a virtual environment; run make again after installing that.")
    return True


def _venv_by_uv() -> None:
    run(["uv", "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(VENV)])


def _install_by_uv(lock: Path) -> bool:
    own = VENV / "bin" / "uv"
    if not own.exists():
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        if not _succeeds([*pip, "--require-hashes", "-r", str(REQUIREMENTS / "installer.txt")]):
            return False
    install = ["pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)]
    return _succeeds([str(own), *install])


def _stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


def _mark(name: str) -> str:
    digest = hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()
    return f"{digest} {VENV}\n"


# --- the system ---


def _loads_all(libraries: tuple[str, ...]) -> bool:
    folders = ("", "/opt/homebrew/lib/", "/usr/local/lib/") if sys.platform == "darwin" else ("",)
    return all(any(_loads(folder + name) for folder in folders) for name in libraries)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _root_prefix() -> list[str] | None:
    """What stands before a command to run it as root without asking, or None."""
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"This failed, its message stands above:\n\n    {' '.join(command)}\n")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0


def say(text: str) -> None:
    print(f"▸ {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
