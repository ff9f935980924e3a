"""J*: labels in JSON, one hazard a file. Where a record stands before or behind the hazard it must come through."""

from zips import Entry, build, one, record, streamed

MIB = 1 << 20


def array(*items):
    return b"[" + b",".join(items) + b"]"


def beside(item):
    """The hazard between two sound records."""
    return array(record(1, "before"), item, record(3, "behind"))


def make(corpus):
    depth_and_size(corpus)
    keys(corpus)
    numbers(corpus)
    text(corpus)
    encodings(corpus)
    syntax(corpus)
    documents(corpus)
    lines(corpus)


def depth_and_size(corpus):
    corpus.put("J01_nested/a.json", b"[" * 100_000)
    corpus.put("J01b_nested_objects/a.json", b'{"a":' * 100_000)
    corpus.put("J01c_nested_raw/a.json", beside(b'{"id":2,"raw":' + b"[" * 100_000 + b"]" * 100_000 + b"}"))
    corpus.put("J01d_nested_undeclared/a.json", beside(b'{"id":2,"other":' + b"[" * 100_000 + b"]" * 100_000 + b"}"))
    corpus.put("J01e_nested_line/a.ndjson", b"\n".join([record(1), b"[" * 100_000, record(3)]))
    # The array and the record take two of the levels.
    for levels in (127, 128):
        deep = b"[" * (levels - 2) + b"]" * (levels - 2)
        for key in (b"raw", b"other"):
            item = b'{"id":2,"text":"deep","%s":%s}' % (key, deep)
            corpus.put(f"J02_boundary/{levels}_{key.decode()}.json", beside(item))

    def value():
        yield b"[" + record(1, "before") + b',{"id":2,"text":"'
        for _ in range(200):
            yield b"a" * MIB
        yield b'"},' + record(3, "behind") + b"]"

    corpus.put("J03_value_of_200_mb/a.zip", lambda: build([streamed("a.json", value())]))

    def undeclared():
        yield b"[" + record(1, "before") + b',{"id":2,"other":"'
        for _ in range(300):
            yield b"a" * MIB
        yield b'"},' + record(3, "behind") + b"]"

    corpus.put("J03b_undeclared_300_mb/a.zip", lambda: build([streamed("a.json", undeclared())]))

    def unending():
        yield b'{"id":1,"text":"'
        for _ in range(600):
            yield b"a" * MIB

    corpus.put("J03c_unending_600_mb/a.zip", lambda: build([streamed("a.json", unending())]))
    many = b",".join(b'"k%06d":%d' % (n, n) for n in range(1_000_000))
    corpus.put("J04_million_keys/a.zip", one("a.json", beside(b'{"id":2,"text":"many",' + many + b"}")))
    same = b",".join([b'"k":0'] * 1_000_000)
    corpus.put("J04b_million_same_keys/a.zip", one("a.json", beside(b'{"id":2,"text":"same",' + same + b"}")))
    inside = b'{"id":2,"text":"inside","raw":{' + many + b"}}"
    corpus.put("J04c_million_keys_raw/a.zip", one("a.json", beside(inside)))
    empty = array(*[b"{}"] * 1_000_000)
    corpus.put("J04d_million_records/a.zip", one("a.json", array(record(1), b'{"id":2,"raw":' + empty + b"}")))


def keys(corpus):
    corpus.put("J05_twice_same/a.json", beside(b'{"id":2,"text":"x","id":2}'))
    corpus.put("J05b_twice_other/a.json", beside(b'{"id":2,"text":"x","text":"y"}'))
    corpus.put("J05c_twice_undeclared/a.json", beside(b'{"id":2,"text":"x","other":1,"other":2}'))
    corpus.put("J05d_twice_in_raw/a.json", beside(b'{"id":2,"text":"x","raw":{"a":1,"a":2}}'))
    corpus.put("J06_twice_escaped/a.json", beside(rb'{"id":2,"text":"x","t\u0065xt":"y"}'))
    corpus.put("J06b_escaped_key/a.json", beside(rb'{"\u0069d":2,"t\u0065xt":"x"}'))
    odd = rb'{"id":2,"text":"x","__proto__":{"a":1},"":1,"a.b":2,"q\"":3,"n\nl":4,"nul\u0000":5,"$ref":6}'
    corpus.put("J07_odd_keys/a.json", beside(odd))


