"""Z*: zips that lie, overlap, explode, lack pieces, or only look bad."""

import struct
import unicodedata
import zlib
from dataclasses import replace

from zips import Entry, body, build, deflate_chunks, end, end64, member, one, record, streamed

MIB = 1 << 20


def make(corpus):
    bombs(corpus)
    overlaps(corpus)
    sizes(corpus)
    directories(corpus)
    names(corpus)
    refused(corpus)
    ends(corpus)
    splits(corpus)


def bombs(corpus):
    """Little that becomes much."""
    # 42.zip's shape: sixteen zips in each of four levels around zeros; here 1 MiB of them, repeated.
    inner = one("0.dll", bytes(MIB))
    for level in range(4):
        inner = build([Entry(f"lib {level}{n:x}.zip", inner) for n in range(16)])
    corpus.put("Z01_nested/42.zip", inner)
    # One record two archives deep: nothing may be lost in silence.
    corpus.put("Z01b_zip_in_zip/outer.zip", build([member("a.json", 1), Entry("inner.zip", one("b.json", record(2)))]))

    def spaces():
        yield b'[{"id":1,"text":"first"},'
        for _ in range(1024):
            yield b" " * MIB
        yield b'{"id":2,"text":"last"}]'

    zeros = (bytes(MIB) for _ in range(1024))
    corpus.put("Z05_gigabyte_of_blanks/a.zip", lambda: build([streamed("a.json", spaces())]))
    corpus.put("Z05b_gigabyte_of_zeros/a.zip", lambda: build([streamed("a.json", zeros)]))
    label = record(1, "같은 라벨 " * 100)
    labels = [b"["] + [(label + b",") * 1000] * 60 + [label + b"]"]
    corpus.put("Z06_legal_ratio/a.zip", build([streamed("a.json", labels)]))
    # The bytes are a gigabyte; the directory says ten.
    liar = [streamed("a.json", spaces(), size=10), member("b.json", 7)] if corpus.wants("Z07_says_ten_bytes") else []
    corpus.put("Z07_says_ten_bytes/a.zip", lambda: build(liar))
    # The same beyond the size to which members are decoded in one go.
    corpus.put("Z07b_says_16_mib/a.zip", lambda: build([replace(liar[0], size=16 * MIB), liar[1]]))
    # More than 1032 to one cannot be deflate.
    entry = Entry("a.json", record(1), size=0xF0000000, local_size=0xF0000000)
    corpus.put("Z07c_impossible_ratio/a.zip", build([entry, member("b.json", 7)]))


def overlaps(corpus):
    """Fifield's bombs: many members that share their bytes."""
    kernel, crc, size = deflate_chunks(bytes(MIB) for _ in range(4))
    shared = Entry("a.json", payload=kernel, crc=crc, size=size)
    again = [Entry("a.json", payload=kernel, crc=crc, size=size, in_body=False, offset=0) for _ in range(249)]
    corpus.put("Z02_full_overlap/a.zip", build([shared, *again]))

    # Quoted: each member's data begins with a stored block that holds the next member's local header.
    content_crc, content_size, payload = crc, size, kernel
    entries = [Entry("249.json", payload=payload, crc=content_crc, size=content_size)]
    headers = [entries[0].local()]
    for number in range(248, -1, -1):
        header = headers[0]
        content_crc = zlib.crc32(b"".join(headers))
        for _ in range(4):
            content_crc = zlib.crc32(bytes(MIB), content_crc)
        content_size = sum(map(len, headers)) + size
        packed = len(kernel) + sum(len(h) + 5 for h in headers)
        entry = Entry(f"{number}.json", payload=b"", crc=content_crc, size=content_size, packed=packed)
        entries.insert(0, entry)
        headers.insert(0, entry.local())
    out, offsets = bytearray(), []
    for rank, header in enumerate(headers):
        offsets.append(len(out))
        out += header
        if rank + 1 < len(headers):
            length = len(headers[rank + 1])
            out += struct.pack("<BHH", 0, length, length ^ 0xFFFF)
    out += kernel
    directory = b"".join(entry.central(offset) for entry, offset in zip(entries, offsets, strict=False))
    corpus.put(
        "Z03_quoted_overlap/a.zip",
        bytes(out) + directory + end(len(entries), len(entries), len(directory), len(out)),
    )

    # Extra-field quoting: each local header's extra field holds the headers behind it.
    entries, chain = [], b""
    for number in range(59, -1, -1):
        extra = b"" if not chain else struct.pack("<HH", 0x9999, len(chain)) + chain
        entry = Entry(f"{number:02}.json", payload=kernel, crc=crc, size=size, local_extra=extra)
        entries.insert(0, entry)
        chain = entry.local()
    offsets, at = [], 0
    for entry in entries:
        offsets.append(at)
        at += 30 + len(entry.name) + 4
    directory = b"".join(entry.central(offset) for entry, offset in zip(entries, offsets, strict=False))
    out = chain + kernel
    corpus.put("Z04_extra_overlap/a.zip", out + directory + end(len(entries), len(entries), len(directory), len(out)))


