//! What the value of a setting may look like: each kind reads a text, or says why it can't. A kind knows no setting by name.

use crate::values::email_address::LocalPart;
use crate::values::{EmailAddress, EmailDomain, Issuer, Language, PhoneNumber, Seconds, Secret, base64url};

/// A type that a setting can have.
pub(super) trait Kind: Sized {
    /// What a value looks like, with its unit; ends the sentence "set it to …".
    const LOOK: &'static str;
    /// What the range of sizes counts, where it isn't the number itself.
    const SIZE_OF: Option<&'static str> = None;
    /// Whether its value is never shown.
    const IS_SECRET: bool = false;

    /// Reads a text that isn't empty.
    ///
    /// # Errors
    /// The rest of a sentence that began with the value: "must be …".
    fn read(text: &str) -> Result<Self, String>;

    /// What the range in the table is about.
    fn size(&self) -> Option<i64> {
        None
    }

    /// The value where nothing is said, for a kind that has one.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Kind> Kind for Option<T> {
    const LOOK: &'static str = T::LOOK;
    const SIZE_OF: Option<&'static str> = T::SIZE_OF;
    const IS_SECRET: bool = T::IS_SECRET;

    fn read(text: &str) -> Result<Self, String> {
        T::read(text).map(Some)
    }

    fn size(&self) -> Option<i64> {
        self.as_ref().and_then(T::size)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Several of a kind, separated by commas, each once.
impl<T: Kind + PartialEq> Kind for Vec<T> {
    const LOOK: &'static str = T::LOOK;
    const SIZE_OF: Option<&'static str> = Some("of them");

    fn read(text: &str) -> Result<Self, String> {
        let mut items = Self::new();
        for item in text.split(',').map(str::trim) {
            let read = T::read(item).map_err(|reason| format!("\"{item}\" {reason}"))?;
            if items.contains(&read) {
                return Err(format!("\"{item}\" must stand there once"));
            }
            items.push(read);
        }
        Ok(items)
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.len()).ok()
    }
}

macro_rules! whole_number {
    ($kind:ty, $look:literal, $read:expr, $size:expr) => {
        impl Kind for $kind {
            const LOOK: &'static str = $look;

            fn read(text: &str) -> Result<Self, String> {
                // Digits alone: neither a sign nor a unit.
                let digits = text.bytes().all(|b| b.is_ascii_digit());
                text.parse().ok().filter(|_| digits).map($read).ok_or_else(|| concat!("must be ", $look, ", in digits alone").to_owned())
            }

            fn size(&self) -> Option<i64> {
                Some($size(*self))
            }
        }
    };
}

whole_number!(Seconds, "a whole number of seconds", Seconds::new, Seconds::count);
whole_number!(u32, "a whole number", |number: u32| number, i64::from);
whole_number!(u8, "a whole number", |number: u8| number, i64::from);

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $look:literal: $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl Kind for $name {
            const LOOK: &'static str = $look;

            fn read(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(concat!("must be ", $look).to_owned()),
                }
            }
        }
    };
}

choice! {
    /// Who may sign in.
    Mode, "open, invite_only or allowed_domains":
    /// Everybody with an address.
    Open = "open",
    /// Only people whom the operator has invited.
    InviteOnly = "invite_only",
    /// Everybody with an address in one of the allowed domains.
    AllowedDomains = "allowed_domains",
}

choice! {
    /// Something that is there or isn't.
    Switch, "on or off":
    /// There.
    On = "on",
    /// Not there.
    Off = "off",
}

choice! {
    /// Which requests have a line in the log.
    RequestLog, "refused or all":
    /// Those that were answered with a status of 400 or more.
    Refused = "refused",
    /// Each one.
    All = "all",
}

choice! {
    /// What a one-time code is written in.
    CodeLetters, "digits or crockford":
    /// Decimal digits.
    Digits = "digits",
    /// Eight symbols of Crockford's base 32.
    Crockford = "crockford",
}

