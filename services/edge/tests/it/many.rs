//! The program itself with few descriptors: idle visitors do not keep others out.

use crate::origin::{Origin, Says};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
    time::Duration,
};

fn get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_idle_visitors_of_256_descriptors_do_not_keep_others_out() {
    let origin = Origin::start().await;
    origin.says("/a", Says::body("from the origin"));
    let mut edge = Command::new("/bin/sh")
        .args(["-c", "ulimit -n 256 && exec \"$0\"", env!("CARGO_BIN_EXE_edge")])
        .env_clear()
        .envs([("ORIGIN_URL", origin.url.as_str()), ("EXIT_WITH_STDIN", "1")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(edge.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.trim().rsplit_once("http://").unwrap().1.to_owned();
    let idle: Vec<TcpStream> = (0..300).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for n in 0..10 {
        // Each needs a descriptor for the origin as well.
        let answer = get(&address, &format!("/a?n={n}")).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("from the origin"), "{n}: {answer}");
    }
    drop((idle, edge.stdin.take()));
    assert!(edge.wait().unwrap().success());
}
