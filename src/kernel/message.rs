//! Messages of the protocol: frames on the wire, their signature, and the JSON parts between.
//!
//! On the wire a message is: the identities of the peer, a delimiter, the signature, then header, parent header, metadata
//! and content as JSON, and any buffers behind them.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value as Json};
use sha2::Sha256;

/// What stands between the identities and the message.
const DELIMITER: &[u8] = b"<IDS|MSG>";

/// The JSON parts: header, parent header, metadata, content.
const PARTS: usize = 4;

/// A message that came in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    /// Whom an answer goes to; empty where the socket knows its peer.
    pub(super) identities: Vec<Vec<u8>>,
    pub(super) header: Json,
    pub(super) parent: Json,
    pub(super) metadata: Json,
    pub(super) content: Json,
    pub(super) buffers: Vec<Vec<u8>>,
}

impl Message {
    /// What it asks for: `execute_request`.
    pub(super) fn kind(&self) -> &str {
        self.header["msg_type"].as_str().unwrap_or_default()
    }

    /// The client that sent it.
    pub(super) fn session(&self) -> &str {
        self.header["session"].as_str().unwrap_or_default()
    }

    /// Text of the content; empty where there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.content[name].as_str().unwrap_or_default()
    }

    /// Whether something is asked for.
    pub(super) fn flag(&self, name: &str, unless_told: bool) -> bool {
        self.content[name].as_bool().unwrap_or(unless_told)
    }

    /// A whole number of the content.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.content[name].as_i64()
    }
}

/// Signs messages and checks signatures with the key of the connection.
pub(super) struct Signer {
    /// None where the connection has no key: then nothing is signed.
    key: Option<Hmac<Sha256>>,
    seen: Mutex<Seen>,
}

/// The signatures of the messages that came in last: what was signed once is not done twice.
#[derive(Default)]
struct Seen {
    known: HashSet<Vec<u8>>,
    order: VecDeque<Vec<u8>>,
}

/// Signatures that are remembered.
const REMEMBERED: usize = 1 << 16;

impl Seen {
    /// Whether it is there for the first time.
    fn is_new(&mut self, signature: &[u8]) -> bool {
        if !self.known.insert(signature.to_vec()) {
            return false;
        }
        self.order.push_back(signature.to_vec());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

impl Signer {
    pub(super) fn new(key: &str) -> Signer {
        // Keys of any length are taken.
        let key = if key.is_empty() { None } else { Hmac::new_from_slice(key.as_bytes()).ok() };
        Signer { key, seen: Mutex::default() }
    }

    /// The signature of these parts in hexadecimal digits; empty without a key.
    fn sign(&self, parts: &[Vec<u8>]) -> Vec<u8> {
        let Some(mac) = self.over(parts) else { return Vec::new() };
        let bytes = mac.finalize().into_bytes();
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]))
            .collect()
    }

    /// Whether a signature is that of these parts. It takes the same time wherever they differ.
    fn is_signed(&self, parts: &[Vec<u8>], signature: &[u8]) -> bool {
        let Some(mac) = self.over(parts) else { return true };
        bytes_of(signature).is_some_and(|signature| mac.verify_slice(&signature).is_ok())
    }

    fn over(&self, parts: &[Vec<u8>]) -> Option<Hmac<Sha256>> {
        let mut mac = self.key.clone()?;
        parts.iter().take(PARTS).for_each(|part| mac.update(part));
        Some(mac)
    }

    /// Reads the frames of a message; why it is none, in words, otherwise.
    pub(super) fn read(&self, mut frames: Vec<Vec<u8>>) -> Result<Message, &'static str> {
        let delimiter = frames.iter().position(|frame| frame == DELIMITER).ok_or("it has no delimiter")?;
        let mut rest = frames.split_off(delimiter).into_iter().skip(1);
        let signature = rest.next().ok_or("it ends behind its delimiter")?;
        let mut parts: Vec<Vec<u8>> = rest.collect();
        if parts.len() < PARTS {
            return Err("parts of it are missing");
        }
        let buffers = parts.split_off(PARTS);
        if !self.is_signed(&parts, &signature) {
            return Err("its signature is wrong");
        }
        // In any letters the same bytes.
        let signature = signature.to_ascii_lowercase();
        if self.key.is_some() && !self.seen.lock().unwrap_or_else(PoisonError::into_inner).is_new(&signature) {
            return Err("it came once already");
        }
        let json = |part: &[u8]| match serde_json::from_slice(part) {
            Ok(Json::Object(object)) => Ok(Json::Object(object)),
            _ => Err("a part of it is no JSON object"),
        };
        let [header, parent, metadata, content] =
            [json(&parts[0])?, json(&parts[1])?, json(&parts[2])?, json(&parts[3])?];
        if !header["msg_type"].is_string() || !header["msg_id"].is_string() {
            return Err("its header has no `msg_type` or no `msg_id`");
        }
        Ok(Message { identities: frames, header, parent, metadata, content, buffers })
    }

    /// The frames of a message.
    pub(super) fn write(&self, message: &Message) -> Vec<Vec<u8>> {
        let parts: Vec<Vec<u8>> = [&message.header, &message.parent, &message.metadata, &message.content]
            .map(|part| part.to_string().into_bytes())
            .into();
        let signature = self.sign(&parts);
        let mut frames = message.identities.clone();
        frames.extend([DELIMITER.to_vec(), signature]);
        frames.extend(parts);
        frames.extend(message.buffers.iter().cloned());
        frames
    }
}

