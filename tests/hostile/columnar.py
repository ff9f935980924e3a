"""P*, A*, C*: Parquet, Arrow and CSV."""

import base64
import struct
import zlib

from parquet_writer import (
    BYTE_ARRAY,
    DELTA_BINARY,
    DELTA_BYTES,
    GZIP,
    I32,
    INT64,
    LIST,
    RLE_DICTIONARY,
    SNAPPY,
    STRUCT,
    ZSTD,
    Column,
    element,
    file,
    footer,
    group,
    ids,
    metadata,
    page,
    plain_ids,
    plain_texts,
    texts,
    thrift,
    varint,
)
from tars import zstd_frame
from zips import Entry, build, one, record

MIB = 1 << 20
MAX = (1 << 31) - 1

# Arrow IPC: two rows of id and text, written by pyarrow, deflated; and where the type of a field stands in it.
ARROW = (
    "c-qZUI|>3Z5PgZ+4@-&^i&$7#SZphJ02l0qZLAe71j{Wvl1K0emKNS;olHgyL3<x$-b|P`pX|0>x7jX$fp7)j;8DRMM~0F-f-)3?qLQo;3uroP@t"
    ">rp#LVlbatGo5c<F<0ICiM1Mvj83I_ar&s`d3x2jADyDY&msTp`SRC$1&eVk{F|u8NVtgs8zA6~&gP_dA_sSB(!c{Dw<7y|==%Xm&)tPIPIkzTB%"
    "Q-t7Yq{LZ1TrR{Ux*hznbCE2;Wq1WF;{}67X`v3Gj{d_I|i!X!?Cq@"
)
ARROW_TYPE = 603


def make(corpus):
    footers(corpus)
    counts(corpus)
    pages(corpus)
    bombs(corpus)
    schemas(corpus)
    flips(corpus)
    arrow(corpus)
    csv(corpus)
    formulas(corpus)


def footers(corpus):
    good = file([ids(), texts()])
    at = len(good) - 8
    length = struct.unpack("<I", good[at : at + 4])[0]

    def end(number):
        return good[:at] + struct.pack("<I", number) + b"PAR1"

    corpus.put("P00c_good/a.parquet", good)
    corpus.put("P01c_footer/longer.parquet", end(len(good)))
    corpus.put("P01c_footer/zero.parquet", end(0))
    corpus.put("P01c_footer/negative.parquet", end(0xFFFFFFFF))
    corpus.put("P01c_footer/one_less.parquet", end(length - 1))
    corpus.put("P01c_footer/magic_end.parquet", good[:-4] + b"PARX")
    corpus.put("P01c_footer/encrypted.parquet", b"PARE" + good[4:-4] + b"PARE")
    corpus.put("P01c_footer/noise.parquet", b"PAR1" + footer(bytes(range(256))))
    corpus.put("P01c_footer/no_bytes.parquet", b"")
    corpus.put("P01c_footer/magic_only.parquet", b"PAR1")
    corpus.put("P01c_footer/magic_twice.parquet", b"PAR1PAR1")
    corpus.put("P01d_magic_start/a.parquet", b"XXXX" + good[4:])
    corpus.put("P01e_by_content/a.bin", good)
    corpus.put("P01f_json_by_name/a.json", good)
    corpus.put("P01g_parquet_by_name/a.parquet", record(1))
    corpus.put(
        "P01h_members/a.zip",
        build([Entry("a.parquet", good), Entry("b.parquet", good[:-1]), Entry("c.json", record(9))]),
    )


