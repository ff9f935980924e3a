//! Runs every target over its saved corpus, without libFuzzer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so and fails")]

use jogak_fuzz::{TARGETS, Target};
use std::path::{Path, PathBuf};

/// Names the input when a target panics.
struct Running(PathBuf);

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the input is {}", self.0.display());
        }
    }
}

fn inputs(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut inputs: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    inputs
}

/// Deep queries take more stack in an unoptimised program than a test's thread has. The program runs plans on its main
/// thread, which has 8 MiB and is optimised.
const STACK: usize = 64 << 20;

fn on_a_deep_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    assert!(thread.join().is_ok(), "the target panicked, see above");
}

fn replay(name: &str) {
    let target: Target = TARGETS.iter().find(|(known, _)| *known == name).unwrap().1;
    let inputs = inputs(name);
    assert!(!inputs.is_empty(), "no inputs are saved for {name}");
    for path in inputs {
        let data = std::fs::read(&path).unwrap();
        let running = Running(path);
        target(&data);
        drop(running);
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                on_a_deep_stack(|| replay(stringify!($name)));
            }
        )*

        #[test]
        fn every_target_is_replayed() {
            let tested = [$(stringify!($name)),*];
            assert!(TARGETS.iter().map(|(name, _)| *name).eq(tested));
        }
    };
}
targets! { check csv encoding header json names plan tar xlsx xml zip_index zip_members }

#[test]
fn nothing_and_a_byte_are_inputs_too() {
    for (_, target) in TARGETS {
        target(&[]);
        for byte in [0, 1, 2, 127, 128, 255] {
            target(&[byte]);
            target(&[byte; 9]);
        }
    }
}

#[test]
fn the_corpus_stays_small() {
    let size = |path: &PathBuf| std::fs::metadata(path).unwrap().len();
    let total: u64 = TARGETS.iter().flat_map(|(name, _)| inputs(name)).map(|path| size(&path)).sum();
    assert!(total < 300 << 10, "the corpus has {total} bytes");
}
