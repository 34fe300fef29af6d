//! The pages that people see: typed data in, HTML out, with the content security policy that goes with it.
//!
//! Reads no database, no cookie and no clock. A page is one file here and one template in `www/pages`.

mod account;
mod address;
mod branding;
mod challenge;
mod code;
mod error;
mod frame;
mod home;
mod mailbox;
mod new_password;
mod page;
mod passkey;
mod password;
mod qr;
mod second_factor;
mod sign_out;

pub use account::{
    ActivityPage, AddressesPage, AppProblem, AppsPage, AuthenticatorsPage, BrowsersPage, DeletePage, DeletedPage, MadeCodesPage, NewAddressProblem,
    NewAuthenticatorPage, OverviewPage, PasskeysPage, PasskeysProblem, PasswordMessage, PasswordSettingsPage, PhoneProblem, PhonesPage, ProfilePage,
    RecoveryCodesPage, SessionsPage, ShownAddress, ShownApp, ShownAuthenticator, ShownBrowser, ShownPasskey, ShownSession,
};
pub use address::{AddressPage, AddressProblem};
pub use branding::{Branding, BrandingProblem, Colour, Logo};
pub use challenge::ChallengePage;
pub use code::{CodePage, CodeProblem, Promise};
pub use error::{ErrorKind, ErrorPage};
pub use frame::{ClientDisplay, Look};
pub use home::{HomePage, SignedIn};
pub use mailbox::MailboxPage;
pub use new_password::NewPasswordPage;
pub use page::{Page, csp};
pub use passkey::{PasskeyAsked, PasskeyForClientPage, PasskeyOfferPage};
pub use password::{PasswordPage, PasswordProblem};
pub use qr::qr_svg;
pub use second_factor::{Asked, SecondFactorPage, SecondProblem};
pub use sign_out::{ConfirmSignOutPage, SignedOutPage};