def counts(corpus):
    billion = 1_000_000_000
    hold = page(plain_ids((1, 2, 3)), 3)
    corpus.put("P02c_counts/page.parquet", file([Column(b"id", INT64, page(plain_ids((1, 2, 3)), billion), billion)]))
    corpus.put("P02c_counts/chunk.parquet", file([Column(b"id", INT64, hold, billion)], rows=billion))
    corpus.put("P02c_counts/rows.parquet", file([ids()], rows=billion))
    corpus.put("P02c_counts/negative_rows.parquet", file([ids()], rows=-3))
    corpus.put(
        "P02c_counts/negative_values.parquet", file([Column(b"id", INT64, page(plain_ids((1, 2, 3)), -3), -3)], rows=3)
    )
    wide = thrift({1: (I32, 1)})[:-1]
    lists = {"schema_2_31": 2, "groups_2_31": 4}
    for name, field in lists.items():
        head = wide + bytes([(field - 1) << 4 | LIST, 0xF0 | STRUCT]) + varint(MAX)
        corpus.put(f"P02c_counts/{name}.parquet", b"PAR1" + footer(head))
    head = wide + bytes([1 << 4 | LIST, 0xF0 | STRUCT]) + varint((1 << 64) - 1)
    corpus.put("P02c_counts/negative_list.parquet", b"PAR1" + footer(head))
    head = wide + bytes([5 << 4 | 8]) + varint(MAX)
    corpus.put("P02c_counts/long_text.parquet", b"PAR1" + footer(head))
    long = struct.pack("<I", MAX) + b"abc"
    corpus.put("P02c_counts/long_value.parquet", file([ids((1,)), Column(b"text", BYTE_ARRAY, page(long, 1), 1)]))
    # Rows of nothing: one run of definition levels stands for all of them, in a sound file of 300 bytes.
    count = 10_000_000
    level = varint(count << 1) + b"\0"
    data = struct.pack("<I", len(level)) + level
    corpus.put(
        "P02d_ten_million_nulls/a.parquet", file([Column(b"id", INT64, page(data, count), count, optional=True)])
    )
    # No declared column, so that nothing but the footer says how many rows there are.
    other = Column(b"other", INT64, page(plain_ids((1, 2, 3)), 3), 3)
    corpus.put("P02f_rows_without_columns/a.parquet", file([other], rows=1_000_000_000_000))
    one_text = b"x" * MIB
    index = bytes([1]) + varint(4000 << 1) + b"\0"
    column = Column(
        b"text",
        BYTE_ARRAY,
        page(index, 4000, RLE_DICTIONARY),
        4000,
        dictionary=page(plain_texts([one_text]), 1, kind=2),
    )
    # A dictionary multiplies: one megabyte, four thousand times.
    corpus.put("P02e_dictionary_bomb/a.parquet", file([column]))


def dictionary(index, values=3, width=None):
    """A column of texts by dictionary; `index` is what follows the bit width."""
    data = bytes([2 if width is None else width]) + index
    entries = page(plain_texts([b"a", b"b", b"c"]), 3, kind=2)
    return Column(b"text", BYTE_ARRAY, page(data, values, RLE_DICTIONARY), values, dictionary=entries)


def pages(corpus):
    def case(name, *columns, **lies):
        return corpus.put(f"{name}.parquet", file(columns, **lies))

    case("P03c_places/beyond", ids(offset=1_000_000), texts())
    case("P03c_places/negative", ids(offset=-5), texts())
    case("P03c_places/long", ids(packed=1_000_000), texts())
    case("P03c_places/negative_size", ids(packed=-1), texts())
    case("P03c_places/zero_size", ids(packed=0), texts())
    case("P03c_places/in_magic", ids(offset=0), texts())
    # Both columns name the same pages.
    case("P03d_overlap/a", ids(), Column(b"value", INT64, b"", 3, offset=4, packed=len(ids().pages)))
    data = plain_ids((1, 2, 3))
    case("P03e_page_checksum/a", Column(b"id", INT64, page(data, 3, crc=12345), 3), texts())
    case("P03f_groups_of_other_rows/a", ids(), texts((b"a", b"b")))

    # Runs: a header, then a value of whole bytes.
    case("P04c_levels/index_beyond", ids(), dictionary(varint(3 << 1) + b"\x03"))
    case("P04c_levels/width_33", ids(), dictionary(varint(3 << 1) + bytes(5), width=33))
    case("P04c_levels/width_255", ids(), dictionary(varint(3 << 1) + bytes(32), width=255))
    case("P04c_levels/run_of_2_31", ids(), dictionary(varint(MAX << 1) + b"\0"))
    case("P04c_levels/packed_2_31", ids(), dictionary(varint(MAX << 1 | 1) + b"\0\0"))
    case("P04c_levels/no_index", ids(), dictionary(b""))
    level = varint(3 << 1) + b"\x02"
    data = struct.pack("<I", len(level)) + level + plain_ids((1, 2, 3))
    case("P04c_levels/definition_2", Column(b"id", INT64, page(data, 3), 3, optional=True))
    data = struct.pack("<I", MAX) + level + plain_ids((1, 2, 3))
    case("P04c_levels/definition_length", Column(b"id", INT64, page(data, 3), 3, optional=True))
    data = varint(128) + varint(4) + varint(1_000_000_000) + b"\0" + b"\0" + b"\xff" * 4 + bytes(64)
    case("P04c_levels/delta_width_255", Column(b"id", INT64, page(data, 3, DELTA_BINARY), 3))
    data = varint(1 << 40) + varint(1 << 40) + varint(1 << 40) + b"\0" * 16
    case("P04c_levels/delta_blocks", Column(b"id", INT64, page(data, 3, DELTA_BINARY), 3))
    lengths = varint(128) + varint(4) + varint(3) + varint(1 << 30) + varint(0) + bytes(4)
    case("P04c_levels/delta_prefix", ids(), Column(b"text", BYTE_ARRAY, page(lengths * 2, 3, DELTA_BYTES), 3))
    case("P04c_levels/encoding_99", Column(b"id", INT64, page(plain_ids((1, 2, 3)), 3, 99), 3))
    case("P04c_levels/no_dictionary", ids(), Column(b"text", BYTE_ARRAY, page(b"\x02\x06\x00", 3, RLE_DICTIONARY), 3))
    case("P04c_levels/kind_99", Column(b"id", INT64, page(plain_ids((1, 2, 3)), 3, kind=99), 3))