def sizes(corpus):
    """Sizes that are wrong, and large numbers that are right."""
    good = member("b.json", 8)
    long = member("a.json", 1)
    long.packed += 40
    corpus.put("Z08_runs_into_next/a.zip", build([long, good]))
    short = member("a.json", 1)
    short.packed -= 4
    corpus.put("Z08b_packed_too_short/a.zip", build([short, good]))
    corpus.put("Z09_70000_members/a.zip", build([member(f"{n:05}.json", n) for n in range(70_000)], zip64=True))
    # A ZIP64 field beside sizes that fit: it must say the same.
    entry = member("a.json", 1)
    entry.extra = struct.pack("<HHQQ", 1, 16, entry.size + 100, entry.packed)
    corpus.put("Z10_zip64_sizes/a.zip", build([entry, good]))
    out, directory = body([member("a.json", 1), good])
    tail = end64(7, len(directory), len(out), len(out) + len(directory))
    corpus.put("Z10b_zip64_count/a.zip", out + directory + tail + end(2, 2, len(directory), len(out)))
    entry = member("a.json", 1)
    entry.extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.packed)
    corpus.put("Z10c_zip64_agrees/a.zip", build([entry, good]))


def directories(corpus):
    """Two statements about the same member."""
    pair = [member("a.json", 1), member("b.json", 2)]
    corpus.put("Z11_count/a.zip", build(pair, count=3))
    corpus.put("Z11b_count_here/a.zip", build(pair, count_here=1))
    corpus.put("Z12_local_name/a.zip", build([member("a.json", 1, local_name=b"z.json"), member("b.json", 2)]))
    corpus.put("Z12b_local_size/a.zip", build([member("a.json", 1, local_size=9), member("b.json", 2)]))
    hidden = member("hidden.json", 9, in_directory=False)
    corpus.put("Z13_hidden_between/a.zip", build([pair[0], hidden, pair[1]]))
    corpus.put("Z13b_hidden_last/a.zip", build([*pair, hidden]))
    corpus.put("Z13c_hidden_first/a.zip", build([hidden, *pair]))
    # A gap that holds nothing: some writers align members.
    aligned = member("a.json", 1)
    aligned.descriptor = bytes(64)
    corpus.put("Z13d_gap_of_zeros/a.zip", build([aligned, pair[1]]))
    corpus.put("Z14_beyond_end/a.zip", build([pair[0], member("gone.json", 3, in_body=False, offset=5_000_000)]))
    corpus.put("Z14b_no_header_there/a.zip", build([pair[0], member("gone.json", 3, in_body=False, offset=3)]))
    corpus.put("Z15_same_name/a.zip", build([member("a.json", 1), member("a.json", 2)]))
    nfc, nfd = (unicodedata.normalize(form, "라벨.json") for form in ("NFC", "NFD"))
    entries = [member(nfc, 1), member(nfd, 2), member("A.json", 3), member("a.json", 4)]
    corpus.put("Z16_same_after_folding/a.zip", build(entries))


def unicode_path(raw, name, wrong=0):
    """The Info-ZIP Unicode path field."""
    content = struct.pack("<BI", 1, zlib.crc32(raw) ^ wrong) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


