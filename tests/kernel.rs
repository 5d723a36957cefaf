//! The kernel of Jupyter: a client of our own speaks to the real program, and, where a Python with Jupyter is told of in
//! `REGULARS_PYTHON`, so do the public suite for kernels, jupyter_client and nbclient (`tests/kernel/*.py`).

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use zeromq::{DealerSocket, ReqSocket, Socket, SocketRecv, SocketSend, SubSocket, ZmqMessage};

const KEY: &str = "a key of the tests";
const PATIENCE: Duration = Duration::from_secs(60);

/// A kernel and a client that is connected to it.
struct Talk {
    kernel: Child,
    shell: DealerSocket,
    control: DealerSocket,
    broadcast: SubSocket,
    heartbeat: ReqSocket,
    sent: usize,
    _folder: tempfile::TempDir,
}

impl Drop for Talk {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.kernel.kill();
        let _ = self.kernel.wait();
    }
}

fn signature(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()
}

fn message(kind: &str, number: usize, content: &Json) -> ZmqMessage {
    let header = json!({ "msg_id": format!("m{number}"), "msg_type": kind, "session": "rust", "username": "", "version": "5.3" });
    let parts: Vec<Vec<u8>> =
        [header, json!({}), json!({}), content.clone()].iter().map(|part| part.to_string().into_bytes()).collect();
    let mut message = ZmqMessage::from("<IDS|MSG>");
    message.push_back(signature(&parts).into());
    parts.into_iter().for_each(|part| message.push_back(part.into()));
    message
}

/// Kind, number of the request and content of a message, whose signature is checked.
fn read(message: ZmqMessage) -> (String, String, Json) {
    let frames: Vec<Vec<u8>> = message.into_vec().iter().map(|frame| frame.to_vec()).collect();
    let at = frames.iter().position(|frame| frame == b"<IDS|MSG>").unwrap();
    assert_eq!(frames[at + 1], signature(&frames[at + 2..at + 6]));
    let json = |place: usize| -> Json { serde_json::from_slice(&frames[at + place]).unwrap() };
    let (header, parent) = (json(2), json(3));
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    assert!(header["date"].as_str().unwrap().ends_with('Z'), "{header}");
    (text(&header["msg_type"]), text(&parent["msg_id"]), json(5))
}

async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("the kernel answers")
}

impl Talk {
    async fn start() -> Talk {
        let folder = tempfile::tempdir().unwrap();
        // Held all at once, so that they are five different ones.
        let held: Vec<TcpListener> = (0..5).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = held.iter().map(|one| one.local_addr().unwrap().port()).collect();
        drop(held);
        let file = folder.path().join("connection.json");
        let connection = json!({
            "transport": "tcp", "ip": "127.0.0.1", "key": KEY, "signature_scheme": "hmac-sha256",
            "shell_port": ports[0], "control_port": ports[1], "iopub_port": ports[2], "stdin_port": ports[3], "hb_port": ports[4],
        });
        std::fs::write(&file, connection.to_string()).unwrap();
        let kernel = Command::new(env!("CARGO_BIN_EXE_regulars"))
            .args(["kernel", "run", "--no-plugins", "--connection-file"])
            .arg(&file)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", ports[4])).is_err() {
            assert!(Instant::now() < until, "the kernel never listened");
            std::thread::sleep(Duration::from_millis(20));
        }
        let address = |place: usize| format!("tcp://127.0.0.1:{}", ports[place]);
        let mut broadcast = SubSocket::new();
        within(broadcast.connect(&address(2))).await.unwrap();
        within(broadcast.subscribe("")).await.unwrap();
        let (mut shell, mut control, mut heartbeat) = (DealerSocket::new(), DealerSocket::new(), ReqSocket::new());
        within(shell.connect(&address(0))).await.unwrap();
        within(control.connect(&address(1))).await.unwrap();
        within(heartbeat.connect(&address(4))).await.unwrap();
        Talk { kernel, shell, control, broadcast, heartbeat, sent: 0, _folder: folder }
    }

    async fn send(&mut self, kind: &str, content: Json) -> String {
        self.sent += 1;
        within(self.shell.send(message(kind, self.sent, &content))).await.unwrap();
        format!("m{}", self.sent)
    }

    /// The answer to a request, and the content of it.
    async fn ask(&mut self, kind: &str, content: Json) -> Json {
        let request = self.send(kind, content).await;
        let (told, parent, content) = read(within(self.shell.recv()).await.unwrap());
        assert_eq!((told, parent), (kind.replace("request", "reply"), request));
        content
    }

    /// What is broadcast for a request, up to idle.
    async fn heard(&mut self, request: &str) -> Vec<(String, Json)> {
        let mut found = Vec::new();
        loop {
            let (kind, parent, content) = read(within(self.broadcast.recv()).await.unwrap());
            if parent == request {
                let is_over = content["execution_state"] == "idle";
                found.push((kind, content));
                if is_over {
                    return found;
                }
            }
        }
    }
}

/// Runs this alone on a runtime, as every other test of the binary knows none.
fn block_on<T>(what: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(what)
}

