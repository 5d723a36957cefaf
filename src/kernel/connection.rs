//! The connection file: where the sockets listen, and with which key messages are signed.

use regulars_plugin::{Failure, Result};
use serde::Deserialize;

use crate::files;

/// What a connection file says.
#[derive(Debug, Deserialize)]
pub(super) struct Connection {
    transport: String,
    ip: String,
    pub(super) shell_port: u16,
    pub(super) control_port: u16,
    pub(super) iopub_port: u16,
    pub(super) stdin_port: u16,
    pub(super) hb_port: u16,
    #[serde(default)]
    signature_scheme: String,
    #[serde(default)]
    pub(super) key: String,
}

impl Connection {
    /// Reads a connection file.
    pub(super) fn read(file: &str) -> Result<Connection> {
        let text = files::read_text(file)?;
        Connection::of(&text).map_err(|failure| failure.within(file))
    }

    fn of(text: &str) -> Result<Connection> {
        let connection: Connection = serde_json::from_str(text).map_err(|error| {
            Failure::new(format!("it is no connection file of Jupyter: {error}"))
                .help("Jupyter writes it and starts the kernel: `regulars kernel install`, then choose Regulars there")
        })?;
        if connection.transport != "tcp" {
            return Err(Failure::new(format!("the transport `{}` is not known", connection.transport))
                .help("let Jupyter use tcp, as it does unless told otherwise: `--KernelManager.transport=tcp`"));
        }
        if !connection.key.is_empty() && connection.signature_scheme != "hmac-sha256" {
            return Err(Failure::new(format!("messages signed with `{}` are not known", connection.signature_scheme))
                .help("let Jupyter sign with hmac-sha256, as it does unless told otherwise"));
        }
        Ok(connection)
    }

    /// The address of a socket.
    pub(super) fn address(&self, port: u16) -> String {
        match self.ip.as_str() {
            "*" => format!("tcp://0.0.0.0:{port}"),
            ip if ip.contains(':') && !ip.starts_with('[') => format!("tcp://[{ip}]:{port}"),
            ip => format!("tcp://{ip}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "control_port": 2, "iopub_port": 3,
        "stdin_port": 4, "hb_port": 5, "signature_scheme": "hmac-sha256", "key": "k", "kernel_name": "regulars"}"#;

    #[test]
    fn addresses_are_told_by_the_file() {
        let connection = Connection::of(FILE).unwrap();
        assert_eq!(connection.address(connection.hb_port), "tcp://127.0.0.1:5");
        let of_ip = |ip: &str| Connection::of(&FILE.replace("127.0.0.1", ip)).unwrap().address(7);
        assert_eq!(of_ip("*"), "tcp://0.0.0.0:7");
        assert_eq!(of_ip("::1"), "tcp://[::1]:7");
    }

    #[test]
    fn what_cannot_be_served_is_said_before_anything_listens() {
        let told = |text: &str| Connection::of(text).map_err(|failure| failure.message).err().unwrap_or_default();
        assert!(told("{}").starts_with("it is no connection file of Jupyter: missing field"));
        assert_eq!(told(&FILE.replace("\"tcp\"", "\"ipc\"")), "the transport `ipc` is not known");
        assert_eq!(told(&FILE.replace("sha256", "md5")), "messages signed with `hmac-md5` are not known");
        assert_eq!(told(&FILE.replace("\"k\"", "\"\"").replace("sha256", "md5")), "");
    }
}
