"""I*: images. Nothing decodes them; as labels they are no records."""

import struct
import zlib

from zips import Entry, build, record


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, rows=b""):
    """A PNG whose header claims what it likes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
)


def make(corpus):
    bomb = png(65535, 65535, bytes(1 << 20))
    corpus.put("I01_png_65535/a.png", bomb)
    corpus.put("I01b_jpeg_cut/a.jpg", JPEG)
    corpus.put("I01c_gif/a.gif", b"GIF89a\xff\xff\xff\xff\x80\x00\x00" + bytes(6))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    corpus.put("I01d_svg_script/a.svg", svg)
    # Both an image and a document: JSON behind a GIF's header, and a zip behind a JPEG.
    corpus.put("I01e_gif_and_json/a.json", b"GIF89a" + b" " * 7 + record(1))
    corpus.put("I01f_png_as_json/a.json", bomb)
    corpus.put("I01g_jpeg_and_zip/a.zip", JPEG + build([Entry("a.json", record(1))]))
    corpus.put("I01h_members/a.zip", build([Entry("a.png", bomb), Entry("b.jpg", JPEG), Entry("c.json", record(1))]))
    corpus.put("I02_no_extension/a", b"\x7fELF" + bytes(60))
    corpus.put("I02b_video/a.mp4", struct.pack(">I", 24) + b"ftypisom\x00\x00\x02\x00isomiso2" + bytes(64))