#[test]
fn a_client_in_rust_is_answered() {
    block_on(async {
        let mut talk = Talk::start().await;
        let (kind, parent, welcome) = read(within(talk.broadcast.recv()).await.unwrap());
        assert_eq!((kind.as_str(), parent.as_str(), welcome), ("iopub_welcome", "", json!({ "subscription": "" })));
        let info = talk.ask("kernel_info_request", json!({})).await;
        assert_eq!((&info["status"], &info["language_info"]["file_extension"]), (&json!("ok"), &json!(".rhai")));
        talk.heard("m1").await;

        let code = "print(\"客户 🛒\"); sample(\"cdnow\").head(2)";
        let reply = talk.ask("execute_request", json!({ "code": code, "silent": false, "store_history": true })).await;
        assert_eq!((&reply["status"], &reply["execution_count"]), (&json!("ok"), &json!(1)));
        let heard = talk.heard("m2").await;
        let kinds: Vec<&str> = heard.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["status", "execute_input", "stream", "execute_result", "status"]);
        assert_eq!(heard[2].1, json!({ "name": "stdout", "text": "客户 🛒\n" }));
        let data = &heard[3].1["data"];
        assert!(data["text/html"].as_str().unwrap().contains("<table"), "{data}");
        assert!(data["text/plain"].as_str().unwrap().contains("customer"), "{data}");

        let code = "\"🛒\"; sample(\"cdnow\").renam";
        let told = talk.ask("complete_request", json!({ "code": code, "cursor_pos": code.chars().count() })).await;
        assert_eq!((&told["matches"], &told["cursor_end"]), (&json!(["rename("]), &json!(code.chars().count())));
        assert_eq!(told["cursor_start"], code.chars().count() - 5);

        within(talk.heartbeat.send(ZmqMessage::from("beat"))).await.unwrap();
        let beat = within(talk.heartbeat.recv()).await.unwrap().into_vec();
        assert_eq!(beat.first().map(|frame| frame.to_vec()), Some(b"beat".to_vec()));

        within(talk.control.send(message("shutdown_request", 99, &json!({ "restart": false })))).await.unwrap();
        let (kind, parent, content) = read(within(talk.control.recv()).await.unwrap());
        assert_eq!((kind.as_str(), parent.as_str()), ("shutdown_reply", "m99"));
        assert_eq!(content, json!({ "status": "ok", "restart": false }));
        let until = Instant::now() + PATIENCE;
        while talk.kernel.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "the kernel never ended");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
}

#[test]
fn a_loop_is_stopped_and_what_waits_behind_it_is_aborted() {
    block_on(async {
        let mut talk = Talk::start().await;
        let run = |code: &str| json!({ "code": code, "silent": false, "stop_on_error": true });
        talk.ask("execute_request", run("let kept = 41;")).await;
        talk.send("execute_request", run("loop {}")).await;
        talk.send("execute_request", run("kept = 0;")).await;
        // The loop has begun where its text is told.
        while read(within(talk.broadcast.recv()).await.unwrap()).2["code"] != "loop {}" {}
        within(talk.control.send(message("interrupt_request", 98, &json!({})))).await.unwrap();
        let mut replies = Vec::new();
        for _ in 0..2 {
            let (_, parent, content) = read(within(talk.shell.recv()).await.unwrap());
            replies.push((parent, content["status"].as_str().unwrap().to_owned()));
        }
        let told = |parent: &str, status: &str| (parent.to_owned(), status.to_owned());
        assert_eq!(replies, [told("m3", "aborted"), told("m2", "error")]);
        let next = talk.ask("execute_request", json!({ "code": "", "user_expressions": { "n": "kept + 1" } })).await;
        assert_eq!(next["user_expressions"]["n"]["data"]["text/plain"], "42");
    });
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connection.json");
    for (text, wanted) in
        [("", "no connection file of Jupyter"), ("{\"transport\": 1}", "no connection file of Jupyter")]
    {
        std::fs::write(&file, text).unwrap();
        let told = Command::new(env!("CARGO_BIN_EXE_regulars"))
            .args(["kernel", "run", "--connection-file"])
            .arg(&file)
            .output();
        let told = told.unwrap();
        assert_eq!(told.status.code(), Some(1));
        let said = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(said.contains(wanted) && said.contains("regulars kernel install"), "{said}");
    }
}

/// The Python of the tests; none where there is none with what they need, which is said.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("REGULARS_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let needs = "import jupyter_kernel_test, jupyter_client, nbclient, nbformat";
    match Command::new(&python).args(["-c", needs]).output() {
        Ok(told) if told.status.success() => Some(python),
        found => {
            assert!(
                std::env::var_os("REGULARS_PYTHON").is_none(),
                "REGULARS_PYTHON names a Python without jupyter_kernel_test, jupyter_client, nbclient and nbformat: {found:?}"
            );
            eprintln!(
                "skipped: `python3` has no jupyter_kernel_test, jupyter_client, nbclient and nbformat; REGULARS_PYTHON may name \
                 one that has"
            );
            None
        }
    }
}

fn passes(test: &str) {
    let Some(python) = python() else { return };
    let told = Command::new(python)
        .args(["-W", "ignore", "-m", "unittest", "-v", test])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel"))
        .env("REGULARS", env!("CARGO_BIN_EXE_regulars"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{said}");
    // A suite that finds no tests passes as well.
    assert!(said.contains(" ok\n"), "{said}");
}

#[test]
fn the_public_suite_for_kernels_passes() {
    passes("test_protocol");
}

#[test]
fn clients_of_jupyter_get_what_they_rely_on() {
    passes("test_behaviour");
}

#[test]
fn notebooks_run() {
    passes("test_notebooks");
}
