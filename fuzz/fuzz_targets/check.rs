//! See `jogak_fuzz::check`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::check(data));
