//! A person's browser: it keeps cookies, follows redirects at the provider, and fills in forms. It never forgets a cookie by itself, so that
//! whatever has ended was ended by the provider.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use nightlatch::http::message::{Body, EdgeData, Incoming};

use crate::house::{House, ISSUER};
use crate::page::Page;
use crate::site::Site;

const MOST_REDIRECTS: usize = 5;

/// One browser.
pub(crate) struct Browser {
    house: Rc<House>,
    jar: RefCell<BTreeMap<String, String>>,
    ip: Cell<IpAddr>,
    language: RefCell<String>,
    accept: RefCell<String>,
    origin: RefCell<&'static str>,
}

impl Browser {
    pub(crate) fn new(house: Rc<House>) -> Self {
        let ip = Cell::new("192.0.2.1".parse().unwrap());
        let accept = RefCell::new("text/html".to_owned());
        let origin = RefCell::new(ISSUER);
        Self { house, jar: RefCell::default(), ip, language: RefCell::new("en".to_owned()), accept, origin }
    }

    /// The same browser on another line.
    pub(crate) fn moves_to(&self, ip: &str) -> &Self {
        self.ip.set(ip.parse().unwrap());
        self
    }

    /// The same browser of somebody who reads another language.
    pub(crate) fn speaks(&self, language: &str) -> &Self {
        language.clone_into(&mut self.language.borrow_mut());
        self
    }

    /// From now on it asks for JSON.
    pub(crate) fn prefers_json(&self) {
        "application/json".clone_into(&mut self.accept.borrow_mut());
    }

