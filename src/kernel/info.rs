//! What the kernel is.

use serde_json::{Value as Json, json};

use super::message::Message;
use super::outbox::PROTOCOL;

/// The answer to `kernel_info_request`.
pub(super) fn kernel() -> Json {
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "status": "ok",
        "protocol_version": PROTOCOL,
        "implementation": "regulars",
        "implementation_version": version,
        "language_info": {
            "name": "rhai",
            "version": version,
            "mimetype": "text/x-rhai",
            "file_extension": ".rhai",
            // Editors know the colours of Rust, whose look the language has.
            "codemirror_mode": "rust",
            "pygments_lexer": "rust",
            "nbconvert_exporter": "script",
        },
        "banner": format!("Regulars {version}: customer analytics. `help` lists what there is; try `sample(\"cdnow\").rfm()`"),
        "help_links": [],
        "debugger": false,
        "supported_features": [],
    })
}

/// The answer to `shutdown_request`.
pub(super) fn shutdown(request: &Message) -> Json {
    json!({ "status": "ok", "restart": request.flag("restart", false) })
}
