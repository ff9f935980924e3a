"""Parquet written by hand: the thrift of its footer and page headers, so that every number can lie."""

import struct
import zlib

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
INT64, BYTE_ARRAY = 2, 6
PLAIN, RLE, DELTA_BINARY, DELTA_LENGTH, DELTA_BYTES, RLE_DICTIONARY = 0, 3, 5, 6, 7, 8
NONE, SNAPPY, GZIP, ZSTD = 0, 1, 2, 6


def varint(value):
    """An unsigned LEB128 number."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def zigzag(value):
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def thrift(fields):
    """A struct in the compact protocol: `fields` maps ids to (type, value)."""
    out, last = bytearray(), 0
    for number, (kind, value) in sorted(fields.items()):
        delta = number - last
        out += bytes([delta << 4 | kind]) if 0 < delta < 16 else bytes([kind]) + zigzag(number)
        out += encoded(kind, value)
        last = number
    return bytes(out) + b"\0"


def encoded(kind, value):
    if kind in (I32, I64):
        return zigzag(value)
    if kind == BINARY:
        return varint(len(value)) + value
    if kind == STRUCT:
        return value
    item, values = value
    count = len(values)
    head = bytes([count << 4 | item]) if count < 15 else bytes([0xF0 | item]) + varint(count)
    return head + b"".join(encoded(item, one) for one in values)


def element(name, kind=None, repetition=0, children=None, text=False):
    """An element of the schema; repetition 0 is required, 1 optional, 2 repeated."""
    fields = {4: (BINARY, name)}
    if kind is not None:
        fields[1] = (I32, kind)
    if repetition is not None:
        fields[3] = (I32, repetition)
    if children is not None:
        fields[5] = (I32, children)
    if text:
        fields[6] = (I32, 0)
    return thrift(fields)


def page(data, values, encoding=PLAIN, kind=0, size=None, packed=None, crc=True):
    """A page with its header. The checksum is that of the data as stored."""
    body = data if packed is None else packed
    fields = {1: (I32, kind), 2: (I32, len(data) if size is None else size), 3: (I32, len(body))}
    if crc:
        checksum = zlib.crc32(body) if crc is True else crc
        fields[4] = (I32, checksum - (1 << 32) if checksum >= 1 << 31 else checksum)
    if kind == 2:
        fields[7] = (STRUCT, thrift({1: (I32, values), 2: (I32, encoding)}))
    else:
        fields[5] = (STRUCT, thrift({1: (I32, values), 2: (I32, encoding), 3: (I32, RLE), 4: (I32, RLE)}))
    return thrift(fields) + body


def plain_ids(ids):
    return b"".join(struct.pack("<q", number) for number in ids)


def plain_texts(texts):
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


class Column:
    """A column chunk: its pages, and what its metadata says of them."""

    def __init__(self, name, kind, pages, values, codec=NONE, dictionary=b"", optional=False, **lies):
        self.name, self.kind, self.values, self.codec = name, kind, values, codec
        self.dictionary, self.pages, self.optional, self.lies = dictionary, pages, optional, lies

    def element(self):
        return element(self.name, self.kind, int(self.optional), text=self.kind == BYTE_ARRAY)

    def chunk(self, at):
        """The chunk that lies at `at`."""
        size = len(self.dictionary) + len(self.pages)
        fields = {
            1: (I32, self.lies.get("stored_kind", self.kind)),
            2: (LIST, (I32, [PLAIN, RLE, RLE_DICTIONARY])),
            3: (LIST, (BINARY, self.lies.get("path", [self.name]))),
            4: (I32, self.lies.get("codec", self.codec)),
            5: (I64, self.values),
            6: (I64, self.lies.get("size", size)),
            7: (I64, self.lies.get("packed", size)),
            9: (I64, self.lies.get("offset", at + len(self.dictionary))),
        }
        if self.dictionary:
            fields[11] = (I64, self.lies.get("dictionary_offset", at))
        if "statistics" in self.lies:
            low, high = self.lies["statistics"]
            fields[12] = (STRUCT, thrift({3: (I64, 0), 5: (BINARY, high), 6: (BINARY, low)}))
        return thrift({2: (I64, at), 3: (STRUCT, thrift(fields))})


def ids(numbers=(1, 2, 3), **lies):
    """The column `id`."""
    return Column(b"id", INT64, page(plain_ids(numbers), len(numbers)), len(numbers), **lies)


def texts(values=(b"a", b"b", b"c"), **lies):
    """The column `text`."""
    return Column(b"text", BYTE_ARRAY, page(plain_texts(values), len(values)), len(values), **lies)


def footer(metadata, length=None, magic=b"PAR1"):
    return metadata + struct.pack("<I", len(metadata) if length is None else length) + magic


def metadata(schema, rows, groups):
    fields = {1: (I32, 1), 2: (LIST, (STRUCT, schema)), 3: (I64, rows), 4: (LIST, (STRUCT, groups))}
    return thrift(fields | {6: (BINARY, b"by hand")})


def group(chunks, rows, size):
    return thrift({1: (LIST, (STRUCT, chunks)), 2: (I64, size), 3: (I64, rows)})


def file(columns, rows=None, group_rows=None, group_size=None):
    """A whole file of one row group."""
    rows = columns[0].values if rows is None else rows
    out, chunks = bytearray(b"PAR1"), []
    for column in columns:
        chunks.append(column.chunk(len(out)))
        out += column.dictionary + column.pages
    size = len(out) - 4 if group_size is None else group_size
    schema = [element(b"schema", repetition=None, children=len(columns)), *(column.element() for column in columns)]
    groups = [group(chunks, rows if group_rows is None else group_rows, size)]
    return bytes(out) + footer(metadata(schema, rows, groups))
