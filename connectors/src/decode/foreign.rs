//! Files that hold no records: images, films, archives, programs. They are told apart before a reader sees them, so that
//! their damage says what they are.

use crate::damage::Damage;

/// Bytes at the start of a file that say what it is.
pub(super) const HEAD: usize = 8;

/// What a file is that begins with these bytes, where that is neither text nor a format that is read here.
pub(super) fn by_content(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 21] = [
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"\x89PNG", "a PNG image"),
        (b"GIF8", "a GIF image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"\0\0\0\x0CjP  ", "a JPEG 2000 image"),
        (b"8BPS", "a Photoshop image"),
        (b"RIFF", "a sound, video or image file (RIFF)"),
        (b"OggS", "a sound or video file (Ogg)"),
        (b"fLaC", "a sound file (FLAC)"),
        (b"\x1A\x45\xDF\xA3", "a video file (Matroska)"),
        (b"%PDF", "a PDF document"),
        (b"ARRO", "an Arrow IPC file"),
        (b"\xFF\xFF\xFF\xFF", "an Arrow IPC stream"),
        (b"Obj\x01", "an Avro file"),
        (b"\x89HDF", "an HDF5 file"),
        (b"\x93NUMPY", "a NumPy array"),
        (b"SQLi", "an SQLite database"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"\x7FELF", "a program"),
    ];
    // The size of the first box stands before its name.
    let is_mp4 = head.first() == Some(&0) && head.get(4..8).is_some_and(|kind| matches!(kind, b"ftyp" | b"moov"));
    let found = known.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| what);
    found.or(is_mp4.then_some("a video or image file (MP4)"))
}

/// What a file is by its name, where its content is text and would be read.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("svg").then_some("an SVG image")
}

pub(super) fn damage(what: &str) -> Damage {
    Damage::new("FORMAT", format!("{what} holds no records that can be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes() {
        for (head, what) in [
            (&b"\0\0\0\x18ftypisom"[..8], Some("a video or image file (MP4)")),
            (b"\x89PNG\r\n\x1a\n", Some("a PNG image")),
            (b"\x93NUMPY\x01\0", Some("a NumPy array")),
            (b"{\"a\":1}\n", None),
            (b"id,ftyp\n", None),
            (b"{\"a", None),
            (b"", None),
        ] {
            assert_eq!(by_content(head), what, "{head:?}");
        }
        assert_eq!(by_name("a/b.SVG"), Some("an SVG image"));
        assert_eq!(by_name("svg"), None);
    }
}