def bombs(corpus):
    data = plain_ids((1, 2, 3))

    def case(name, codec, size, packed):
        return corpus.put(
            f"{name}.parquet", file([Column(b"id", INT64, page(data, 3, size=size, packed=packed), 3, codec=codec)])
        )

    case("P05c_claims/snappy", SNAPPY, MAX, varint(0xFFFFFFFF) + b"\x5c" + data)
    case("P05c_claims/snappy_honest_length", SNAPPY, MAX, varint(len(data)) + b"\x5c" + data)
    case("P05c_claims/gzip", GZIP, MAX, zlib.compress(data))
    case("P05c_claims/zstd", ZSTD, MAX, zstd_frame([(0, len(data), data)], size=len(data)))
    case("P05c_claims/none", 0, MAX, data)
    case("P05c_claims/negative", ZSTD, -1, zstd_frame([(0, len(data), data)], size=len(data)))
    case("P05c_claims/lzo", 3, len(data), data)
    # These really hold what they claim.
    frame = zstd_frame([(0, len(data), data)] + [(1, 128 << 10, b"\0")] * 12_000, window=7 << 3)
    case("P05d_zstd_page_of_1_5_gb/a", ZSTD, len(data) + 12_000 * (128 << 10), frame)
    if corpus.wants("P05e_gzip_page_of_1_gb"):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = packer.compress(data) + b"".join(packer.compress(bytes(MIB)) for _ in range(1024)) + packer.flush()
        packed = packed[:4] + bytes(4) + packed[8:]
        case("P05e_gzip_page_of_1_gb/a", GZIP, len(data) + 1024 * MIB, packed)
    corpus.put("P06c_no_utf8/a.parquet", file([ids(), texts((b"a", b"\xff\xfe", b"c"))]))
    corpus.put("P06d_nul_in_text/a.parquet", file([ids(), texts((b"a", b"x\0y", b"c"))]))


def schemas(corpus):
    deep = [element(b"schema", repetition=None, children=1)]
    deep += [element(b"g", repetition=0, children=1)] * 5000 + [element(b"id", INT64)]
    chunk = Column(b"id", INT64, page(plain_ids((1, 2, 3)), 3), 3, path=[b"g"] * 5000 + [b"id"])
    body = b"PAR1" + chunk.pages
    groups = [group([chunk.chunk(4)], 3, len(chunk.pages))]
    corpus.put("P07c_deep/a.parquet", body + footer(metadata(deep, 3, groups)))
    columns = [ids(), texts()] + [Column(b"c%05d" % n, INT64, page(plain_ids((n,) * 3), 3), 3) for n in range(100_000)]
    corpus.put("P07d_wide/a.zip", one("a.parquet", file(columns)))
    loop = [element(b"schema", repetition=None, children=MAX), element(b"id", INT64)]
    corpus.put("P07e_children/many.parquet", body + footer(metadata(loop, 3, groups)))
    loop[0] = element(b"schema", repetition=None, children=-1)
    corpus.put("P07e_children/negative.parquet", body + footer(metadata(loop, 3, groups)))
    corpus.put("P07f_id_twice/a.parquet", file([ids(), ids((4, 5, 6))]))
    corpus.put("P07g_id_is_text/a.parquet", file([Column(b"id", BYTE_ARRAY, page(plain_texts([b"1", b"x"]), 2), 2)]))
    corpus.put("P07h_kinds_differ/a.parquet", file([ids(stored_kind=BYTE_ARRAY), texts()]))
    corpus.put("P07i_no_columns/a.parquet", file([Column(b"other", INT64, page(plain_ids((1, 2, 3)), 3), 3)]))
    far = (struct.pack("<q", 900), struct.pack("<q", 1000))
    corpus.put("P08c_statistics_lie/a.parquet", file([ids(statistics=far), texts()]))


