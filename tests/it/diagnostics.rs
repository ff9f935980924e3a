//! `tests/diagnostics/NAME.sql` is a plan with problems, `NAME.expected` is what is said about it, character by
//! character. `JOGAK_UPDATE=1` writes the latter anew: read the difference before you commit it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Deep queries in an unoptimised program take more stack than a test's thread has.
const STACK: usize = 32 << 20;

fn said_about(path: &Path) -> String {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let text = fs::read_to_string(path).expect("a plan");
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(Box::pin(jogak_plans::diagnostics_of(&name, &text)))
    });
    thread.expect("a thread").join().unwrap_or_else(|_| panic!("'{}' makes the check panic", path.display()))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("tests/diagnostics");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

#[test]
fn broken_plans_get_exactly_these_messages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let update = std::env::var_os("JOGAK_UPDATE").is_some();
    let plans = files(&folder, "sql");
    assert!(plans.len() >= 30, "{} plans in {}", plans.len(), folder.display());
    let mut differences = String::new();
    for plan in &plans {
        let said = said_about(plan);
        let expected_path = plan.with_extension("expected");
        if update {
            fs::write(&expected_path, &said).expect("the expectation can be written");
            continue;
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if said != expected {
            let name = plan.display();
            let _ = writeln!(differences, "== {name}\n-- expected\n{expected}\n-- said\n{said}");
        }
    }
    assert!(differences.is_empty(), "{differences}\nJOGAK_UPDATE=1 writes the expectations anew");
    for expected in files(&folder, "expected") {
        assert!(expected.with_extension("sql").exists(), "{} belongs to no plan", expected.display());
    }
}
