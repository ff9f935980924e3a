"""T*: tars and compressed streams."""

import gzip
import lzma
import struct
import zlib

from zips import record

MIB = 1 << 20


def header(name, size, kind=b"0", link=b"", prefix=b"", magic=b"ustar\x0000", size_field=None, checksum=None):
    """One header block."""
    block = bytearray(512)

    def put(at, data):
        block[at : at + len(data)] = data

    put(0, name)
    put(100, b"0000644\0")
    put(108, b"0000000\0")
    put(116, b"0000000\0")
    put(124, b"%011o\0" % size if size_field is None else size_field)
    put(136, b"00000000000\0")
    put(156, kind)
    put(157, link)
    put(257, magic)
    put(345, prefix)
    put(148, b" " * 8)
    put(148, b"%06o\0 " % (sum(block) if checksum is None else checksum))
    return bytes(block)


def padded(data):
    return data + bytes(-len(data) % 512)


def file(name, data, **fields):
    """A member."""
    return header(name, len(data), **fields) + padded(data)


def pax_record(key, value):
    """`length key=value\\n`, whose length counts itself."""
    rest = b" %s=%s\n" % (key, value)
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length += 1
    return str(length).encode() + rest


def pax(content, kind=b"x"):
    return file(b"PaxHeaders/x", content, kind=kind)


END = bytes(1024)


def zstd_frame(blocks, window=None, size=None):
    """A zstd frame of `blocks`: (type, length, bytes), type 0 raw, 1 repeated byte."""
    if window is None:
        head = struct.pack("<IBI", 0xFD2FB528, 0b1010_0000, size)
    else:
        head = struct.pack("<IBB", 0xFD2FB528, 0, window)
    out = bytearray(head)
    for number, (kind, length, data) in enumerate(blocks):
        last = number + 1 == len(blocks)
        out += struct.pack("<I", length << 3 | kind << 1 | last)[:3] + data
    return bytes(out)