    /// A cookie's value.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(&format!("__Host-{name}")).cloned()
    }

    /// From now on its forms are posted from a page of that origin.
    pub(crate) fn stands_at(&self, origin: &'static str) {
        *self.origin.borrow_mut() = origin;
    }

    /// Puts a cookie into the jar.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.jar.borrow_mut().insert(format!("__Host-{name}"), value.to_owned());
    }

    /// Opens a page of the provider and goes wherever it leads there.
    pub(crate) fn opens(&self, path: &str) -> Page {
        self.goes(Method::GET, path, None)
    }

    /// Presses the button of a form: its hidden fields and what the person has typed.
    pub(crate) fn submits(&self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut hidden = page.hidden_fields(action);
        // What a script would have written there.
        hidden.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&hidden).extend_pairs(typed);
        self.goes(Method::POST, action, Some(form.finish()))
    }

    /// Presses a button of a form that posts elsewhere than the form itself.
    pub(crate) fn presses(&self, page: &Page, form: &str, to: &str, typed: &[(&str, &str)]) -> Page {
        let hidden = page.hidden_fields(form);
        let mut posted = url::form_urlencoded::Serializer::new(String::new());
        posted.extend_pairs(&hidden).extend_pairs(typed);
        self.goes(Method::POST, to, Some(posted.finish()))
    }

    /// Presses "Use a password" on the address page.
    pub(crate) fn uses_password(&self, page: &Page, address: &str) -> Page {
        self.presses(page, "/sign-in", "/sign-in/password", &[("email", address)])
    }

    /// Types a password into its page.
    pub(crate) fn types_password(&self, page: &Page, address: &str, password: &str) -> Page {
        self.submits(page, "/sign-in/password", &[("email", address), ("password", password)])
    }

    /// Presses "Forgot your password?".
    pub(crate) fn forgets_password(&self, page: &Page, address: &str) -> Page {
        self.presses(page, "/sign-in/password", "/sign-in", &[("email", address), ("forgot", "yes")])
    }

    /// Posts a form that some other page has, and stays where the answer is.
    pub(crate) fn posts(&self, path: &str, form: &str) -> Page {
        self.asks(Method::POST, path, Some(form.to_owned()))
    }

    /// Comes from a site that would like to know who this is.
    pub(crate) fn visits(&self, site: &Site) -> Page {
        self.visits_with(site, &[])
    }

    /// The same, where the site asks for something in particular.
    pub(crate) fn visits_with(&self, site: &Site, parameters: &[(&str, &str)]) -> Page {
        self.opens(&site.request(parameters))
    }

    /// Types an address into the address page.
    pub(crate) fn asks_for_code(&self, page: &Page, address: &str) -> Page {
        self.submits(page, "/sign-in", &[("email", address)])
    }

    /// Types a code into the code page.
    pub(crate) fn types_code(&self, page: &Page, code: &str) -> Page {
        self.submits(page, "/sign-in/code", &[("code", code)])
    }

    /// Presses "Send it again" on the code page.
    pub(crate) fn asks_again(&self, page: &Page) -> Page {
        self.submits(page, "/sign-in/resend", &[])
    }

    /// Signs in to a site by a code from the mail; gives the page that leads back there.
    pub(crate) fn signs_in(&self, site: &Site, address: &str) -> Page {
        self.signs_in_with(site, &[], address)
    }

    /// The same, where the site asks for something in particular.
    pub(crate) fn signs_in_with(&self, site: &Site, parameters: &[(&str, &str)], address: &str) -> Page {
        let page = self.asks_for_code(&self.visits_with(site, parameters), address);
        self.types_code(&page, &self.house.code_for(address))
    }

    /// Signs in at the provider's own home page.
    pub(crate) fn signs_in_at_home(&self, address: &str) -> Page {
        let page = self.asks_for_code(&self.opens("/sign-in"), address);
        self.types_code(&page, &self.house.code_for(address))
    }

    /// Whether the home page says that somebody is signed in.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.opens("/").says("You’re signed in")
    }

    fn goes(&self, method: Method, path: &str, form: Option<String>) -> Page {
        let mut page = self.asks(method, path, form);
        for _ in 0..MOST_REDIRECTS {
            let next = page.header("location").and_then(|location| location.strip_prefix(ISSUER)).map(str::to_owned);
            let Some(next) = next else { return page };
            assert_eq!(page.status, StatusCode::SEE_OTHER);
            page = self.asks(Method::GET, &next, None);
        }
        panic!("{path} leads in circles");
    }

    fn asks(&self, method: Method, path: &str, form: Option<String>) -> Page {
        let mut headers = self.headers();
        if form.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            headers.insert(ORIGIN, HeaderValue::from_static(*self.origin.borrow()));
        }
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let edge = EdgeData { ip: Some(self.ip.get()), city: Some("Leeds".to_owned()), country: Some("GB".to_owned()) };
        let body = Body::Complete(form.unwrap_or_default().into_bytes());
        let incoming = Incoming { method, path: bare.to_owned(), query: query.to_owned(), headers, body, edge };
        let answer = self.house.answer(incoming);
        for cookie in answer.headers().get_all(SET_COOKIE) {
            self.keeps(cookie.to_str().unwrap());
        }
        Page { status: answer.status(), headers: answer.headers().clone(), at: path.to_owned(), html: answer.into_body() }
    }

    fn headers(&self) -> HeaderMap {
        let cookies: Vec<String> = self.jar.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let language = self.language.borrow();
        let accept = self.accept.borrow();
        let texts = [(COOKIE, cookies.join("; ")), (ACCEPT_LANGUAGE, language.clone()), (ACCEPT, accept.clone())];
        let mut headers: HeaderMap = texts.into_iter().map(|(name, text)| (name, HeaderValue::from_str(&text).unwrap())).collect();
        headers.insert(USER_AGENT, HeaderValue::from_static("Lynx/2.9"));
        headers
    }

    fn keeps(&self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').unwrap();
        let (value, attributes) = rest.split_once(';').unwrap();
        assert!(attributes.contains("HttpOnly") && attributes.contains("Secure") && attributes.contains("SameSite=Lax"), "{cookie}");
        if attributes.contains("Max-Age=0;") {
            self.jar.borrow_mut().remove(name);
        } else {
            self.jar.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
    }
}
