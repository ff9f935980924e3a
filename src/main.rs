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

fn main() -> ExitCode {
    keep_memory_low();
    let cli = args::Cli::parse();
    let korean = report::korean(cli.lang);
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(cli.command, korean)),
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
