"""Many PDF files become one, or a ZIP: written as they are read, so that memory stays flat."""

import zipfile
from array import array
from collections.abc import Callable, Iterable
from typing import IO, Any, Final

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
)

Opened = Callable[[], IO[bytes]]
_CATALOG: Final = 1
_PAGES: Final = 2


def bind_pdf(documents: Iterable[Opened], target: IO[bytes]) -> int:
    """Write the pages of all documents one after another; returns how many pages.

    Each document keeps its own page tree, which becomes a branch of the whole one: its objects are numbered
    anew and written at once, and only their places are remembered.
    """
    book = _Book(target)
    for opened in documents:
        with opened() as content:
            book.add(PdfReader(content))
    return book.close()


def bind_zip(documents: Iterable[tuple[str, Opened]], target: IO[bytes]) -> None:
    """PDF files are packed already, so the archive only holds them."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, opened in documents:
            with opened() as content, archive.open(name, "w") as entry:
                while chunk := content.read(256 * 1024):
                    entry.write(chunk)


class _Book:
    """The file that grows: its head is written, then branch by branch, the catalog last."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        # By object number; 0 is nowhere, for the file begins with its head.
        self.places = array("Q", [0, 0, 0])
        self.branches: list[int] = []
        self.pages = 0
        self.last = _PAGES
        target.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, reader: PdfReader) -> None:
        trailer: Any = reader.trailer
        branch: IndirectObject = trailer["/Root"].raw_get("/Pages")
        left_out = {trailer.raw_get(name).idnum for name in ("/Root", "/Info") if name in trailer}
        # Counted first: what is read here is moved in its place.
        self.pages += len(reader.pages)
        before = self.last
        known = sorted({*reader.xref.get(0, {}), *reader.xref_objStm})
        for number in (one for one in known if one and one not in left_out):
            one: Any = reader.get_object(number)
            if one is None or isinstance(one, NullObject) or _is_frame(one):
                continue
            if number == branch.idnum:
                one[NameObject("/Parent")] = IndirectObject(_PAGES - before, 0, reader)
            self._write(before + number, _moved(one, before))
        self.branches.append(before + branch.idnum)
        self.last = before + known[-1]
        self._reach(self.last)

    def close(self) -> int:
        kids: PdfObject = ArrayObject([_reference(number) for number in self.branches])
        tree: dict[str, PdfObject] = {
            "/Type": NameObject("/Pages"),
            "/Kids": kids,
            "/Count": NumberObject(self.pages),
        }
        catalog: dict[str, PdfObject] = {"/Type": NameObject("/Catalog"), "/Pages": _reference(_PAGES)}
        self._write(_PAGES, _dictionary(tree))
        self._write(_CATALOG, _dictionary(catalog))
        self._write_places()
        return self.pages

    def _write(self, number: int, one: PdfObject) -> None:
        self._reach(number)
        self.places[number] = self.target.tell()
        self.target.write(f"{number} 0 obj\n".encode())
        one.write_to_stream(self.target)
        self.target.write(b"\nendobj\n")

    def _reach(self, number: int) -> None:
        self.places.extend([0] * (number + 1 - len(self.places)))

    def _write_places(self) -> None:
        begins, size = self.target.tell(), self.last + 1
        self.target.write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for number in range(1, size):
            place = self.places[number]
            line = f"{place:010} 00000 n \n" if place else "0000000000 65535 f \n"
            self.target.write(line.encode())
        tail = f"trailer\n<< /Size {size} /Root {_CATALOG} 0 R >>\nstartxref\n{begins}\n%%EOF\n"
        self.target.write(tail.encode())


def _moved(one: Any, by: int) -> Any:
    """The object with every reference in it pointing `by` numbers further."""
    if isinstance(one, IndirectObject):
        return IndirectObject(one.idnum + by, 0, one.pdf)
    if isinstance(one, DictionaryObject):
        for key in list(one):
            one[key] = _moved(one.raw_get(key), by)
    elif isinstance(one, ArrayObject):
        for index in range(len(one)):
            list.__setitem__(one, index, _moved(list.__getitem__(one, index), by))
    return one


def _reference(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _dictionary(values: dict[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in values.items()})


def _is_frame(one: Any) -> bool:
    """What only held the old file together."""
    return isinstance(one, DictionaryObject) and one.get("/Type") in {"/XRef", "/ObjStm"}
