//! The binary: everything is in [`relight::cli`].

fn main() -> std::process::ExitCode {
    relight::cli::main()
}
