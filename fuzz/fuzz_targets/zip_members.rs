//! See `jogak_fuzz::zip_members`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jogak_fuzz::zip_members(data));
