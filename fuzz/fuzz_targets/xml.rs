//! See `jogak_fuzz::xml`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::xml(data));
