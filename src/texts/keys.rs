//! The list of all texts: their keys and what each is for. No words here.

use super::macros::texts;

texts! {
    /// A page's title: `{heading}` and the operator's `{brand}`.
    page_title,
    /// The title of a page that shows a problem: `{title}`.
    page_title_error,
    /// A length of time: minutes.
    minutes,
    /// A length of time: hours.
    hours,
    /// Link to the asking site's privacy policy.
    client_policy,
    /// Link to the asking site's terms.
    client_terms,

    /// Address page: heading.
    address_heading,
    /// Address page: which `{client}` asks.
    address_to_client,
    /// Address page: label of the field.
    address_label,
    /// Address page: what happens next.
    address_hint,
    /// Address page: the button.
    address_button,
    /// Address page: not an e-mail address.
    address_malformed,
    /// Address page: letters outside ASCII before the @.
    address_not_ascii,
    /// Address page: only `{domains}` are let in.
    address_domain,
    /// Address page: too many codes; `{time}` to wait.
    address_blocked,
    /// Address page: the mail could not be sent.
    address_mail_failed,
    /// Address page: the check for robots wasn't passed.
    address_robot,
    /// Address page: shown where the check for robots can't run.
    address_robot_script,

    /// Address page: button that leads to the password page.
    address_use_password,
    /// Password page: heading.
    password_heading,
    /// Password page: label of the field.
    password_label,
    /// Pages with a password: shows what is typed.
    password_show,
    /// Password page: the button.
    password_button,
    /// Password page: button that sends a code, to choose a new password by.
    password_forgot,
    /// Password page: button that sends a code, to sign in by.
    password_code_instead,
    /// Password page: the wrong one, or there is none.
    password_wrong,
    /// Password page: too many wrong ones; `{time}` to wait.
    password_blocked,
    /// New-password page: heading.
    new_password_heading,
    /// New-password page: whose, by `{address}`, and what follows.
    new_password_lead,
    /// New-password page: label of the field.
    new_password_label,
    /// New-password page: what is taken, from `{length}` characters.
    new_password_hint,
    /// New-password page: the button.
    new_password_button,
    /// New password: fewer than `{length}` characters.
    password_too_short,
    /// New password: more than `{length}` characters.
    password_too_long,
    /// New password: one of the common ones.
    password_common,
    /// New password: the address or the site's name.
    password_names,
    /// Account, password: heading.
    password_account_heading,
    /// Account, password: there is none.
    password_account_none,
    /// Account, password: there is one.
    password_account_has,
    /// Account, password: box that ends everything else.
    password_others,
    /// Account, password: button that saves it.
    password_save,
    /// Account, password: heading above its removal.
    password_remove_heading,
    /// Account, password: what is left without it.
    password_remove_text,
    /// Account, password: button that removes it.
    password_remove,
    /// Account, password: it is saved.
    password_saved,
    /// Account, password: it is removed.
    password_removed,
    /// Account, password: it can't be removed.
    password_last,
    /// Account, overview: there is a password.
    password_is_set,

    /// Code page: heading.
    code_heading,
    /// Code page: a code went to `{address}`.
    code_sent,
    /// Code page where only invited people get a code: `{address}`.
    code_sent_if_invited,
    /// Code page: label of the field, for `{length}` digits.
    code_label_digits,
    /// Code page: label of the field, for `{length}` letters and digits.
    code_label_characters,
    /// Code page: shown where the script submits a complete code.
    code_goes_on,
    /// Code page: the button.
    code_button,
    /// Code page: wrong, old, used or unknown.
    code_wrong,
    /// Code page: too many wrong ones; `{time}` to wait.
    code_blocked,
    /// Code page: sent once more.
    code_resent,
    /// Code page: sending again must wait `{time}`.
    code_resend_too_soon,
    /// Code page: the mail could not be sent again.
    code_mail_failed,
    /// Code page: heading above sending again.
    code_nothing_came,
    /// Code page: button that sends again.
    code_resend_button,
    /// Code page: the same button while it must wait; `{clock}` counts down.
    code_resend_wait,
    /// Code page: link back to the address page.
    code_other_address,

    /// Address page: button that signs in by passkey.
    passkey_button,
    /// Address page: the passkey wasn’t right, or isn’t known here.
    passkey_failed,
    /// Beside a button that adds a passkey: the device has one already.
    passkey_there,
    /// Second-factor page: button that asks for a passkey.
    passkey_use,
    /// Second-factor page: the passkey wasn’t right.
    passkey_second_failed,
    /// Second-factor page: shown where the script that asks for a passkey can’t run.
    passkey_script,
    /// Page that offers a passkey: heading.
    passkey_offer_heading,
    /// Page that offers a passkey: what it is good for.
    passkey_offer_lead,
    /// Button that adds a passkey.
    passkey_add,
    /// Button that leaves the offer.
    passkey_not_now,
    /// The passkey couldn’t be added.
    passkey_add_failed,
    /// Passkeys page: heading.
    passkeys_heading,
    /// Passkeys page: what they are.
    passkeys_lead,
    /// Passkeys page: there is none.
    passkeys_none,
    /// Passkeys page: added on `{date}`.
    passkeys_created,
    /// Passkeys page: last used on `{date}`.
    passkeys_used,
    /// Passkeys page: never used.
    passkeys_unused,
    /// Passkeys page: copied between devices.
    passkeys_synced,
    /// Passkeys page: stays on one device.
    passkeys_single,
    /// Passkeys page: label of the name.
    passkeys_name,
    /// Passkeys page: button that keeps the name.
    passkeys_rename,
    /// Passkeys page: button that removes one.
    passkeys_remove,
    /// Passkeys page: one was added.
    passkeys_done_added,
    /// Passkeys page: one was renamed.
    passkeys_done_renamed,
    /// Passkeys page: one was removed.
    passkeys_done_removed,
    /// Passkeys page: there can’t be more.
    passkeys_full,
    /// Passkeys page: the name can’t be one.
    passkeys_name_unfit,
    /// Passkeys page: the last way in stays.
    passkeys_last,
    /// Page that adds a passkey for `{client}`.
    passkeys_client_lead,

    /// Second-factor page: heading.
    second_heading,
    /// Second-factor page: whose sign-in, by `{address}`.
    second_lead,
    /// Second-factor page: label of the field for an authenticator app's code.
    second_app_label,
    /// Second-factor page: where that code is found.
    second_app_hint,
    /// Second-factor page: label of the field for a recovery code.
    second_recovery_label,
    /// Second-factor page: where that code is found.
    second_recovery_hint,
    /// Second-factor page: not to be asked again for `{days}`.
    second_trust,
    /// Second-factor page: the button.
    second_button,
    /// Second-factor page: wrong, or used before.
    second_wrong,
    /// Second-factor page: too many wrong ones; `{time}` to wait.
    second_blocked,
    /// Second-factor page: link to the field for the app's code.
    second_use_app,
    /// Second-factor page: link to the field for a recovery code.
    second_use_recovery,

    /// Authenticator apps: what they are for.
    authenticators_lead,
    /// Authenticator apps: since when one is here, `{time}`.
    authenticators_since,
    /// Authenticator apps: when one was used last, `{time}`.
    authenticators_used,
    /// Authenticator apps: link to the page that adds one; that page's heading.
    authenticators_add,
    /// Authenticator apps: there can't be more.
    authenticators_most,
    /// Authenticator apps: button that removes one.
    authenticators_remove,
    /// Authenticator apps: news that one was added.
    authenticators_added,
    /// Authenticator apps: news that one was removed.
    authenticators_removed,
    /// Adding an app: what to do with the QR code.
    authenticators_new_lead,
    /// Adding an app: what the QR code is, for screen readers.
    authenticators_qr,
    /// Adding an app: label of the key as text.
    authenticators_key,
    /// Adding an app: label of its name.
    authenticators_name,
    /// Adding an app: what its name is for.
    authenticators_name_hint,
    /// Adding an app: its name where the person gives none.
    authenticators_default_name,
    /// Adding an app: label of the code that it shows.
    authenticators_code,
    /// Adding an app: button.
    authenticators_confirm,
    /// Adding an app: its code is wrong.
    authenticators_wrong,
    /// Adding an app: it took too long, and here is a new key.
    authenticators_over,
    /// Recovery codes: what they are for.
    recovery_lead,
    /// Recovery codes: few are left.
    recovery_few,
    /// Recovery codes: there are none.
    recovery_none,
    /// Account: few recovery codes are left.
    recovery_few_state,
    /// Recovery codes: they help nobody who has no second factor.
    recovery_useless,
    /// Recovery codes: button that makes the first ones.
    recovery_make,
    /// Recovery codes: button that makes new ones.
    recovery_renew,
    /// Recovery codes: what making new ones does to the old ones.
    recovery_voids,
    /// Recovery codes: shown once.
    recovery_shown,
    /// Recovery codes: button that downloads them.
    recovery_download,
    /// Recovery codes: button that prints them.
    recovery_print,
    /// Recovery codes: link that goes on once they are kept.
    recovery_kept,
    /// Recovery codes: first line of the downloaded text, with `{address}` and `{host}`.
    recovery_file,
    /// Recovery codes: they were made too long ago to be downloaded.
    recovery_over,
    /// Trusted browsers: what they are.
    browsers_lead,
    /// Trusted browsers: until when one is trusted, `{time}`.
    browsers_until,
    /// Trusted browsers: button that trusts one no more.
    browsers_forget,
    /// Trusted browsers: button that trusts none any more.
    browsers_forget_all,
    /// Trusted browsers: news that one is trusted no more.
    browsers_forgotten,
    /// Trusted browsers: news that none is trusted any more.
    browsers_all_forgotten,

    /// Sign-out page: heading of the question.
    sign_out_heading,
    /// Sign-out page: `{client}` asks to sign out of `{brand}`.
    sign_out_client_asks,
    /// Sign-out page: the question where nobody in particular asks; `{brand}`.
    sign_out_question,
    /// Button that signs out.
    sign_out_button,
    /// Link that doesn't.
    sign_out_stay,
    /// After signing out: heading.
    signed_out_heading,
    /// After signing out: text.
    signed_out_text,
    /// Link back to `{client}`.
    back_to_client,
    /// Link to the home page.
    back_home,

    /// Home page, nobody signed in: heading.
    home_heading,
    /// Home page, nobody signed in: text.
    home_text,
    /// Home page: link that signs in.
    home_button,
    /// Home page, somebody signed in: heading.
    home_signed_in_heading,
    /// Home page: who, by `{name}`.
    home_signed_in_as,

    /// Development mailbox: heading.
    mailbox_heading,
    /// Development mailbox: nothing there.
    mailbox_empty,
    /// Development mailbox: to whom.
    mailbox_to,
    /// Development mailbox: link that reads it anew.
    mailbox_reload,

    /// Challenge page: heading.
    challenge_heading,
    /// Challenge page: which `{client}` asks.
    challenge_lead,
    /// Challenge page: what comes next, and what to do if the person hasn't begun it.
    challenge_hint,
    /// Challenge page: the button that goes on.
    challenge_button,
    /// Challenge page: the button that goes on by a mailed code.
    challenge_by_code,
    /// Challenge page: the button that declines.
    challenge_decline,

    /// A policy lets nobody in from here: heading.
    error_blocked_heading,
    /// A policy lets nobody in from here: text.
    error_blocked_text,
    /// More is asked for than the person has: heading.
    error_unmet_heading,
    /// More is asked for than the person has: text.
    error_unmet_text,
    /// A challenge for somebody else: heading.
    error_somebody_else_heading,
    /// A challenge for somebody else: text.
    error_somebody_else_text,
    /// Error page: label of the request's id.
    error_reference,
    /// Error page: label of the detail for developers.
    error_detail,
    /// Malformed request: heading.
    error_bad_request_heading,
    /// Malformed request: text.
    error_bad_request_text,
    /// Unknown client: heading.
    error_client_heading,
    /// Unknown client: text.
    error_client_text,
    /// Unregistered redirect URI: heading.
    error_redirect_heading,
    /// Unregistered redirect URI: text.
    error_redirect_text,
    /// The sign-in took too long: heading.
    error_expired_heading,
    /// The sign-in took too long: text.
    error_expired_text,
    /// A step of a sign-in that is done: heading.
    error_done_heading,
    /// A step of a sign-in that is done: text.
    error_done_text,
    /// One change of an account too many: heading.
    error_changes_heading,
    /// One change of an account too many: text.
    error_changes_text,
    /// A form that came from elsewhere, or without cookies: heading.
    error_foreign_heading,
    /// A form that came from elsewhere, or without cookies: text.
    error_foreign_text,
    /// The account is switched off: heading.
    error_disabled_heading,
    /// The account is switched off: text.
    error_disabled_text,
    /// No such page: heading.
    error_not_found_heading,
    /// No such page: text.
    error_not_found_text,
    /// Our fault: heading.
    error_server_heading,
    /// Our fault: text.
    error_server_text,

    /// Mail: subject with `{code}` and `{site}`. Never with a direction of its own: it begins or ends with the code.
    mail_subject,
    /// Mail: the code in one piece, so that telephones find it; `{code}` and `{site}`.
    mail_code,
    /// Mail: how long it works, as `{time}`, and the one `{host}` where it may be typed.
    mail_validity,
    /// Mail: the link that fills the code in.
    mail_link,
    /// Mail: when it was asked for, `{time}`.
    mail_asked_at,
    /// Mail: when and where it was asked for, `{time}` and `{place}`.
    mail_asked_from,
    /// Mail: nobody will ask for the code.
    mail_secret,
    /// Mail: heading of what to do if it wasn't you.
    mail_not_you_heading,
    /// Mail: what to do if it wasn't you.
    mail_not_you,
    /// Mail with a code that adds an address to an account: subject.
    mail_address_subject,
    /// The same: what the code confirms, as the mail's heading.
    mail_address_code,
    /// The same: what to do if it wasn't you.
    mail_address_not_you,

    /// Text message: `{code}` for `{brand}`, how long it works, as `{minutes}` in words, and the one `{host}` where it may be typed. Short: a message
    /// beyond the GSM alphabet has 70 characters in one piece.
    sms_code,

    /// Account: its name, on its first page and on every link there.
    account_heading,
    /// Before a page of the account: heading above signing in once more.
    account_confirm_heading,
    /// Before a page of the account: why somebody signs in once more.
    account_confirm_lead,
    /// Account: there is nothing of that kind.
    account_none,
    /// Account: the profile.
    account_profile,
    /// Account: what the profile is for.
    account_profile_state,
    /// Account: the e-mail addresses.
    account_addresses,
    /// Account: how many addresses.
    account_addresses_state,
    /// Account: the passkeys.
    account_passkeys,
    /// Account: how many passkeys.
    account_passkeys_state,
    /// Account: the authenticator apps.
    account_authenticators,
    /// Account: how many authenticator apps.
    account_authenticators_state,
    /// Account: the recovery codes.
    account_recovery_codes,
    /// Account: how many recovery codes are left.
    account_recovery_codes_state,
    /// Account: the password.
    account_password,
    /// Account: there is a password.
    account_password_state,
    /// Account: the browsers in which no second factor is asked for.
    account_browsers,
    /// Account: how many such browsers.
    account_browsers_state,
    /// Account: the phone numbers.
    account_phones,
    /// Account: how many phone numbers.
    account_phones_state,
    /// Account: the sessions.
    account_sessions,
    /// Account: in how many browsers.
    account_sessions_state,
    /// Account: the sites that have access.
    account_apps,
    /// Account: how many sites.
    account_apps_state,
    /// Account: what happened.
    account_activity,
    /// Account: what the activity shows.
    account_activity_state,
    /// Account: the download.
    account_export,
    /// Account: what the download is.
    account_export_state,
    /// Account: the end of it.
    account_delete,
    /// Account: what deleting does.
    account_delete_state,
    /// Account: a browser, `{browser}` on `{system}`.
    account_browser_on,
    /// Account: a browser that says nothing of itself that we know.
    account_browser_unknown,
    /// Account: proven by a one-time code.
    account_proven_code,
    /// Account: proven by a code to the phone.
    account_proven_sms,
    /// Account: proven by a password.
    account_proven_password,
    /// Account: proven by a passkey.
    account_proven_passkey,
    /// Sessions: the one that is looked at.
    account_session_here,
    /// Sessions: since `{time}`, proven by `{methods}`.
    account_session_since,
    /// Sessions: button that ends one.
    account_session_end,
    /// Sessions: button that ends all the others.
    account_sessions_end_others,
    /// Sessions: news that one was ended.
    account_session_ended,
    /// Sessions: news that all the others were ended.
    account_sessions_ended,

    /// Activity and notices: a passkey was added; its name `{detail}`.
    event_passkey_added,
    /// Activity and notices: a passkey was removed; its name `{detail}`.
    event_passkey_removed,
    /// Activity and notices: an authenticator app was added; its name `{detail}`.
    event_authenticator_added,
    /// Activity and notices: an authenticator app was removed; its name `{detail}`.
    event_authenticator_removed,
    /// Activity and notices: new recovery codes.
    event_recovery_codes_made,
    /// Activity and notices: a recovery code was used.
    event_recovery_code_used,
    /// Activity and notices: the password was set or changed.
    event_password_changed,
    /// Activity and notices: the password was removed.
    event_password_removed,
    /// Activity and notices: an address was added; it, `{detail}`.
    event_address_added,
    /// Activity and notices: an address was removed; it, `{detail}`.
    event_address_removed,
    /// Activity and notices: another address became the primary one; it, `{detail}`.
    event_address_made_primary,
    /// Activity and notices: a phone number was added; its end, `{detail}`.
    event_phone_added,
    /// Activity and notices: a phone number was removed; its end, `{detail}`.
    event_phone_removed,
    /// Activity: the profile was changed.
    event_profile_changed,
    /// Activity: another session was ended.
    event_session_ended,
    /// Activity: a site's access was ended; its name `{detail}`.
    event_app_disconnected,
    /// Activity: a browser is no longer asked for the second factor.
    event_browser_trusted,
    /// Activity: it is again.
    event_browser_forgotten,
    /// Activity: a sign-in, by `{methods}`.
    event_signed_in,
    /// Notice: the account is gone.
    event_account_deleted,
    /// Notice: subject; the `{site}`.
    notice_subject,
    /// Notice: when, `{time}`, and with which `{browser}`.
    notice_at,
    /// Notice: when, `{time}`, from which `{place}` and with which `{browser}`.
    notice_from,
    /// Notice: nothing to do if it was you.
    notice_was_you,
    /// Notice: what to do if it wasn't you, at `{host}`.
    notice_not_you,

    /// Connected sites: what they are.
    sites_lead,
    /// Connected sites: there is none.
    sites_none,
    /// Connected sites: since `{time}`.
    sites_since,
    /// Connected sites: what one sees, `{scopes}`.
    sites_sees,
    /// Connected sites: button.
    sites_disconnect,
    /// Connected sites: news.
    sites_done,
    /// What a site sees: who it is.
    scope_openid,
    /// What a site sees: the profile.
    scope_profile,
    /// What a site sees: the address.
    scope_email,
    /// What a site sees: the phone number.
    scope_phone,
    /// What a site sees: the passkeys that are added there.
    scope_passkeys,
    /// What a site can do: while the person is away.
    scope_offline_access,
    /// Activity: what it shows.
    activity_lead,
    /// Profile: what it is for.
    profile_lead,
    /// Profile: `name`.
    profile_name,
    /// Profile: `given_name`.
    profile_given_name,
    /// Profile: `family_name`.
    profile_family_name,
    /// Profile: `nickname`.
    profile_nickname,
    /// Profile: `preferred_username`.
    profile_preferred_username,
    /// Profile: `website`.
    profile_website,
    /// Profile: `picture`.
    profile_picture,
    /// Profile: `birthdate`.
    profile_birthdate,
    /// Profile: `zoneinfo`.
    profile_zoneinfo,
    /// Profile: `locale`.
    profile_locale,
    /// Profile: button.
    profile_save,
    /// Profile: news.
    profile_saved,
    /// Profile: the `{field}` can't be taken.
    profile_unusable,
    /// Addresses: what they are for.
    addresses_lead,
    /// Addresses: the primary one.
    addresses_primary,
    /// Addresses: button.
    addresses_make_primary,
    /// Addresses: button.
    addresses_remove,
    /// Addresses: label of the field for one more.
    addresses_add_label,
    /// Addresses: what happens next.
    addresses_add_hint,
    /// Addresses: button.
    addresses_add_button,
    /// Addresses: it is the person's own already.
    addresses_has_already,
    /// Addresses: there are as many as there may be.
    addresses_too_many,
    /// Addresses: news.
    addresses_added,
    /// Addresses: news.
    addresses_removed,
    /// Addresses: news.
    addresses_made_primary,
    /// Phones: what a number is for, and which one sites learn.
    phones_lead,
    /// Phones: the one that sites learn.
    phones_seen,
    /// Phones: the field for one more.
    phones_label,
    /// Phones: how to write it, and what follows.
    phones_hint,
    /// Phones: it isn't one, or its country code is missing.
    phones_malformed,
    /// Phones: no text message goes to numbers that begin so.
    phones_not_served,
    /// Phones: it is theirs already.
    phones_has_already,
    /// Phones: there are as many as there may be.
    phones_too_many,
    /// Phones: nobody took the text message.
    phones_failed,
    /// Phones: it was added.
    phones_added,
    /// Phones: it was removed.
    phones_removed,
    /// Code page of a text message: heading.
    phone_code_heading,
    /// Code page of a text message: wrong, old, used or unknown.
    phone_code_wrong,
    /// Code page of a text message: it was sent once more.
    phone_code_resent,
    /// Code page of a text message: it can be sent again in `{time}`.
    phone_code_too_soon,
    /// Code page of a text message: above the button that sends it again.
    phone_code_nothing_came,
    /// Code page of a text message: link to where another number is typed.
    phone_code_other,
    /// Deleting: what goes.
    delete_lead,
    /// Deleting: label; `{address}` is to be typed.
    delete_label,
    /// Deleting: button.
    delete_button,
    /// Deleting: something else was typed.
    delete_mistyped,
    /// After deleting: heading.
    deleted_heading,
    /// After deleting: text.
    deleted_text,
}
