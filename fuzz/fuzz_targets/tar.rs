//! See `jogak_fuzz::tar`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::tar(data));