def flips(corpus):
    """Every bit position once a byte, and every length: what is read must be what was written, or damage."""
    good = file([ids((1, 2, 3)), texts(("가나다".encode(), b"second", b"third"))])
    flipped = [
        Entry(f"{at:04}.parquet", good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])
        for at in range(len(good))
    ]
    corpus.put("P09c_flips/a.zip", build(flipped))
    corpus.put("P09d_cuts/a.zip", build([Entry(f"{length:04}.parquet", good[:length]) for length in range(len(good))]))


def arrow(corpus):
    good = bytearray(zlib.decompress(base64.b85decode(ARROW)))
    corpus.put("A01b_good/a.arrow", bytes(good))
    good[ARROW_TYPE] = 0
    corpus.put("A01_type_none/a.arrow", bytes(good))


def csv(corpus):
    head = b"id,text\n"

    def case(name, data):
        return corpus.put(f"C01_csv/{name}.csv", data)

    case("good", head + b"1,a\n2,b\n")
    case("unclosed_quote", head + b'1,a\n2,"b\n3,c\n4,d\n')
    case("unclosed_quote_large", head + b'1,a\n2,"b\n' + b"3,c\n" * 300_000)
    case("behind_quote", head + b'1,a\n2,"b"x\n3,c\n')
    case("quote_inside", head + b'1,a\n2,b"x\n3,c\n')
    case("short_row", head + b"1,a\n2\n3,c\n")
    case("long_row", head + b"1,a\n2,b,x\n3,c\n")
    case("nul", head + b"1,a\n2,b\0b\n3,c\n")
    case("mixed_ends", b"id,text\r1,a\r\n2,b\n3,c\r\r\n4,d")
    case("line_in_cell", head + b'1,"a\nb"\n2,"c\r\nd"\n')
    case("mark", b"\xef\xbb\xbf" + head + b"1,a\n")
    case("utf16", "\ufeffid,text\n1,가상\n".encode("utf-16-le"))
    case("cp949", "id,text\n1,가상의 라벨\n2,똠방각하\n".encode("cp949"))
    case("no_utf8", head + "1,가나다라마바사아자차\n".encode() + b"2,\xff\n3,c\n")
    case("no_bytes", b"")
    case("head_only", head)
    case("no_head", b"1,a\n2,b\n")
    case("column_twice", b"id,text,text\n1,a,b\n")
    case("no_number", head + b"1,a\nx,b\n3,c\n")
    case("2_53_1", head + b"9007199254740993,a\n")
    case("empty_cells", head + b',\n1,""\n')
    corpus.put(
        "C01b_million_columns/a.zip",
        one(
            "a.csv",
            b",".join([b"id"] + [b"c%d" % n for n in range(1_000_000)]) + b"\n1" + b"," * 1_000_000 + b"\n2,x\n",
        ),
    )
    corpus.put("C01c_cell_of_80_mib/a.zip", lambda: one("a.csv", head + b"1,a\n2," + b"b" * (80 * MIB) + b"\n3,c\n"))
    corpus.put(
        "C01d_quote_over_300_mib/a.zip",
        lambda: one("a.csv", head + b'1,a\n2,"' + b"b,\n" * (100 * MIB) + b'"\n3,c\n'),
    )
    corpus.put("C01e_tsv/a.tsv", b'id\ttext\n1\t"a\n2\tb\n')


def formulas(corpus):
    cells = [
        "=cmd|'/c calc'!A1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "＝1+1",
        '=HYPERLINK("http://x")',
    ]
    quoted = "".join('%d,"%s"\n' % (n, cell.replace('"', '""')) for n, cell in enumerate(cells, 1))
    corpus.put("C02_formulas/a.csv", ("id,text\n" + quoted).encode())
