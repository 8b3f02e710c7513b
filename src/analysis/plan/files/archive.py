"""Look into a zip without trusting it: nothing is unpacked to disk, nothing is read unbounded."""

import io
import stat
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path, PurePosixPath, PureWindowsPath

from analysis.plan.files.sizes import (
    HIGHEST_RATIO,
    LARGEST,
    LARGEST_TEXT,
    LARGEST_TOTAL,
    MOST_ENTRIES,
    is_bomb,
)
from analysis.plan.problems import StudyError, refuse

CHUNK = 2**18
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


class Archive:
    """A zip, in a file or in memory, whose entries may be read, each within bounds."""

    def __init__(self, packed: Path | bytes, name: str) -> None:
        self.name = name
        self._left = LARGEST_TOTAL
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(packed) if isinstance(packed, bytes) else packed)
        except DAMAGED as error:
            is_empty = isinstance(packed, Path) and packed.is_file() and not packed.stat().st_size
            letter = "files.empty_project" if is_empty else "files.no_zip"
            raise refuse(letter, name) from error
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
            raise refuse("files.many_entries", self.name, n=len(infos), most=MOST_ENTRIES)
        if len(self.entries) < len(infos):
            raise refuse("files.entries_of_one_name", self.name)
        folded = {name.casefold() for name in self.entries}
        if len(folded) < len(infos):
            raise refuse("files.names_in_case_only", self.name)
        for info in infos:
            self._check_name(info)
            self._check_size(info)

    def _check_name(self, info: zipfile.ZipInfo) -> None:
        # zipfile cuts a name at a NUL byte and turns backslashes on Windows only.
        name = info.orig_filename
        places = (PurePosixPath(name), PureWindowsPath(name))
        if any(place.is_absolute() or place.drive or ".." in place.parts for place in places):
            raise refuse("files.entry_outside", self.name, name=name[:80])
        if any(ord(letter) < 32 for letter in name) or name.startswith(("/", "\\")):
            raise refuse("files.entry_name", self.name, name=name[:80])
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refuse("files.entry_link", self.name, name=name[:80])
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse("files.entry_packed", self.name, name=name[:80])
        if info.flag_bits & 1:
            raise refuse("files.entry_encrypted", self.name, name=name[:80])

    def _check_size(self, info: zipfile.ZipInfo) -> None:
        if is_bomb(info.file_size, info.compress_size):
            times, most = info.file_size / max(info.compress_size, 1), HIGHEST_RATIO
            letter, name = "files.entry_bomb", info.filename[:80]
            raise refuse(letter, self.name, name=name, times=times, most=most)

    def chunks(self, entry: str) -> Generator[bytes]:
        """Read an entry piece by piece; sizes are counted as they come, not as declared."""
        info = self.entries[entry]
        read = 0
        try:
            with self._zip.open(info) as file:
                while piece := file.read(CHUNK):
                    read += len(piece)
                    self._left -= len(piece)
                    too_thin = is_bomb(read, info.compress_size)
                    if read > LARGEST or self._left < 0 or too_thin:
                        raise refuse("files.entry_too_large", self.name, name=entry[:80])
                    yield piece
        except DAMAGED as error:
            raise refuse("files.entry_damaged", self.name, name=entry[:80]) from error

    def read(self, entry: str) -> bytes:
        """Read a whole text within bounds."""
        if self.entries[entry].file_size > LARGEST_TEXT:
            raise refuse("files.text_too_large", self.name, name=entry[:80])
        return b"".join(self.chunks(entry))
