//! The account's first page: who it is, and a link to each of the others with a line that says how things stand there.

use askama::Template;

use super::Head;
use super::recovery_codes::is_few;
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::platform::Fault;
use crate::routes::AccountPage;
use crate::store::account::Counts;
use crate::texts::{count, fill_html};

/// The account's first page. Its one form posts to `/sign-out`.
#[derive(Debug, Clone, Copy)]
pub struct OverviewPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// The primary address as it was typed.
    pub address: &'a str,
    /// The person's name, if known; else empty.
    pub name: &'a str,
    /// How much of everything there is.
    pub counts: Counts,
    /// Whether people may have passwords here.
    pub takes_passwords: bool,
    /// Whether people can give phone numbers here.
    pub takes_phones: bool,
    /// The sign-out form's token, handed back as `csrf`.
    pub csrf: &'a str,
}

/// A link to a page, with how things stand there.
struct Section<'a> {
    path: &'static str,
    name: &'a str,
    state: String,
}

#[derive(Template)]
#[template(path = "pages/account/overview.html")]
struct OverviewTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a OverviewPage<'a>,
    who: String,
    sections: Vec<Section<'a>>,
}

impl OverviewPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let (frame, needs) = Head::of(texts.account_heading, None).frame(self.look);
        let who = if self.name.is_empty() { self.address } else { self.name };
        let who = fill_html(texts.home_signed_in_as, &[("name", who)]);
        let sections = AccountPage::ALL.iter().filter_map(|page| self.section(*page)).collect();
        frame.page(&OverviewTemplate { frame: &frame, view: self, who, sections }, needs)
    }

    fn section(&self, page: AccountPage) -> Option<Section<'_>> {
        let (texts, counts) = (self.look.texts, self.counts);
        let (name, state) = match page {
            AccountPage::Overview | AccountPage::AddAuthenticator => return None,
            AccountPage::Authenticators => (&texts.account_authenticators, self.counted(texts.account_authenticators_state, counts.authenticators)),
            AccountPage::RecoveryCodes => (&texts.account_recovery_codes, self.recovery_codes()),
            AccountPage::Browsers => (&texts.account_browsers, self.counted(texts.account_browsers_state, counts.trusted_browsers)),
            AccountPage::Password if !self.takes_passwords => return None,
            AccountPage::Password => {
                let state = if counts.passwords == 0 { &texts.account_none } else { &texts.password_is_set };
                (&texts.password_account_heading, state.to_string())
            }
            AccountPage::Profile => (&texts.account_profile, texts.account_profile_state.to_string()),
            AccountPage::Addresses => (&texts.account_addresses, self.counted(texts.account_addresses_state, counts.addresses)),
            AccountPage::Phones if !self.takes_phones => return None,
            AccountPage::Phones => (&texts.account_phones, self.counted(texts.account_phones_state, counts.phones)),
            AccountPage::Apps => (&texts.account_apps, self.counted(texts.account_apps_state, counts.apps)),
            AccountPage::Activity => (&texts.account_activity, texts.account_activity_state.to_string()),
            AccountPage::Export => (&texts.account_export, texts.account_export_state.to_string()),
            AccountPage::Delete => (&texts.account_delete, texts.account_delete_state.to_string()),
            AccountPage::Passkeys => (&texts.account_passkeys, self.counted(texts.account_passkeys_state, counts.passkeys)),
            AccountPage::Sessions => (&texts.account_sessions, self.counted(texts.account_sessions_state, counts.sessions)),
        };
        Some(Section { path: page.path(), name, state })
    }

    /// How many are left; a warning where they are needed and few.
    fn recovery_codes(&self) -> String {
        let (texts, counts) = (self.look.texts, self.counts);
        if counts.passkeys + counts.authenticators > 0 && is_few(counts.recovery_codes) {
            return texts.recovery_few_state.to_string();
        }
        self.counted(texts.account_recovery_codes_state, counts.recovery_codes)
    }

    /// How many there are, in words.
    fn counted(&self, forms: &str, number: u64) -> String {
        let texts = self.look.texts;
        if number == 0 { texts.account_none.to_string() } else { count(forms, self.look.language, number) }
    }
}
