//! A rendered page and the content security policy that it needs (W3C CSP Level 3). Sets no header itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::sync::OnceLock;

/// Where Cloudflare's check for robots comes from.
const TURNSTILE_ORIGIN: &str = "https://challenges.cloudflare.com";

/// A page, ready to be sent.
#[derive(Debug, Clone)]
pub struct Page {
    /// The whole document.
    pub html: String,
    pub(super) needs: Needs,
}

/// What a page needs that the policy would otherwise forbid.
#[derive(Debug, Clone)]
pub(super) struct Needs {
    pub(super) brand_style_hash: String,
    pub(super) image_origins: Vec<String>,
    pub(super) script: Script,
    pub(super) robots: Robots,
    pub(super) forms: Forms,
}

/// The page's own script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    None,
    Code,
    Print,
    /// It asks us for a new ceremony.
    Passkey,
}

/// Whether the check for robots is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Robots {
    Welcome,
    Checked,
}

/// Where a form of the page may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forms {
    /// There is none.
    None,
    /// To a page of ours.
    Ours,
    /// In the end to a client: Chromium holds every later redirect against `form-action`, so there can't be one.
    MayEndAtClient,
}

/// The style that all pages share.
pub(super) const STYLE: &str = include_str!("../../www/pages/style.css");
/// The code page's script.
pub(super) const CODE_SCRIPT: &str = include_str!("../../www/pages/code.js");
/// The script of a page that can be printed.
pub(super) const PRINT_SCRIPT: &str = include_str!("../../www/pages/print.js");

/// The script of every page that asks for a passkey.
pub(super) const PASSKEY_SCRIPT: &str = include_str!("../../www/pages/passkey.js");

/// The value of the page's `Content-Security-Policy` header.
#[must_use]
pub fn csp(page: &Page) -> String {
    let needs = &page.needs;
    let mut policy = String::with_capacity(512);
    policy.push_str("default-src 'none'; style-src ");
    policy.extend([style_hash(), " ", &needs.brand_style_hash, "; img-src 'self'"]);
    for origin in &needs.image_origins {
        policy.extend([" ", origin]);
    }
    let own = match needs.script {
        Script::None => None,
        Script::Code => Some(code_script_hash()),
        Script::Print => Some(print_script_hash()),
        Script::Passkey => Some(passkey_script_hash()),
    };
    let robots = match needs.robots {
        Robots::Welcome => None,
        Robots::Checked => Some(TURNSTILE_ORIGIN),
    };
    let scripts: Vec<&str> = own.into_iter().chain(robots).collect();
    if !scripts.is_empty() {
        policy.extend(["; script-src ", &scripts.join(" ")]);
    }
    if needs.script == Script::Passkey {
        policy.push_str("; connect-src 'self'");
    }
    if needs.robots == Robots::Checked {
        policy.extend(["; frame-src ", TURNSTILE_ORIGIN]);
    }
    policy.push_str("; base-uri 'none'; frame-ancestors 'none'");
    policy.push_str(match needs.forms {
        Forms::None => "; form-action 'none'",
        Forms::Ours => "; form-action 'self'",
        Forms::MayEndAtClient => "",
    });
    policy
}

/// The source expression that lets in an inline block of exactly this content.
pub(super) fn source_hash(content: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content)))
}

/// The constant blocks are hashed once for each isolate.
fn style_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| source_hash(STYLE))
}

fn print_script_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| source_hash(PRINT_SCRIPT))
}

fn code_script_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| source_hash(CODE_SCRIPT))
}

fn passkey_script_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| source_hash(PASSKEY_SCRIPT))
}
