//! The protocol itself, and the check of the configuration.

use super::*;

#[test]
fn a_good_configuration_passes_and_a_bad_one_is_refused_with_one_line() {
    let mut deployment = Deployment::new();
    assert_eq!(deployment.run("config.check", json!({})).unwrap(), json!({"issuer": "http://localhost:8787"}));
    deployment.set("OTP_DIGIT", "6");
    assert_eq!(deployment.run("config.check", json!({})).unwrap_err(), "NIGHTLATCH_OTP_DIGIT is no setting: did you mean NIGHTLATCH_OTP_DIGITS?");
}

#[test]
fn what_is_no_question_is_refused_with_one_line() {
    let mut deployment = Deployment::new();
    for (question, expected) in [
        ("", "no question"),
        ("[]", "no question"),
        ("{\"command\":\n 1}", "no question"),
        (r#"{"command": "clients.explode"}"#, "there is no command \"clients.explode\""),
        (r#"{"command": "config.check"}"#, "needs the Worker's environment"),
        (r#"{"command": "clients.remove", "input": {"id": "x"}}"#, "unknown field `id`"),
        (r#"{"command": "clients.remove"}"#, "missing field `client_id`"),
        (r#"{"command": "clients.list", "extra": 1}"#, "unknown field `extra`"),
    ] {
        let line = deployment.ask(question).unwrap_err();
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn without_a_time_of_its_own_a_question_is_answered_at_the_clocks() {
    let question = json!({"command": "clients.load", "input": {"clients": [{"client_id": "demo", "redirect_uris": ["https://app.example/"]}]}});
    let plan = Deployment::new().ask(&question.to_string()).unwrap();
    assert_eq!(plan["statements"][0]["params"][2], NOW);
}
