//! See `jogak_fuzz::encoding`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::encoding(data));
