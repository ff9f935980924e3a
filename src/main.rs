//! The command `jogak`: one file a verb under `commands/`, and the only place that prints.

mod args;
mod commands;
mod report;
pub mod sample;

use std::process::ExitCode;

use clap::Parser;

/// Has the system allocator give memory back. By default glibc keeps freed memory in one arena a thread, so that the peak
/// of a long run is far above what it ever uses at once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn keep_memory_low() {
    // SAFETY: mallopt only sets numbers of the allocator, and no other thread runs yet.
    unsafe {
        // One arena makes two threads as slow as one.
        libc::mallopt(libc::M_ARENA_MAX, 4);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 64 * 1024);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 256 * 1024);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_memory_low() {}

/// Decodes one file of others for the program that started this one, in little memory, in limited time, and nothing else;
/// see `connectors/src/decode/isolated.rs`.
fn decode_file(memory: Option<&str>, seconds: Option<&str>) -> ExitCode {
    let number = |text: Option<&str>, default| text.and_then(|text| text.parse().ok()).unwrap_or(default);
    limit_resources(number(memory, 1 << 30), number(seconds, 600));
    match jogak_connectors::decode::serve_file(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Address space beyond what a file may take: the program itself, and a deep stack for the first look at a schema.
#[cfg(unix)]
const OWN_SPACE: u64 = 768 << 20;

#[cfg(unix)]
fn limit_resources(memory: u64, seconds: u64) {
    let bytes = memory.saturating_add(OWN_SPACE);
    let space = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    // At the first limit SIGXCPU says why; SIGKILL at the second does not.
    let time = libc::rlimit { rlim_cur: seconds, rlim_max: seconds.saturating_add(10) };
    // SAFETY: setrlimit reads the structure that it is given. Where it fails, files are decoded without the limit.
    unsafe {
        libc::setrlimit(libc::RLIMIT_AS, &space);
        libc::setrlimit(libc::RLIMIT_CPU, &time);
    }
}

#[cfg(not(unix))]
fn limit_resources(_memory: u64, _seconds: u64) {}

fn main() -> ExitCode {
    keep_memory_low();
    let mut arguments = std::env::args().skip(1);
    if arguments.next().is_some_and(|first| first == jogak_connectors::decode::DECODE_FILE) {
        return decode_file(arguments.next().as_deref(), arguments.next().as_deref());
    }
    let cli = args::Cli::parse();
    let korean = report::korean(cli.lang);
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let outcome = runtime.block_on(commands::run(cli.command, korean));
            // A run that was stopped midway leaves work behind that nobody waits for.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(jogak_engine::Error::internal("the runtime could not be started").because(error)),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            report::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
