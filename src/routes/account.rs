//! The account's own pages. A person who must first show who they are comes back to one of these, never to a URL from outside.

use serde::{Deserialize, Serialize};

macro_rules! account_pages {
    ($($(#[$doc:meta])+ $page:ident: $path:literal, $methods:ident;)+) => {
        /// A page of the account.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum AccountPage {
            $($(#[$doc])+ $page,)+
        }

        impl AccountPage {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$page),+];

            /// Its path.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$page => $path,)+ }
            }

            /// What it takes.
            #[must_use]
            pub const fn methods(self) -> AccountMethods {
                match self { $(Self::$page => AccountMethods::$methods,)+ }
            }
        }
    };
}

/// What a page of the account takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountMethods {
    /// It is read.
    Reads,
    /// It is read, and its forms are posted to it.
    ReadsAndPosts,
}

// In the order of the overview.
account_pages! {
    /// Who is signed in, and a link to each of the others.
    Overview: "/account", Reads;
    /// The password, where people may have one.
    Password: "/account/password", ReadsAndPosts;
    /// What the person says of themselves.
    Profile: "/account/profile", ReadsAndPosts;
    /// The person's addresses.
    Addresses: "/account/addresses", ReadsAndPosts;
    /// The person's phone numbers, where text messages can leave.
    Phones: "/account/phones", ReadsAndPosts;
    /// Authenticator apps.
    Authenticators: "/account/authenticators", ReadsAndPosts;
    /// Where one is added.
    AddAuthenticator: "/account/authenticators/add", ReadsAndPosts;
    /// Recovery codes.
    RecoveryCodes: "/account/recovery-codes", ReadsAndPosts;
    /// Browsers in which the second factor isn't asked for.
    Browsers: "/account/browsers", ReadsAndPosts;
    /// The person's passkeys.
    Passkeys: "/account/passkeys", ReadsAndPosts;
    /// Where the person is signed in.
    Sessions: "/account/sessions", ReadsAndPosts;
    /// The sites that the person has let in.
    Apps: "/account/apps", ReadsAndPosts;
    /// What happened.
    Activity: "/account/activity", Reads;
    /// Everything that is stored of the person, to be downloaded.
    Export: "/account/export", Reads;
    /// The end of the account.
    Delete: "/account/delete", ReadsAndPosts;
}

impl AccountPage {
    /// The page of a path.
    ///
    /// ```
    /// # use nightlatch::routes::AccountPage;
    /// assert_eq!(AccountPage::of_path("/account"), Some(AccountPage::Overview));
    /// assert_eq!(AccountPage::of_path("//evil.example"), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|page| page.path() == path)
    }

    /// The same with a word for the news that it is to tell.
    #[must_use]
    pub fn done(self, word: &str) -> String {
        format!("{}?done={word}", self.path())
    }

    /// Where a person shows once more who they are, on the way to this page.
    #[must_use]
    pub fn confirm(self) -> String {
        format!("{}?to={}", super::ACCOUNT_CONFIRM, self.path())
    }
}