def make(corpus):
    one, two = record(1), record(2)
    smuggled = file(b"smuggled.json", record(666)) + END
    # The fixed field says 0, PAX says all: whoever believes the fixed field finds a member inside the member.
    inner = padded(b'{"id":1,"text":"outer"}' + b" " * 489) + smuggled + b'{"id":3}'
    outer = pax(pax_record(b"size", b"%d" % len(inner))) + header(b"outer.json", 0) + padded(inner)
    corpus.put("T01_pax_size/a.tar", outer + file(b"b.json", two) + END)
    # The other way about: the fixed field is large, PAX says 0.
    outer = pax(pax_record(b"size", b"0")) + header(b"outer.json", 2048)
    corpus.put("T01b_pax_size_zero/a.tar", outer + file(b"b.json", two) + END)
    twice = pax(pax_record(b"size", b"5") + pax_record(b"size", b"%d" % len(one)))
    corpus.put("T01c_pax_size_twice/a.tar", twice + file(b"a.json", one) + END)

    corpus.put("T02_pax_malformed/a.tar", file(b"a.json", one) + pax(b"99 path=b\n") + file(b"b.json", two) + END)
    corpus.put("T02b_pax_no_length/a.tar", file(b"a.json", one) + pax(b"path=b\n") + file(b"b.json", two) + END)
    long_name = file(b"././@LongLink", b"\0", kind=b"L")
    corpus.put("T02c_empty_long_name/a.tar", file(b"a.json", one) + long_name + file(b"b.json", two) + END)
    long_name = header(b"././@LongLink", 1 << 33, kind=b"L", size_field=b"77777777777\0")
    corpus.put("T02d_endless_long_name/a.tar", file(b"a.json", one) + long_name + file(b"b.json", two) + END)
    good = pax(pax_record(b"path", "라벨/긴 이름.json".encode())) + file(b"short.json", one)
    corpus.put("T02e_pax_path/a.tar", good + END)
    up = pax(pax_record(b"path", b"../../etc/x.json")) + file(b"short.json", one)
    corpus.put("T02f_pax_path_up/a.tar", up + file(b"b.json", two) + END)

    corpus.put("T03_checksum/a.tar", file(b"a.json", one) + file(b"b.json", two, checksum=1) + END)
    negative = header(b"b.json", 0, size_field=b"\xff" * 12)
    corpus.put("T03b_negative_size/a.tar", file(b"a.json", one) + negative + padded(two) + END)
    huge = header(b"b.json", 0, size_field=b"\x80" + bytes(3) + struct.pack(">Q", 1 << 63))
    corpus.put("T03c_size_2_63/a.tar", file(b"a.json", one) + huge + padded(two) + END)
    long = header(b"b.json", 0, size_field=b"\x80" + bytes(3) + struct.pack(">Q", 1 << 40))
    corpus.put("T03d_size_1_tib/a.tar", file(b"a.json", one) + long + padded(two) + END)

    kinds = {b"1": b"hard", b"2": b"soft", b"3": b"char", b"4": b"block", b"6": b"fifo"}
    links = b"".join(header(name + b".json", 0, kind=kind, link=b"/etc/passwd") for kind, name in kinds.items())
    corpus.put("T04_links/a.tar", links + file(b"a.json", one) + END)
    # A link that claims to have bytes: they are the next header.
    claims = header(b"hard.json", 512, kind=b"1", link=b"a.json")
    corpus.put("T04b_link_with_size/a.tar", claims + file(b"a.json", one) + END)
    sparse = pax(pax_record(b"GNU.sparse.major", b"1") + pax_record(b"GNU.sparse.realsize", b"%d" % (1 << 63)))
    corpus.put("T05_sparse/a.tar", sparse + file(b"s.json", bytes(512)) + file(b"b.json", two) + END)
    corpus.put("T05b_gnu_sparse/a.tar", file(b"s.json", bytes(512), kind=b"S") + file(b"b.json", two) + END)

    tar = file(b"a.json", one) + END
    corpus.put("T06_tar_gz/a.tar.gz", gzip.compress(tar, mtime=0))

    def pack(data):
        return gzip.compress(data, mtime=0)

    corpus.put("T06b_two_gzip_members/a.ndjson.gz", pack(one + b"\n") + pack(two + b"\n"))
    corpus.put("T06c_gzip_garbage/a.ndjson.gz", pack(one + b"\n") + b"garbage")
    corpus.put("T06d_gzip_padding/a.ndjson.gz", pack(one + b"\n") + bytes(512))
    many = gzip.compress(b"\n".join(record(n) for n in range(1000)), compresslevel=0, mtime=0)
    corpus.put("T06e_gzip_cut/a.ndjson.gz", many[:-2000])
    lies = bytearray(pack(one))
    lies[-4:] = struct.pack("<I", 7)
    corpus.put("T07_gzip_isize/a.json.gz", bytes(lies))
    wrong = bytearray(pack(one))
    wrong[-8] ^= 1
    corpus.put("T07b_gzip_crc/a.json.gz", bytes(wrong))
    corpus.put(
        "T07c_gzip_512_mib/a.json.gz",
        lambda: pack(b'[{"id":1,"text":"first"},' + b" " * (512 * MIB) + b'{"id":2,"text":"last"}]'),
    )
    raw = (0, len(one), one)
    corpus.put("T07d_zstd/a.json.zst", zstd_frame([raw], size=len(one)))
    # Exponent 21 of a window: 2^31 bytes.
    corpus.put("T07e_zstd_window/a.json.zst", zstd_frame([raw], window=21 << 3))
    blocks = (
        [(0, len(b"[" + one), b"[" + one)]
        + [(1, 128 << 10, b" ")] * 8192
        + [(0, len(b"," + two + b"]"), b"," + two + b"]")]
    )
    corpus.put("T07f_zstd_gigabyte/a.json.zst", zstd_frame(blocks, window=7 << 3))
    corpus.put("T07g_zstd_claims/a.json.zst", zstd_frame([raw], size=0xFFFFFFFF))
    packed = bytearray(
        lzma.compress(one, format=lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}])
    )
    # The properties of LZMA2 are one byte, the dictionary's size: 40 is 4 GiB - 1. The block header's CRC32 follows.
    at = packed.index(bytes([0x21, 0x01])) + 2
    packed[at] = 40
    length = (packed[12] + 1) * 4
    packed[12 + length - 4 : 12 + length] = struct.pack("<I", zlib.crc32(bytes(packed[12 : 12 + length - 4])))
    corpus.put("T07h_xz_dictionary/a.json.xz", bytes(packed))
    corpus.put("T08_no_end_blocks/a.tar", file(b"a.json", one) + file(b"b.json", two))
    corpus.put(
        "T08b_cut_in_member/a.tar",
        (file(b"a.json", one) + file(b"b.json", b"[" + one + b"," + b" " * 2000 + two + b"]"))[:-600],
    )
    corpus.put("T08c_no_tar/a.tar", b"this is no tar\n" * 100)
    corpus.put("T08d_no_bytes/a.tar", b"")
    nested = file(b"a.json", one) + END
    for name in (b"one.tar", b"two.tar", b"three.tar"):
        nested = file(name, nested) + END
    corpus.put("T09_tar_in_tar/a.tar", nested)
