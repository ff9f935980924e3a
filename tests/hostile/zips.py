"""Zips written by hand, so that every field can lie."""

import struct
import zlib
from dataclasses import dataclass


def deflate(data, level=9):
    """Raw deflate."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def deflate_chunks(chunks):
    """Raw deflate of chunks that are never held together: payload, checksum and length of what was packed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc, size = [], 0, 0
    for chunk in chunks:
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        packed.append(packer.compress(chunk))
    packed.append(packer.flush())
    return b"".join(packed), crc, size


@dataclass
class Entry:
    """A member. What is None follows from `data`; the `local_…` fields contradict the directory where they are set."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0
    payload: bytes = None
    crc: int = None
    size: int = None
    packed: int = None
    local_name: bytes = None
    local_size: int = None
    local_packed: int = None
    local_extra: bytes = b""
    extra: bytes = b""
    made_by: int = 20
    external: int = 0
    descriptor: bytes = b""
    in_directory: bool = True
    in_body: bool = True
    offset: int = None

    def __post_init__(self):
        if isinstance(self.name, str):
            self.name = self.name.encode()
            if not self.name.isascii():
                self.flags |= 1 << 11
        if self.payload is None:
            self.payload = deflate(self.data) if self.method == 8 else self.data
        if self.crc is None:
            self.crc = zlib.crc32(self.data)
        if self.size is None:
            self.size = len(self.data)
        if self.packed is None:
            self.packed = len(self.payload)

    def local(self):
        """The local header."""
        name = self.name if self.local_name is None else self.local_name
        size = self.size if self.local_size is None else self.local_size
        packed = self.packed if self.local_packed is None else self.local_packed
        crc = self.crc
        if self.flags & 8:
            size = packed = crc = 0
        fields = (0x04034B50, 20, self.flags, self.method, 0, 0x5821, crc, packed, size, len(name))
        return struct.pack("<IHHHHHIIIHH", *fields, len(self.local_extra)) + name + self.local_extra

    def central(self, offset):
        """The entry of the central directory."""
        fields = (0x02014B50, self.made_by, 20, self.flags, self.method, 0, 0x5821, self.crc, self.packed, self.size)
        lengths = (len(self.name), len(self.extra), 0, 0, 0, self.external, offset)
        return struct.pack("<IHHHHHHIIIHHHHHII", *fields, *lengths) + self.name + self.extra


def end(here, total, size, offset, comment=b"", disk=0, comment_len=None):
    """The end record."""
    length = len(comment) if comment_len is None else comment_len
    return struct.pack("<IHHHHIIH", 0x06054B50, disk, disk, here, total, size, offset, length) + comment


def end64(total, size, offset, at):
    """The ZIP64 end record, which lies at `at`, with its locator."""
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, total, total, size, offset)
    return record + struct.pack("<IIQI", 0x07064B50, 0, at, 1)


def body(entries):
    """Local headers with their data, and the central directory."""
    out, directory = bytearray(), bytearray()
    for entry in entries:
        offset = len(out) if entry.offset is None else entry.offset
        if entry.in_body:
            out += entry.local() + entry.payload + entry.descriptor
        if entry.in_directory:
            directory += entry.central(offset)
    return bytes(out), bytes(directory)


def build(entries, comment=b"", count=None, count_here=None, zip64=False):
    """A zip of `entries`."""
    out, directory = body(entries)
    number = sum(entry.in_directory for entry in entries)
    total = number if count is None else count
    here = total if count_here is None else count_here
    tail = b""
    if zip64:
        tail = end64(number, len(directory), len(out), len(out) + len(directory))
        here = total = min(total, 0xFFFF)
    return out + directory + tail + end(here, total, len(directory), len(out), comment)


def record(number, text="조각"):
    """One record of the shape that all cases share."""
    return ('{"id":%d,"text":"%s"}' % (number, text)).encode()


def member(name, number, **fields):
    """A member of one record."""
    return Entry(name, record(number), **fields)


def one(name, data):
    """A zip of one member."""
    return build([Entry(name, data)])


def streamed(name, chunks, **fields):
    """A member made of chunks that are never held together."""
    payload, crc, size = deflate_chunks(chunks)
    return Entry(name, **{"payload": payload, "crc": crc, "size": size} | fields)