def names(corpus):
    """Names are data, and come in several encodings."""
    bad = [b"../../etc/x.json", b"C:\\x.json", b"..\\x.json", b"a\0.json", b"a/../../b.json", b""]
    entries = [Entry(name, record(n)) for n, name in enumerate(bad)] + [member("/abs.json", 10), member("ok.json", 11)]
    corpus.put("Z17_paths/a.zip", build(entries))
    entries = [member("x" * 60_000 + ".json", 1), member("a/" * 20_000 + "b.json", 2)]
    corpus.put("Z17b_long_names/a.zip", build(entries))
    link = Entry("link.json", b"/etc/passwd", method=0, made_by=3 << 8 | 20, external=0o120777 << 16)
    corpus.put("Z18_symlink/a.zip", build([link, member("b.json", 2)]))
    korean = "라벨링데이터/가상.json"
    corpus.put("Z19_cp949_name/a.zip", build([Entry(korean.encode("cp949"), record(1))]))
    corpus.put("Z20_flag_but_cp949/a.zip", build([Entry(korean.encode("cp949"), record(1), flags=1 << 11)]))
    raw = b"????.json"
    entries = [Entry(raw, record(1), extra=unicode_path(raw, "가상.json", wrong=1))]
    corpus.put("Z21_unicode_path_crc/a.zip", build(entries))
    corpus.put("Z21b_unicode_path/a.zip", build([Entry(raw, record(1), extra=unicode_path(raw, "가상.json"))]))
    # C2 A1 is U+00A1 in UTF-8 and a Hangul syllable in CP949.
    corpus.put("Z22_ambiguous_name/a.zip", build([Entry(b"\xc2\xa1.json", record(1))]))
    corpus.put("Z23_name_in_no_encoding/a.zip", build([Entry(b"a\xff\xfe.json", record(1))]))


def stored(data):
    """A block of deflate that is not packed, and not the last."""
    return struct.pack("<BHH", 0, len(data), len(data) ^ 0xFFFF) + data


def refused(corpus):
    """Members that cannot be read, beside one that can."""
    good = member("good.json", 5)
    corpus.put("Z24_zipcrypto/a.zip", build([member("a.json", 1, flags=1), good]))
    aes = struct.pack("<HHHHBH", 0x9901, 7, 2, 0x4541, 3, 8)
    corpus.put("Z24b_aes/a.zip", build([Entry("a.json", record(1), method=99, flags=1, extra=aes), good]))
    methods = [1, 6, 9, 12, 14, 93, 95, 97, 98]
    corpus.put("Z25_methods/a.zip", build([Entry(f"{m}.json", record(m), method=m) for m in methods] + [good]))
    corpus.put("Z26_crc/a.zip", build([member("a.json", 1, crc=1), good]))
    many = b"\n".join(record(n, "긴 글 " * 20) for n in range(100_000))
    corpus.put("Z26b_crc_large/a.zip", build([Entry("a.ndjson", many, crc=1), good]))
    # What was packed is not what the checksum was made of, and one record of it is no JSON.
    wrong = many.replace(b'{"id":50000,', b'{"id";50000,')
    entry = Entry("a.ndjson", wrong, crc=zlib.crc32(many))
    corpus.put("Z26c_crc_and_syntax/a.zip", build([entry, good]))
    # A small member whose packed data breaks off in a block that cannot be: what stands before may be wrong as well.
    right = b"\n".join(record(n) for n in range(1000)) + b"\n"
    wrong = b"\n".join(record(n, "틀림") for n in range(500))
    payload = stored(right) + stored(wrong) + b"\x07"
    size = len(right) + 100_000
    corpus.put("Z26d_broken_block/a.zip", build([Entry("a.ndjson", payload=payload, crc=1, size=size), good]))
    corpus.put("Z26e_stored_crc/a.zip", build([member("a.json", 1, crc=1, method=0), good]))