def numbers(corpus):
    for name, token in (("nan", b"NaN"), ("infinity", b"Infinity"), ("minus_infinity", b"-Infinity")):
        corpus.put(f"J08_no_numbers/{name}.json", beside(b'{"id":2,"value":%s}' % token))
        corpus.put(f"J08_no_numbers/{name}_undeclared.json", beside(b'{"id":2,"other":%s}' % token))
    ids = {
        "2_53_1": b"9007199254740993",
        "2_63": b"9223372036854775808",
        "2_63_less_1": b"9223372036854775807",
        "minus_2_63": b"-9223372036854775808",
        "2_64": b"18446744073709551616",
        "400_digits": b"1" * 400,
        "minus_0": b"-0",
        "1e2": b"1e2",
        "1_0": b"1.0",
    }
    for name, token in ids.items():
        corpus.put(f"J09_integers/{name}.json", beside(b'{"id":%s,"text":"x"}' % token))
    values = {
        "1e400": b"1e400",
        "minus_1e400": b"-1e400",
        "1e_400": b"1e-400",
        "minus_0": b"-0.0",
        "2_53_1": b"9007199254740993",
        "denormal": b"5e-324",
        "largest": b"1.7976931348623157e308",
        "0e400": b"0e400",
    }
    for name, token in values.items():
        corpus.put(f"J09b_floats/{name}.json", beside(b'{"id":2,"value":%s}' % token))
    corpus.put("J09c_undeclared_1e400/a.json", beside(b'{"id":2,"text":"x","other":1e400}'))
    values = [
        b"0.1",
        b"0.1000000000000000055511151231257827021181583404541015625",
        b"2.2250738585072011e-308",
        b"8.98846567431158e307",
        b"123456789.123456789123456789",
        b"7.2057594037927933e16",
    ]
    corpus.put("J10_decimals/a.json", array(*(b'{"id":%d,"value":%s}' % pair for pair in enumerate(values, 1))))


def text(corpus):
    for name, escape in (
        ("lone_high", rb"\uD800"),
        ("lone_low", rb"\uDC00"),
        ("reversed", rb"\uDC00\uD800"),
        ("high_high", rb"\uD800\uD800"),
        ("cut", rb"\uD83D\u0041"),
    ):
        corpus.put(f"J11_surrogates/{name}.json", beside(b'{"id":2,"text":"x%sy"}' % escape))
    corpus.put("J11b_pair/a.json", beside(rb'{"id":2,"text":"\uD83D\uDE00"}'))
    corpus.put("J11c_undeclared/a.json", beside(rb'{"id":2,"text":"x","other":"\uD800"}'))
    corpus.put("J11d_in_raw/a.json", beside(rb'{"id":2,"text":"x","raw":["\uD800"]}'))
    hangul = "가나다라마바사아자차카타".encode()
    wrong = {
        "overlong": b"\xc0\xaf",
        "overlong3": b"\xe0\x80\xaf",
        "ff": b"\xff",
        "five": b"\xf8\x88\x80\x80\x80",
        "cut3": b"\xea\xb0",
        "surrogate": b"\xed\xa0\x80",
        "beyond": b"\xf4\x90\x80\x80",
        "lone": b"\x80",
    }
    for name, bytes_ in wrong.items():
        data = array(record(1, hangul.decode()), b'{"id":2,"text":"x%s"}' % bytes_, record(3, "behind"))
        corpus.put(f"J12_no_utf8/{name}.json", data)
    corpus.put("J12b_between_records/a.json", b"[" + record(1, hangul.decode()) + b",\xff" + record(2) + b"]")
    corpus.put("J24_control_raw/nul.json", beside(b'{"id":2,"text":"a\0b"}'))
    corpus.put("J24_control_raw/tab.json", beside(b'{"id":2,"text":"a\tb"}'))
    corpus.put("J24_control_raw/esc.json", beside(b'{"id":2,"text":"a\x1bb"}'))
    corpus.put("J24_control_raw/line.json", beside(b'{"id":2,"text":"a\nb"}'))
    corpus.put("J24b_control_escaped/a.json", beside(rb'{"id":2,"text":"a\u0000\t\u001b\nb"}'))
    corpus.put("J24c_del_and_c1/a.json", beside('{"id":2,"text":"a\x7f\x85\u2028b"}'.encode()))
    odd = {
        "bidi": "abc\u202egnp.exe",
        "zero_width": "가\u200b나\u2060다\ufeff",
        "marks": "e" + "\u0301" * 10_000,
        "private": "\ue000\uffff\U0010ffff",
    }
    for name, value in odd.items():
        corpus.put(f"J25_odd_text/{name}.json", beside(record(2, value)))
    dates = [
        "2026-02-30",
        "2026-01-01T24:00:00",
        "2016-12-31T23:59:60Z",
        "0000-01-01",
        "9999-12-31",
        "292278994-08-17",
        "2026-11-22 09:00",
    ]
    corpus.put("J26_dates/a.json", array(*(record(n, date) for n, date in enumerate(dates, 1))))


