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
            // Editors do not know the language; its texts, words and comments look like those of this one.
            "codemirror_mode": "javascript",
            "pygments_lexer": "javascript",
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
