//! See `jogak_fuzz::names`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::names(data));
