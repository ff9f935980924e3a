//! `jogak sample`.

use jogak_engine::{Error, Result};

use super::size;
use crate::args::{Format, SampleArgs};
use crate::report;
use crate::sample::{SampleError, SampleOptions, expected_path, generate};

fn refused(error: SampleError) -> Error {
    Error::invalid("the sample cannot be made").because(error)
}

pub(crate) fn sample(args: &SampleArgs) -> Result<u8> {
    let mut options = SampleOptions::new(args.family.parse().map_err(refused)?, args.records, &args.out);
    options.seed = args.seed;
    if let Some(hazards) = &args.hazards {
        options.hazards = hazards.parse().map_err(refused)?;
    }
    options.one_document = size("--one-document", args.one_document.as_deref())?;
    let made = generate(&options).map_err(refused)?;
    match args.format {
        Format::Json | Format::Ndjson => report::json(&made, args.format)?,
        _ => {
            let stored: u64 = made.files.iter().map(|file| file.bytes).sum();
            report::line(&format!(
                "{} records in {} files ({}, {} unpacked) below {}",
                made.records,
                made.files.len(),
                report::bytes(stored),
                report::bytes(made.unpacked_bytes),
                args.out.display()
            ));
            for damage in &made.damages {
                let place = format!(
                    "line {}, column {}, offset {}",
                    damage.place.line, damage.place.column, damage.place.byte_offset
                );
                report::line(&format!(
                    "  damaged on purpose: {}!{} {} at {place}",
                    damage.object, damage.member, damage.code
                ));
            }
            report::line(&format!("what a reader must find in it: {}", expected_path(&args.out).display()));
        }
    }
    Ok(0)
}