def encodings(corpus):
    korean = '[{"id":1,"text":"가상의 라벨입니다. 똠방각하"},{"id":2,"text":"둘째 기록"}]'
    corpus.put("J13_cp949/a.json", korean.encode("cp949"))
    corpus.put("J13b_cp949_member/a.zip", one("a.json", korean.encode("cp949")))
    corpus.put("J13c_cp949_late/a.json", b"[" + b" " * 100_000 + korean[1:].encode("cp949"))
    mixed = array(record(1, "가나다라마바사아자차카타파하"), '{"id":2,"text":"가상"}'.encode("cp949"), record(3, "끝"))
    corpus.put("J14_cp949_in_utf8/a.json", mixed)
    late = array(
        record(1, "가나다라마바사아자차카타파하" * 3000), '{"id":2,"text":"가상"}'.encode("cp949"), record(3, "끝")
    )
    corpus.put("J14b_cp949_late_in_utf8/a.json", late)
    mixed = array('{"id":1,"text":"가상의 라벨"}'.encode("cp949"), record(2, "가나다라마바사아자차카타파하"))
    corpus.put("J14c_utf8_in_cp949/a.json", mixed)
    for name, codec in (
        ("utf16le", "utf-16-le"),
        ("utf16be", "utf-16-be"),
        ("utf32le", "utf-32-le"),
        ("utf32be", "utf-32-be"),
    ):
        mark = "\ufeff".encode(codec)
        corpus.put(f"J15_wide/{name}_mark.json", mark + korean.encode(codec))
        corpus.put(f"J15_wide/{name}_bare.json", korean.encode(codec))
    corpus.put("J15b_utf16_cut/a.json", ("\ufeff" + korean).encode("utf-16-le")[:-1])
    corpus.put(
        "J15c_utf16_surrogate/a.json",
        ("\ufeff" + '[{"id":1,"text":"').encode("utf-16-le")
        + b"\x00\xd8"
        + '"},{"id":2,"text":"x"}]'.encode("utf-16-le"),
    )
    corpus.put("J16_mark/a.json", b"\xef\xbb\xbf" + record(1))
    corpus.put("J16b_two_marks/a.json", b"\xef\xbb\xbf" * 2 + record(1))
    corpus.put(
        "J16c_mark_lines/a.ndjson", b"\xef\xbb\xbf" + record(1) + b"\n\xef\xbb\xbf" + record(2) + b"\n" + record(3)
    )


def syntax(corpus):
    wrong = {
        "trailing_comma": b'{"id":2,"text":"x",}',
        "comment": b'{"id":2,/* no */"text":"x"}',
        "line_comment": b'{"id":2, // no\n"text":"x"}',
        "single_quotes": b"{'id':2}",
        "plus": b'{"id":+2}',
        "point_first": b'{"value":.5}',
        "point_last": b'{"value":5.}',
        "leading_zero": b'{"id":02}',
        "hex": b'{"id":0x2}',
        "bare_key": b"{id:2}",
        "two_values": b'{"id":2 3}',
        "no_colon": b'{"id" 2}',
        "no_value": b'{"id":}',
        "half_word": b'{"id":nul}',
        "word": b'{"id":None}',
    }
    for name, item in wrong.items():
        corpus.put(f"J17_syntax/{name}.json", beside(item))
        corpus.put(f"J17b_syntax_lines/{name}.ndjson", b"\n".join([record(1), item.replace(b"\n", b" "), record(3)]))
        corpus.put(f"J17c_syntax_undeclared/{name}.json", beside(b'{"id":2,"other":' + item + b"}"))
    corpus.put("J17d_comma_last/a.json", b"[" + record(1) + b",]")
    small = '{"id":12,"text":"가\\n\\u0041","value":-1.5e3,"raw":[true,null,{}]}'.encode()
    for length in range(len(small)):
        corpus.put(f"J18_cut_anywhere/{length:03}.json", small[:length])
    for length in range(len(small)):
        corpus.put(f"J18b_cut_line/{length:03}.ndjson", record(1) + b"\n" + small[:length])


