"""Look into a zip without trusting it: nothing is unpacked to disk, nothing is read unbounded."""

import stat
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path, PurePosixPath, PureWindowsPath

from analysis.problems import StudyError, refuse

MOST_ENTRIES = 20_000
LARGEST_ENTRY = 256 * 2**20
LARGEST_TEXT = 64 * 2**20
LARGEST_TOTAL = 400 * 2**20
# Real project files pack about ten to one; a bomb of zeros packs a thousand to one.
HIGHEST_RATIO = 100
RATIO_MATTERS_FROM = 2 * 2**20
CHUNK = 2**18
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
EXPORT_AGAIN = "export the project again from the coding tool"


class Archive:
    """A zip whose entries may be read, each within bounds."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._left = LARGEST_TOTAL
        try:
            self._zip = zipfile.ZipFile(path)
        except DAMAGED as error:
            is_empty = path.is_file() and path.stat().st_size == 0
            found = "an empty file" if is_empty else "a file that is no zip, or half of one"
            raise refuse(name, found, "a whole REFI-QDA project", EXPORT_AGAIN) from error
        self.entries = {info.filename: info for info in self._zip.infolist()}
        try:
            self._check()
        except StudyError:
            self._zip.close()
            raise

    def __enter__(self) -> "Archive":
        """Use the archive for as long as it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._zip.close()

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MOST_ENTRIES:
            self._refuse(f"{len(infos)} entries", f"at most {MOST_ENTRIES}")
        if len(self.entries) < len(infos):
            self._refuse("two entries of one name", "each name once")
        folded = {name.casefold() for name in self.entries}
        if len(folded) < len(infos):
            self._refuse("two entries whose names differ in case only", "each name once")
        for info in infos:
            self._check_name(info)
            self._check_size(info)

    def _check_name(self, info: zipfile.ZipInfo) -> None:
        # zipfile cuts a name at a NUL byte and turns backslashes on Windows only.
        name = info.orig_filename
        places = (PurePosixPath(name), PureWindowsPath(name))
        if any(place.is_absolute() or place.drive or ".." in place.parts for place in places):
            self._refuse(f"an entry that points outside: {name[:80]!r}", "names inside the project")
        if any(ord(letter) < 32 for letter in name) or name.startswith(("/", "\\")):
            self._refuse(f"an entry with a strange name: {name[:80]!r}", "plain names")
        if stat.S_ISLNK(info.external_attr >> 16):
            self._refuse(f"an entry that is a link: {name[:80]!r}", "files only")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self._refuse(f"an entry packed in another way: {name[:80]!r}", "an ordinary zip")
        if info.flag_bits & 1:
            remedy = "export the project again without a password"
            found = f"an encrypted entry: {name[:80]!r}"
            raise refuse(self.name, found, "a project that can be read", remedy)

    def _check_size(self, info: zipfile.ZipInfo) -> None:
        packed = max(info.compress_size, 1)
        is_bomb = info.file_size > RATIO_MATTERS_FROM and info.file_size / packed > HIGHEST_RATIO
        if is_bomb:
            found = (
                f"{info.filename[:80]!r} unpacks to {info.file_size / packed:.0f} times its size"
            )
            self._refuse(found, f"at most {HIGHEST_RATIO} times")

    def _refuse(self, found: str, allowed: str) -> None:
        raise refuse(self.name, found, allowed, EXPORT_AGAIN)

    def chunks(self, entry: str) -> Generator[bytes]:
        """Read an entry piece by piece; sizes are counted as they come, not as declared."""
        info = self.entries[entry]
        read = 0
        try:
            with self._zip.open(info) as file:
                while piece := file.read(CHUNK):
                    read += len(piece)
                    self._left -= len(piece)
                    packed = max(info.compress_size, 1)
                    too_thin = read > RATIO_MATTERS_FROM and read / packed > HIGHEST_RATIO
                    if read > LARGEST_ENTRY or self._left < 0 or too_thin:
                        self._refuse(f"{entry[:80]!r} is larger than a text can be", "a project")
                    yield piece
        except DAMAGED as error:
            found = f"a damaged entry: {entry[:80]!r}"
            raise refuse(self.name, found, "a whole REFI-QDA project", EXPORT_AGAIN) from error

    def read(self, entry: str) -> bytes:
        """Read a whole text within bounds."""
        if self.entries[entry].file_size > LARGEST_TEXT:
            self._refuse(f"{entry[:80]!r} is larger than a text can be", "texts up to 64 MB")
        return b"".join(self.chunks(entry))