/// The bytes that hexadecimal digits stand for.
fn bytes_of(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

/// An empty JSON object.
pub(super) fn nothing() -> Json {
    Json::Object(Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message() -> Message {
        Message {
            identities: vec![b"peer".to_vec()],
            header: json!({ "msg_id": "1", "msg_type": "execute_request", "session": "s" }),
            parent: nothing(),
            metadata: nothing(),
            content: json!({ "code": "客户 🛒" }),
            buffers: vec![vec![0, 255]],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for key in ["", "a key"] {
            let signer = Signer::new(key);
            assert_eq!(signer.read(signer.write(&message())), Ok(message()), "{key}");
        }
    }

    #[test]
    fn what_was_signed_is_taken_once() {
        let signer = Signer::new("a key");
        let mut frames = signer.write(&message());
        assert!(signer.read(frames.clone()).is_ok());
        assert_eq!(signer.read(frames.clone()).err(), Some("it came once already"));
        frames[2] = frames[2].to_ascii_uppercase();
        assert_eq!(signer.read(frames).err(), Some("it came once already"));
        let mut seen = Seen::default();
        assert!((0..=REMEMBERED).all(|number| seen.is_new(&number.to_le_bytes())));
        assert_eq!((seen.known.len(), seen.order.len()), (REMEMBERED, REMEMBERED));
    }

    /// The second test case of RFC 4231, over four parts.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let parts = ["what do ya ", "want ", "for ", "nothing?"].map(|part| part.as_bytes().to_vec());
        let signature = String::from_utf8(Signer::new("Jefe").sign(&parts)).unwrap();
        assert_eq!(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn what_is_no_message_is_told() {
        let told = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
            let signer = Signer::new("a key");
            let mut frames = signer.write(&message());
            change(&mut frames);
            signer.read(frames).err()
        };
        assert_eq!(told(&|_| {}), None);
        assert_eq!(told(&|frames| frames.clear()), Some("it has no delimiter"));
        assert_eq!(told(&|frames| frames.truncate(2)), Some("it ends behind its delimiter"));
        assert_eq!(told(&|frames| frames.truncate(6)), Some("parts of it are missing"));
        for wrong in ["", "00", "x", &"0".repeat(64), "客户"] {
            let wrong = wrong.as_bytes().to_vec();
            assert_eq!(told(&|frames| frames[2] = wrong.clone()), Some("its signature is wrong"));
        }
        // Another content under the same signature.
        assert_eq!(told(&|frames| frames[6] = b"{}".to_vec()), Some("its signature is wrong"));
        let open = Signer::new("");
        for wrong in ["[]", "{", "1", "\u{0}"] {
            let mut frames = open.write(&message());
            frames[6] = wrong.as_bytes().to_vec();
            assert_eq!(open.read(frames).err(), Some("a part of it is no JSON object"), "{wrong}");
        }
        let mut frames = open.write(&message());
        frames[3] = b"{\"msg_id\": 1}".to_vec();
        assert_eq!(open.read(frames).err(), Some("its header has no `msg_type` or no `msg_id`"));
    }
}
