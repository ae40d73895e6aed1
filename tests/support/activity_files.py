"""Makes small files as watches and spreadsheets write them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_CRC = (
    *(0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401),
    *(0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400),
)
# Message and field numbers, sizes and base types, of the FIT profile.
RECORD, SESSION, ACTIVITY, EVENT, WORKOUT = 20, 18, 34, 21, 26
U8, U16, U32, S32, ENUM, TEXT = (1, 0x02), (2, 0x84), (4, 0x86), (4, 0x85), (1, 0x00), (16, 0x07)
_FORMS = {U8: "B", U16: "H", U32: "I", S32: "i", ENUM: "B", TEXT: "16s"}
Field = tuple[int, tuple[int, int], int | bytes]


def fit_time(at: datetime) -> int:
    return int((at - FIT_EPOCH).total_seconds())


def fit_message(number: int, fields: Sequence[Field]) -> bytes:
    """A definition and its one message."""
    definition = struct.pack("<BBBHB", 0x40, 0, 0, number, len(fields))
    definition += b"".join(struct.pack("BBB", field, *base) for field, base, _value in fields)
    values = b"".join(struct.pack("<" + _FORMS[base], value) for _field, base, value in fields)
    return definition + b"\0" + values


def fit_file(*messages: bytes, size: int | None = None, crc: int | None = None) -> bytes:
    """`size` and `crc`: what the file says instead of the truth."""
    body = b"".join(messages)
    header = struct.pack("<BBHI4s", 14, 0x10, 2132, len(body) if size is None else size, b".FIT")
    whole = header + struct.pack("<H", fit_crc(header)) + body
    return whole + struct.pack("<H", fit_crc(whole) if crc is None else crc)


def fit_crc(content: bytes) -> int:
    crc = 0
    for byte in content:
        for half in (byte & 0xF, byte >> 4):
            crc = (crc >> 4 & 0x0FFF) ^ _CRC[crc & 0xF] ^ _CRC[half]
    return crc


def gpx(*points: str, sport: str = "running", head: str = "", name: str = "Evening") -> bytes:
    """`points`: elements of one segment each."""
    segments = "".join(f"<trkseg>{segment}</trkseg>" for segment in points)
    kind = f"<type>{sport}</type>" if sport else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<gpx version="1.1" creator="test"'
        f' xmlns="http://www.topografix.com/GPX/1/1" xmlns:tp="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
        f"<metadata><name>Not this</name></metadata><trk><name>{name}</name>{kind}{segments}</trk></gpx>"
    ).encode()


def trkpt(latitude: object, longitude: object, second: int | None = None, inside: str = "") -> str:
    time = "" if second is None else f"<time>2025-12-01T10:{second // 60:02}:{second % 60:02}Z</time>"
    return f'<trkpt lat="{latitude}" lon="{longitude}">{time}{inside}</trkpt>'


def tcx(*activities: str) -> bytes:
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase'
        ' xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f"{''.join(activities)}</Activities></TrainingCenterDatabase>"
    ).encode()


def xlsx(sheet: str, *, parts: Mapping[str, bytes] | None = None, state: str = "visible") -> bytes:
    """A workbook of one sheet; `sheet`: what is in its `sheetData`. `parts`: more of them, or others of these names."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    own = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{spread}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{spread}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="Week" sheetId="1" state="{state}" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="22"/>'
        '<xf numFmtId="46"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    content = {name: text.encode() for name, text in own.items()} | dict(parts or {})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file.getvalue()


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