def ends(corpus):
    """The end of the file is where a zip begins."""
    pair = [member("a.json", 1), member("b.json", 2)]
    whole = build(pair)
    corpus.put("Z27_last_byte/a.zip", whole[:-1])
    corpus.put("Z27b_half/a.zip", whole[: len(whole) // 2])
    corpus.put("Z27c_no_end_record/a.zip", whole[:-22])
    corpus.put("Z28_prefix/a.zip", b"MZ" + bytes(510) + whole)
    corpus.put("Z28b_two_zips/a.zip", whole + build([member("c.json", 3)]))
    corpus.put("Z28c_end_in_comment/a.zip", build(pair, comment=end(0, 0, 0, 0)))
    out, directory = body(pair)
    corpus.put("Z28d_comment_overrun/a.zip", out + directory + end(2, 2, len(directory), len(out), comment_len=500))
    corpus.put("Z28e_trailing_bytes/a.zip", whole + b"junk")
    corpus.put("Z28f_comment/a.zip", build(pair, comment="비고".encode()))
    corpus.put("Z31_no_members/a.zip", end(0, 0, 0, 0))
    corpus.put("Z31b_22_bytes/a.zip", bytes(22))
    corpus.put("Z31c_no_bytes/a.zip", b"")
    corpus.put("Z31d_not_a_zip/a.zip", record(1))
    entries = []
    for number in (1, 2):
        entry = member(f"{number}.json", number, flags=8)
        entry.descriptor = struct.pack("<III", entry.crc, entry.packed, entry.size)
        entries.append(entry)
    corpus.put("Z32_descriptor/a.zip", build(entries))


def cut(data, count):
    """`data` in `count` pieces of different sizes."""
    step = len(data) // count
    marks = [0] + [n * step + (n * 7) % 11 for n in range(1, count)] + [len(data)]
    return [data[start:stop] for start, stop in zip(marks, marks[1:], strict=False)]


def spanned(entries, count):
    """A spanned archive: the pieces, the last of which holds the directory."""
    out, _ = body(entries)
    marks = [0] + [len(out) * n // count for n in range(1, count)]
    directory, at = b"", 0
    for entry in entries:
        disk = max(n for n, mark in enumerate(marks) if mark <= at)
        central = bytearray(entry.central(at - marks[disk]))
        central[34:36] = struct.pack("<H", disk)
        directory += bytes(central)
        at += len(entry.local() + entry.payload)
    last = count - 1
    tail = struct.pack(
        "<IHHHHIIH", 0x06054B50, last, last, len(entries), len(entries), len(directory), len(out) - marks[last], 0
    )
    data = out + directory + tail
    return [data[start:stop] for start, stop in zip(marks, marks[1:] + [len(data)], strict=False)]


def splits(corpus):
    """Archives in pieces."""
    # Bodies that do not pack, so that pieces hold several members and differ.
    entries = [
        Entry(f"{n:02}.json", record(n, "%032x" % (n * 0x9E3779B97F4A7C15F39CC0605CEDC835)), method=0)
        for n in range(40)
    ]
    other = [Entry(f"{n:02}.json", record(n + 100, "%032x" % n), method=0) for n in range(40)]
    pieces = spanned(entries, 3)

    def case(name, parts):
        return [corpus.put(f"{name}/{part}", data) for part, data in parts.items()]

    case("Z29_spanned", {"x.z01": pieces[0], "x.z02": pieces[1], "x.zip": pieces[2]})
    case("Z29b_first_missing", {"x.z02": pieces[1], "x.zip": pieces[2]})
    case("Z29c_last_missing", {"x.z01": pieces[0], "x.z02": pieces[1]})
    case("Z29d_swapped", {"x.z01": pieces[1], "x.z02": pieces[0], "x.zip": pieces[2]})
    stranger = spanned(other, 3)
    case("Z29e_stranger", {"x.z01": pieces[0], "x.z02": stranger[1], "x.zip": pieces[2]})
    case("Z29f_same_twice", {"x.z01": pieces[0], "x.z02": pieces[0], "x.zip": pieces[2]})
    case("Z29g_one_too_many", {"x.z01": pieces[0], "x.z02": pieces[1], "x.z03": pieces[1], "x.zip": pieces[2]})
    case("Z29h_uploading", {"x.z01": pieces[0], "x.z02": b"", "x.zip": pieces[2]})
    case("Z29i_uploading_half", {"x.z01": pieces[0], "x.z02": pieces[1][: len(pieces[1]) // 2], "x.zip": pieces[2]})
    # Only the last member of the piece is not all there.
    case("Z29j_uploading_end", {"x.z01": pieces[0], "x.z02": pieces[1][:-5], "x.zip": pieces[2]})
    parts = cut(build(entries), 12)
    case("Z30_parts", {f"x.zip.part{n}": part for n, part in enumerate(parts)})
    case("Z30b_parts_gap", {f"x.zip.part{n}": part for n, part in enumerate(parts) if n != 10})
    case("Z30c_parts_swapped", {f"x.zip.part{[0, 2, 1][n] if n < 3 else n}": part for n, part in enumerate(parts)})
    case("Z30d_last_part_missing", {f"x.zip.part{n}": part for n, part in enumerate(parts[:-1])})
    case("Z30e_volumes", {f"x.zip.{n + 1:03}": part for n, part in enumerate(parts)})
    case("Z30f_whole_and_parts", {"x.zip": build(entries)} | {f"x.zip.part{n}": part for n, part in enumerate(parts)})
