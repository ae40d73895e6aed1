"""Reads XML element by element in bounded memory, without entities or document types (defusedxml over expat)."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from typing_extensions import override

from core.errors import SettingError
from core.files.extras import reader_library
from core.parsing.text_file import CHUNK_BYTES, Readable

MAX_BYTES = 256 * 1_048_576
MAX_SILENT_BYTES = 4 * 1_048_576  # in which no element begins or ends: one tag or text that never ends
MAX_DEPTH = 64
MAX_TEXT = 4_096  # characters kept of one element

BROKEN = "The XML cannot be read"


class Elements(ContentHandler):
    """Override `begin` and `end`. Names are without their prefix; SettingError from either ends the reading."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.events = 0
        self._text: list[str] = []
        self._length = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """`path` ends with `name`."""

    def end(self, name: str, text: str) -> None:
        """`text`: stripped, of this element after its last child; at most MAX_TEXT. `path` ends with the parent."""

    @override
    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        local = name.rpartition(":")[2]
        self.path.append(local)
        self.events += 1
        self._text, self._length = [], 0
        if len(self.path) > MAX_DEPTH:
            raise SettingError(f"{BROKEN}: elements are nested over {MAX_DEPTH} deep.")
        self.begin(local, dict(attrs.items()))

    @override
    def endElement(self, name: str) -> None:
        self.events += 1
        local = self.path.pop()
        text, self._text, self._length = "".join(self._text).strip(), [], 0
        self.end(local, text)

    @override
    def characters(self, content: str) -> None:
        if self._length < MAX_TEXT:
            self._text.append(content[: MAX_TEXT - self._length])
            self._length += len(content)


def read_elements(file: Readable, elements: Elements, kind: str, max_bytes: int = MAX_BYTES) -> None:
    """SettingError for what is no XML, is too large, or declares entities. `kind`: of the file, for the sentence that
    says what to install."""
    parser = reader_library("defusedxml.sax", kind).make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(elements)
    size = silent = 0
    try:
        while chunk := file.read1(CHUNK_BYTES):
            size += len(chunk)
            if size > max_bytes:
                raise SettingError(f"The file is larger than {max_bytes // 1_048_576} MB.")
            before = elements.events
            parser.feed(chunk)
            silent = silent + len(chunk) if elements.events == before else 0
            if silent > MAX_SILENT_BYTES:
                raise SettingError(f"{BROKEN}: one tag or text is longer than {MAX_SILENT_BYTES // 1_048_576} MB.")
        parser.close()
    except SAXException as error:
        where = f" (line {line})" if (line := getattr(error, "getLineNumber", lambda: 0)()) else ""
        raise SettingError(f"{BROKEN}: {error.getMessage()}{where}.") from None
    except (ValueError, LookupError):  # of defusedxml, and of expat for an encoding that it does not know
        raise SettingError(f"{BROKEN}: it has a document type, entities or an encoding that are not allowed.") from None
