//! See `jogak_fuzz::header`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::header(data));
