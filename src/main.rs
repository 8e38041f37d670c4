//! The binary: everything is in [`relight::cli`].

/// Planning makes and drops very many small values: see `docs/decisions/allocator.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    relight::cli::main()
}
