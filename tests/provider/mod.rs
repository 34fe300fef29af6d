//! A provider of mails that listens on loopback, and a world whose HTTP client is a plain socket.

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use nightlatch::platform::{
    AnswerBody, BoundEmail, Cache, Crypto, Database, EmailBinding, Fault, Outbound, OutboundAnswer, OutboundRequest, Platform, Row,
    SignatureAlgorithm, Signed, Statement, VerificationAlgorithm,
};
use nightlatch::values::Timestamp;
use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What the provider does with a request.
pub(crate) enum Answer {
    /// A status and a body.
    Says(u16, String),
    /// A redirect to there.
    Redirects(String),
    /// Nothing at all.
    Hangs,
    /// One byte now and then, for ever.
    Trickles,
}

impl Answer {
    pub(crate) fn says(status: u16, body: &str) -> Self {
        Self::Says(status, body.to_owned())
    }
}

/// A request as it came over the wire.
pub(crate) struct Heard {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Heard {
    /// The one header of that name.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found: Vec<&str> = self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0]
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The webhook's signature as the specification tells a receiver to compute it.
    pub(crate) fn signature_under(&self, secret: &str) -> String {
        let base64 = base64::engine::general_purpose::STANDARD;
        let key = base64.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap().chain_update(signed);
        format!("v1,{}", base64.encode(mac.finalize().into_bytes()))
    }
}

/// A provider that gives every request the same answer.
pub(crate) struct Provider {
    address: SocketAddr,
    heard: Receiver<Heard>,
}

impl Provider {
    pub(crate) fn that(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, heard) = channel();
        std::thread::spawn(move || listener.incoming().try_for_each(|stream| serve(stream.ok()?, &answer, &tell)));
        Self { address, heard }
    }

    /// Nobody listens there any more.
    pub(crate) fn that_is_gone() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { address, heard: channel().1 }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn heard(&self) -> Heard {
        self.heard.recv_timeout(Duration::from_secs(5)).unwrap()
    }

    pub(crate) fn heard_nothing(&self) -> bool {
        self.heard.try_recv().is_err()
    }
}

fn serve(mut stream: TcpStream, answer: &Answer, tell: &Sender<Heard>) -> Option<()> {
    tell.send(read_request(&stream)).ok()?;
    let text = match answer {
        Answer::Says(status, body) => format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()),
        Answer::Redirects(to) => format!("HTTP/1.1 307 X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        Answer::Hangs => {
            std::thread::sleep(Duration::from_secs(3));
            return Some(());
        }
        Answer::Trickles => {
            let _ = stream.write_all(b"HTTP/1.1 200 X\r\nContent-Length: 9999\r\n\r\n");
            for _ in 0..300 {
                std::thread::sleep(Duration::from_millis(10));
                let _ = stream.write_all(b" ");
            }
            return Some(());
        }
    };
    let _ = stream.write_all(text.as_bytes());
    Some(())
}

fn read_request(stream: &TcpStream) -> Heard {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let first = line();
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let headers: Vec<(String, String)> = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty()))
        .map(|line| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).unwrap())
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Heard { method, path, headers, body: String::from_utf8(body).unwrap() }
}

/// A world with a log, a binding for mails, a plain HTTP client, and nothing else.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) bound: RefCell<Option<BoundEmail>>,
    pub(crate) binding_refuses: bool,
    pub(crate) nothing: Nothing,
}

/// What no test here needs.
#[derive(Default)]
pub(crate) struct Nothing;

impl Outbound for World {
    async fn post(&self, request: OutboundRequest) -> Result<OutboundAnswer, Fault> {
        post(&request).map_err(|error| Fault::new(error.to_string()))
    }
}

/// Bytes of an answer that are read, as at the edge.
pub(crate) const ANSWER_LIMIT: usize = 64 * 1024;

/// HTTP/1.1 over a socket, with the request's time limit over all of it.
fn post(request: &OutboundRequest) -> std::io::Result<OutboundAnswer> {
    let end = Instant::now() + Duration::from_millis(request.timeout_milliseconds.into());
    let url = url::Url::parse(&request.url).unwrap();
    let address = SocketAddr::new(url.host_str().unwrap().parse().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect_timeout(&address, left(end)?)?;
    let path = &url[url::Position::BeforePath..];
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = request.body.len();
    write!(stream, "POST {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Length: {length}\r\n\r\n{}", request.body)?;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(&mut buffer)? {
            0 => break,
            read => answer.extend_from_slice(&buffer[..read]),
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    Ok(OutboundAnswer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        body: if body.len() > ANSWER_LIMIT { AnswerBody::TooLong } else { AnswerBody::Whole(body.to_owned()) },
    })
}

fn left(end: Instant) -> std::io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

impl EmailBinding for World {
    fn is_bound(&self) -> bool {
        true
    }

    async fn send(&self, email: BoundEmail) -> Result<(), Fault> {
        if self.binding_refuses {
            return Err(Fault::new("ann@example.org isn't verified"));
        }
        *self.bound.borrow_mut() = Some(email);
        Ok(())
    }
}

impl Platform for World {
    type Database = Nothing;
    type Cache = Nothing;
    type Outbound = Self;
    type EmailBinding = Self;
    type Crypto = Nothing;

    fn database(&self) -> &Nothing {
        &self.nothing
    }
    fn cache(&self) -> &Nothing {
        &self.nothing
    }
    fn outbound(&self) -> &Self {
        self
    }
    fn email_binding(&self) -> &Self {
        self
    }
    fn crypto(&self) -> &Nothing {
        &self.nothing
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_795_293_480)
    }
    fn now_milliseconds(&self) -> u64 {
        u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
    }
    fn fill_random(&self, _: &mut [u8]) -> Result<(), Fault> {
        Err(none())
    }
    fn log(&self, line: &str) {
        self.log.borrow_mut().push(line.to_owned());
    }
}

fn none() -> Fault {
    Fault::new("this world has none")
}

impl Database for Nothing {
    async fn batch(&self, _: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        Err(none())
    }
}

impl Cache for Nothing {
    async fn read(&self, _: &str) -> Result<Option<String>, Fault> {
        Err(none())
    }
    async fn write(&self, _: &str, _: &str) -> Result<(), Fault> {
        Err(none())
    }
}

impl Crypto for Nothing {
    type SigningKey = ();
    type VerifyingKey = ();

    async fn import_signing_key(&self, _: SignatureAlgorithm, _: &str) -> Result<(), Fault> {
        Err(none())
    }
    async fn import_verifying_key(&self, _: VerificationAlgorithm, _: &str) -> Result<(), Fault> {
        Err(none())
    }
    async fn sign(&self, _: SignatureAlgorithm, (): &(), _: &[u8]) -> Result<Vec<u8>, Fault> {
        Err(none())
    }
    async fn verify(&self, _: VerificationAlgorithm, (): &(), _: Signed<'_>) -> Result<bool, Fault> {
        Err(none())
    }
}
