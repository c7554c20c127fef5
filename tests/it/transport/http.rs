//! `git http-backend` behind the least that a web server can be.

use crate::harness::{Isolation, Stage, run};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// Serves the stage's folder; returns what the client has to be told.
pub fn serve(stage: &Stage) -> Vec<(String, String)> {
    vec![("remote.origin.url".into(), format!("http://127.0.0.1:{}/server.git", start(stage)))]
}

/// Serves the stage's folder on a free port, which it returns, for as long as the tests run.
pub fn start(stage: &Stage) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let home: PathBuf = stage.home().into();
    stage.server.config("http.receivepack", "true");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, home) = (stream.unwrap(), home.clone());
            thread::spawn(move || answer(stream, &home));
        }
    });
    port
}

/// Answers requests on one connection until the client closes it.
fn answer(mut stream: TcpStream, home: &Path) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some((method, target, headers)) = head(&mut reader) {
        if headers.contains_key("expect") {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
        let body = body(&mut reader, &headers);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut backend = Command::new("git");
        backend.isolated(home).arg("http-backend");
        backend.env("GIT_PROJECT_ROOT", home).env("GIT_HTTP_EXPORT_ALL", "1").env("REMOTE_ADDR", "127.0.0.1");
        backend
            .env("REMOTE_USER", "tester")
            .env("REQUEST_METHOD", &method)
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query);
        backend.env("CONTENT_LENGTH", body.len().to_string());
        for (header, variable) in [
            ("content-type", "CONTENT_TYPE"),
            ("content-encoding", "HTTP_CONTENT_ENCODING"),
            ("git-protocol", "GIT_PROTOCOL"),
        ] {
            if let Some(value) = headers.get(header) {
                backend.env(variable, value);
            }
        }
        let out = run(&mut backend, &body).stdout;
        let end = out.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let fields = String::from_utf8_lossy(&out[..end]).into_owned();
        let status = fields.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
        let fields: String =
            fields.lines().filter(|line| !line.starts_with("Status:")).map(|line| format!("{line}\r\n")).collect();
        let content = &out[end + 4..];
        write!(stream, "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n", content.len()).unwrap();
        stream.write_all(content).unwrap();
    }
}

type Head = (String, String, HashMap<String, String>);

fn head(reader: &mut impl BufRead) -> Option<Head> {
    let first = text_line(reader)?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = HashMap::new();
    while let Some((name, value)) = text_line(reader)?.split_once(':') {
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some((method, target, headers))
}

fn body(reader: &mut impl BufRead, headers: &HashMap<String, String>) -> Vec<u8> {
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        loop {
            let size = u64::from_str_radix(text_line(reader).unwrap().trim(), 16).unwrap();
            reader.take(size).read_to_end(&mut body).unwrap();
            text_line(reader).unwrap();
            if size == 0 {
                return body;
            }
        }
    }
    let size = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    reader.take(size).read_to_end(&mut body).unwrap();
    body
}

/// A line without its end; `None` when the client is gone.
fn text_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim_end().to_owned()),
    }
}
