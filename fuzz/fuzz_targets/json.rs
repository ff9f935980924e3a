//! See `jogak_fuzz::json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::json(data));
