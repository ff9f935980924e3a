//! The command `jogak`: one file a verb under `commands/`, and the only place that prints.

mod args;
mod commands;
mod report;
pub mod sample;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
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