def documents(corpus):
    corpus.put("J19_two_documents/a.json", record(1) + record(2))
    corpus.put("J19b_two_arrays/a.json", array(record(1)) + b"\n" + array(record(2)))
    corpus.put("J19c_trailing_garbage/a.json", array(record(1)) + b" garbage")
    corpus.put("J19d_trailing_bracket/a.json", array(record(1)) + b"]")
    corpus.put("J19e_trailing_nul/a.json", array(record(1)) + bytes(16))
    corpus.put("J19f_two_on_a_line/a.ndjson", record(1) + record(2) + b"\n" + record(3))
    roots = {
        "empty": b"",
        "blank": b" \n\t\r ",
        "null": b"null",
        "array": b"[]",
        "object": b"{}",
        "number": b"5",
        "string": b'"x"',
        "true": b"true",
        "mark": b"\xef\xbb\xbf",
        "nul": b"\0",
        "arrays": b"[[]]",
        "nulls": b"[null]",
        "numbers": b"[1,2]",
        "objects": b"[{}]",
    }
    for name, data in roots.items():
        corpus.put(f"J20_roots/{name}.json", data)
        corpus.put(f"J20b_lines/{name}.ndjson", data)
        corpus.put(f"J20c_members/{name}.zip", one("a.json", data))
    for number, value in enumerate((b"1", b'"1"', b"[1]", b'{"a":1}', b"true", b"null", b"1.5"), 1):
        corpus.put(f"J21_drift/{number}.json", beside(b'{"id":%s,"text":"x"}' % value))
    late = b'{"id":900000,"text":"first here","new":1}'
    corpus.put(
        "J22_late_field/a.zip",
        lambda: one("a.ndjson", b"\n".join([b'{"id":%d}' % n for n in range(900_000)] + [late])),
    )
    # What belongs to what is the plan's affair: as input these are labels and images.
    pairs = [
        Entry("labels/a.json", b'{"id":1,"text":"a.jpg"}'),
        Entry("labels/b.json", b'{"id":2,"text":["a.jpg","b.jpg"]}'),
    ]
    corpus.put("J23_orphans/a.zip", build([*pairs, Entry("images/c.jpg", b"\xff\xd8\xff\xe0" + bytes(64))]))


def lines(corpus):
    def long():
        yield record(1, "before") + b'\n{"id":2,"text":"'
        for _ in range(64):
            yield b"a" * MIB
        yield b'"}\n' + record(3, "behind") + b"\n"

    corpus.put("J28_line_of_64_mib/a.zip", lambda: build([streamed("a.ndjson", long())]))

    def endless():
        yield record(1, "before") + b"\n"
        for _ in range(600):
            yield b"a" * MIB
        yield b"\n" + record(3, "behind") + b"\n"

    corpus.put("J28b_line_of_600_mib/a.zip", lambda: build([streamed("a.ndjson", endless())]))
    corpus.put("J28c_cr_only/a.ndjson", b"\r".join(record(n) for n in (1, 2, 3)))
    corpus.put("J28d_no_last_newline/a.ndjson", b"\n".join(record(n) for n in (1, 2, 3)))
    corpus.put("J28e_crlf_and_blank/a.ndjson", b"\r\n\r\n".join(record(n) for n in (1, 2, 3)) + b"\r\n \r\n")
    corpus.put("J28f_nul_lines/a.ndjson", record(1) + b"\n" + bytes(100) + b"\n" + record(3) + b"\n")
    corpus.put("J28g_blank_gigabyte/a.zip", blanks)
    # Each of these lines is a row of the quarantine: 700 bytes of packed data for 300,000 of them.
    flood = record(1) + b"\n" + b"x\n" * 300_000 + record(2)
    corpus.put("J29_flood_of_damage/a.zip", one("a.ndjson", flood))


def blanks():
    """A gigabyte of empty lines."""
    chunks = [record(1) + b"\n"] + [b"\n" * MIB] * 1024 + [record(2) + b"\n"]
    return build([streamed("a.ndjson", chunks)])