choice! {
    /// A way to send mail.
    AdapterName, "mailbox, resend, postmark, sendgrid, mailgun, brevo, cloudflare or webhook":
    /// The development mailbox: mails are shown on this machine.
    Mailbox = "mailbox",
    /// Resend's HTTP interface.
    Resend = "resend",
    /// Postmark's HTTP interface.
    Postmark = "postmark",
    /// SendGrid's HTTP interface.
    SendGrid = "sendgrid",
    /// Mailgun's HTTP interface.
    Mailgun = "mailgun",
    /// Brevo's HTTP interface.
    Brevo = "brevo",
    /// Cloudflare's `send_email` binding.
    Cloudflare = "cloudflare",
    /// A signed request to a server of the operator's own.
    Webhook = "webhook",
}

choice! {
    /// How text messages leave.
    SmsWay, "off, webhook or mailbox":
    /// Not at all: nobody can give a phone number.
    Off = "off",
    /// By the signed request that mails may leave by, too.
    Webhook = "webhook",
    /// The development mailbox: text messages are shown on this machine.
    Mailbox = "mailbox",
}

choice! {
    /// Where a provider keeps an account's data.
    Region, "us or eu":
    /// In the United States: the provider's usual server.
    Us = "us",
    /// In the European Union.
    Eu = "eu",
}

/// How numbers begin: `+` and some digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhonePrefix(String);

impl PhonePrefix {
    /// Whether the number begins so.
    #[must_use]
    pub fn begins(&self, number: &PhoneNumber) -> bool {
        number.as_str().starts_with(&self.0)
    }
}

impl Kind for PhonePrefix {
    const LOOK: &'static str = "+ and the digits that numbers begin with, such as +43";

    fn read(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('+').filter(|digits| (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
        match digits {
            Some(digits) if !digits.starts_with('0') => Ok(Self(text.to_owned())),
            Some(_) | None => Err(format!("must be {}", Self::LOOK)),
        }
    }
}

impl Kind for LocalPart {
    const LOOK: &'static str = "refuse or allow";

    fn read(text: &str) -> Result<Self, String> {
        match text {
            "refuse" => Ok(Self::AsciiOnly),
            "allow" => Ok(Self::AnyUnicode),
            _ => Err("must be refuse or allow".to_owned()),
        }
    }
}

impl Kind for Issuer {
    const LOOK: &'static str = "the address of this Worker, such as https://login.example.com";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|why| why.to_string())
    }
}

impl Kind for Language {
    const LOOK: &'static str = "a language of the pages, such as en, de or ar";

    fn read(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|language| language.tag() == text).ok_or_else(|| {
            let tags: Vec<&str> = Self::ALL.iter().map(|language| language.tag()).collect();
            format!("must be one of {}", tags.join(", "))
        })
    }
}

impl Kind for EmailDomain {
    const LOOK: &'static str = "a domain such as example.org";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|_| "must be a domain such as example.org".to_owned())
    }
}

impl Kind for EmailAddress {
    const LOOK: &'static str = "an e-mail address such as login@example.com";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text, LocalPart::AsciiOnly).map_err(|why| format!("must be an e-mail address: {why}"))
    }
}

/// Key material: base64url of random bytes.
impl Kind for Secret<Vec<u8>> {
    const LOOK: &'static str = "32 random bytes in base64url, as from: openssl rand -base64 32 | tr '+/' '-_' | tr -d '='";
    const SIZE_OF: Option<&'static str> = Some("bytes");
    const IS_SECRET: bool = true;

    fn read(text: &str) -> Result<Self, String> {
        base64url::decode(text).map(Self::new).ok_or_else(|| format!("must be base64url without padding: set it to {}", Self::LOOK))
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.expose().len()).ok()
    }
}

/// A key that somebody else has given out: it goes into a header, so it is visible ASCII.
impl Kind for Secret<String> {
    const LOOK: &'static str = "the text that the provider shows";
    const SIZE_OF: Option<&'static str> = Some("characters");
    const IS_SECRET: bool = true;

    fn read(text: &str) -> Result<Self, String> {
        let visible = text.bytes().all(|b| (0x21..=0x7e).contains(&b));
        if visible { Ok(Self::new(text.to_owned())) } else { Err("must be visible ASCII characters without spaces: copy it again".to_owned()) }
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.expose().len()).ok()
    }
}
