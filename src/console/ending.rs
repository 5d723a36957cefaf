//! The end that comes from outside: a terminal is given back also where the program is told to end.

/// From now on `kill` gives the terminal back before it ends the program, as it does everywhere: a shell without echo would
/// be left behind otherwise. Where the terminal itself has gone there is nothing to give back.
#[cfg(unix)]
pub fn give_back_when_told_to_end() {
    use signal_hook::consts::SIGTERM;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // Without it a kill ends the program as it would anyway.
    let Ok(mut signals) = Signals::new([SIGTERM]) else { return };
    let waits = move || {
        for signal in signals.forever() {
            super::pager::give_back();
            // It does not come back from this.
            let _ = emulate_default_handler(signal);
        }
    };
    // As above.
    let _ = std::thread::Builder::new().name("ending".to_owned()).spawn(waits);
}

/// Elsewhere a program is ended without being told.
#[cfg(not(unix))]
pub fn give_back_when_told_to_end() {}
