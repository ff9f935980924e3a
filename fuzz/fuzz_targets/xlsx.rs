//! See `jogak_fuzz::xlsx`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::xlsx(data));
