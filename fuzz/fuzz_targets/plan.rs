//! See `jogak_fuzz::plan`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::plan(data));
