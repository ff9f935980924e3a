"""X*: workbooks and XML."""

import struct

from zips import Entry, build, streamed

MIB = 1 << 20
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."

CONTENT = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}styles+xml"/></Types>'
)
ROOT = (
    f'{XML}<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
LINKS = (
    f'{XML}<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=False)
    )
    + "]>"
)
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>text</t></is></c></row>'


def row(number, identity, text, kind="inlineStr", style=""):
    """A row of both columns; `text` is the content of the second cell."""
    return (
        f'<row r="{number}"><c r="A{number}"><v>{identity}</v></c><c r="B{number}" t="{kind}"{style}>{text}</c></row>'
    )


def text(value):
    return f"<is><t>{value}</t></is>"


def sheet(rows, dimension="A1:B2", before=""):
    body = f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData>'
    return f'{XML}{before}<worksheet xmlns="{MAIN}">{body}</worksheet>'


def strings(values, count=None):
    items = "".join(f"<si><t>{value}</t></si>" for value in values)
    number = count or len(values)
    return f'{XML}<sst xmlns="{MAIN}" count="{number}" uniqueCount="{number}">{items}</sst>'


def workbook(content, shared=None, styles=STYLES, epoch=""):
    """A workbook of one sheet, whose XML is `content` or a ready member."""
    book = (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{epoch}'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {
        "[Content_Types].xml": CONTENT,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": shared or strings(["가상"]),
    }
    entries = [Entry(name, part.encode()) for name, part in parts.items()]
    if isinstance(content, str):
        content = Entry("xl/worksheets/sheet1.xml", content.encode())
    return build([*entries, content])


def make(corpus):
    good = workbook(sheet(HEAD + row(2, 1, text("가상")) + row(3, 2, "<v>0</v>", "s"), "A1:B3"))
    corpus.put("X00_good/a.xlsx", good)
    corpus.put("X00b_good_member/a.zip", build([Entry("a.xlsx", good), Entry("b.json", b'{"id":9,"text":"x"}')]))

    def blanks():
        start, end = sheet(HEAD + "@" + row(2, 1, text("x"))).split("@")
        yield start.encode()
        for _ in range(1024):
            yield b" " * MIB
        yield end.encode()

    corpus.put("X01_gigabyte/a.xlsx", lambda: workbook(streamed("xl/worksheets/sheet1.xml", blanks())))
    corpus.put("X01b_dimension/a.xlsx", workbook(sheet(HEAD + row(2, 1, text("x")), "A1:XFD1048576")))
    corpus.put(
        "X01c_last_cell/a.xlsx",
        workbook(sheet(HEAD + row(2, 1, text("x")) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    )
    corpus.put(
        "X01d_beyond/a.xlsx", workbook(sheet(HEAD + '<row r="99999999999"><c r="ZZZZZZ99999999999"><v>1</v></c></row>'))
    )
    overlapping = Entry("xl/worksheets/sheet1.xml", b"", in_body=False, offset=0)
    corpus.put("X01e_overlap/a.xlsx", workbook(overlapping))
    corpus.put("X01f_cut/a.xlsx", good[: len(good) // 2])

    rows = "<rows><row><id>1</id><text>x</text></row><row><id>2</id><text>y</text></row></rows>"
    corpus.put("X00c_good/a.xml", (XML + rows).encode())
    corpus.put("X02_laughs/a.xml", (XML + LAUGHS + "<rows><row><id>1</id><text>&j;</text></row></rows>").encode())
    outside = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    corpus.put("X02b_external/a.xml", (XML + outside + "<rows><row><id>1</id><text>&x;</text></row></rows>").encode())
    corpus.put("X02c_dtd/a.xml", (XML + '<!DOCTYPE rows SYSTEM "http://192.0.2.1/rows.dtd">' + rows).encode())
    inside = row(2, 1, text("&j;"))
    corpus.put("X02d_laughs_in_sheet/a.xlsx", workbook(sheet(HEAD + inside, before=LAUGHS)))
    corpus.put(
        "X02e_laughs_in_strings/a.xlsx",
        workbook(sheet(HEAD + row(2, 1, "<v>0</v>", "s")), shared=strings(["&j;"]).replace("<sst", LAUGHS + "<sst", 1)),
    )
    corpus.put("X02f_deep/a.xml", b"<a>" * 100_000)
    corpus.put("X02g_cut/a.xml", (XML + rows).encode()[:-20])

    corpus.put(
        "X03_string_index/a.xlsx", workbook(sheet(HEAD + row(2, 1, "<v>999</v>", "s") + row(3, 2, text("y")), "A1:B3"))
    )
    corpus.put("X03b_string_index_no_number/a.xlsx", workbook(sheet(HEAD + row(2, 1, "<v>-1</v>", "s"))))
    counted = STYLES.replace('cellXfs count="2"', 'cellXfs count="1000000000"')
    corpus.put("X03c_billion_styles/a.xlsx", workbook(sheet(HEAD + row(2, 1, text("x"))), styles=counted))
    corpus.put(
        "X03d_billion_strings/a.xlsx",
        workbook(sheet(HEAD + row(2, 1, "<v>0</v>", "s")), shared=strings(["x"], count=1_000_000_000)),
    )
    error = "<f>1/0</f><v>#DIV/0!</v>"
    corpus.put(
        "X03e_cached_error/a.xlsx", workbook(sheet(HEAD + row(2, 1, error, "e") + row(3, 2, text("y")), "A1:B3"))
    )
    dates = (
        HEAD
        + row(2, 1, "<v>60</v>", "n", ' s="1"')
        + row(3, 2, "<v>0</v>", "n", ' s="1"')
        + row(4, 3, "<v>-1</v>", "n", ' s="1"')
    )
    corpus.put("X03f_dates_1900/a.xlsx", workbook(sheet(dates, "A1:B4")))
    corpus.put("X03g_dates_1904/a.xlsx", workbook(sheet(dates, "A1:B4"), epoch='<workbookPr date1904="1"/>'))
    corpus.put("X03h_style_index/a.xlsx", workbook(sheet(HEAD + row(2, 1, "<v>1</v>", "n", ' s="4000000000"'))))

    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(478)
    corpus.put("X04_xls_renamed/a.xlsx", ole + bytes(1024))
    corpus.put("X04b_password/a.xlsx", ole + "EncryptedPackage".encode("utf-16-le") + bytes(992))
    corpus.put("X04c_xls/a.xls", ole + bytes(1024))
    corpus.put("X04d_no_bytes/a.xlsx", b"")
    corpus.put("X04e_zip_of_labels/a.xlsx", build([Entry("a.json", b'{"id":1,"text":"x"}')]))
