/**
 * The providers of mail as their documentation has them: how Nightlatch is told to use one, what a request to it looks like, and what it
 * answers. All of them are played by one `StandIn`, each under a path of its own.
 */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { says } from "./stand-in.mjs";

export const FROM = "login@example.org";
const RESEND_KEY = "re_0123456789abcdef";
const POSTMARK_TOKEN = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";
const SENDGRID_KEY = "SG.0123456789abcdef";
const MAILGUN_KEY = "key-0123456789abcdef";
const BREVO_KEY = "xkeysib-0123456789abcdef";
const WEBHOOK_KEY = Buffer.alloc(32, "the webhook's own key");
/** What must never be logged or shown. */
export const KEYS = [RESEND_KEY, POSTMARK_TOKEN, SENDGRID_KEY, MAILGUN_KEY, btoa(`api:${MAILGUN_KEY}`), BREVO_KEY, WEBHOOK_KEY.toString("base64"), "tenant=7"];

const sender = { mail_from: FROM, mail_from_name: "Bücher, old & new" };
const FROM_FIELD = `"Bücher, old & new" <${FROM}>`;

/** What stands in the request's headers, and nothing beside it but what HTTP and workerd add. */
function assertHeaders({ headers }, expected) {
  const { host, "content-length": length, "cf-worker": worker, "accept-encoding": encoding, connection, ...rest } = headers;
  assert.deepEqual(rest, expected);
}

/** The id of a request of ours, which is that of a mail as well. */
const ID = /^[\w-]{22}$/;

export const resend = {
  name: "resend",
  path: "/resend/emails",
  settings: (origin) => ({ ...sender, resend_api_key: RESEND_KEY, resend_url: `${origin}/resend` }),
  takes: says(200, { id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" }),
  refuses: says(422, { statusCode: 422, name: "validation_error", message: "Invalid `to`: 000000" }),
  refusal: { reason: "refused", status: 422, code: "validation_error" },
  /** Checks the request to the letter; gives the mail in it. */
  read(request) {
    const id = request.headers["idempotency-key"];
    assert.match(id, ID);
    const { "user-agent": agent } = request.headers;
    assertHeaders(request, { authorization: `Bearer ${RESEND_KEY}`, "content-type": "application/json", "idempotency-key": id, "user-agent": agent });
    const { from, to, subject, html, text, ...rest } = JSON.parse(request.body);
    assert.deepEqual([from, to.length, rest], [FROM_FIELD, 1, {}]);
    return { id, agent, to: to[0], subject, html, text };
  },
};

export const postmark = {
  name: "postmark",
  path: "/postmark/email",
  settings: (origin) => ({ ...sender, postmark_server_token: POSTMARK_TOKEN, postmark_url: `${origin}/postmark/`, postmark_message_stream: "codes" }),
  takes: says(200, { To: "x", SubmittedAt: "2026-11-21T20:38:00Z", MessageID: "0a12", ErrorCode: 0, Message: "OK" }),
  refuses: says(422, { ErrorCode: 406, Message: "000000 is inactive" }),
  refusal: { reason: "refused", status: 422, code: "406" },
  read(request) {
    const { "user-agent": agent } = request.headers;
    assertHeaders(request, { accept: "application/json", "content-type": "application/json", "user-agent": agent, "x-postmark-server-token": POSTMARK_TOKEN });
    const { From, To, Subject, HtmlBody, TextBody, ...rest } = JSON.parse(request.body);
    assert.deepEqual([From, rest], [FROM_FIELD, { MessageStream: "codes", TrackOpens: false, TrackLinks: "None" }]);
    return { agent, to: To, subject: Subject, html: HtmlBody, text: TextBody };
  },
};

export const sendgrid = {
  name: "sendgrid",
  path: "/sendgrid/v3/mail/send",
  settings: (origin) => ({ ...sender, sendgrid_api_key: SENDGRID_KEY, sendgrid_url: `${origin}/sendgrid` }),
  takes: says(202),
  refuses: says(403, { errors: [{ message: "000000 does not match a verified Sender Identity", field: "from", help: null }] }),
  refusal: { reason: "refused", status: 403, code: "from" },
  read(request) {
    const { "user-agent": agent } = request.headers;
    assertHeaders(request, { accept: "application/json", authorization: `Bearer ${SENDGRID_KEY}`, "content-type": "application/json", "user-agent": agent });
    const { personalizations, subject, content, ...rest } = JSON.parse(request.body);
    const off = { enable: false };
    assert.deepEqual(rest, {
      from: { email: FROM, name: sender.mail_from_name },
      tracking_settings: { click_tracking: { enable: false, enable_text: false }, open_tracking: off, subscription_tracking: off },
    });
    const [{ to: [{ email: to }] }] = personalizations;
    assert.deepEqual(personalizations, [{ to: [{ email: to }] }]);
    const [{ value: text }, { value: html }] = content;
    assert.deepEqual(content, [{ type: "text/plain", value: text }, { type: "text/html", value: html }]);
    return { agent, to, subject, html, text };
  },
};

export const mailgun = {
  name: "mailgun",
  path: "/mailgun/v3/mg.example.org/messages",
  settings: (origin) => ({ ...sender, mailgun_api_key: MAILGUN_KEY, mailgun_domain: "mg.example.org", mailgun_url: `${origin}/mailgun` }),
  takes: says(200, { id: "<20261121203800.1.0A@mg.example.org>", message: "Queued. Thank you." }),
  refuses: says(400, { message: "to parameter is not a valid address: 000000" }),
  refusal: { reason: "refused", status: 400, code: null },
  read(request) {
    const { "user-agent": agent } = request.headers;
    const authorization = `Basic ${btoa(`api:${MAILGUN_KEY}`)}`;
    assertHeaders(request, { authorization, "content-type": "application/x-www-form-urlencoded", "user-agent": agent });
    const fields = [...new URLSearchParams(request.body)];
    const { from, to, subject, html, text, ...rest } = Object.fromEntries(fields);
    assert.deepEqual([fields.length, from, rest], [6, FROM_FIELD, { "o:tracking": "no" }]);
    return { agent, to, subject, html, text };
  },
};

export const brevo = {
  name: "brevo",
  path: "/brevo/v3/smtp/email",
  settings: (origin) => ({ ...sender, brevo_api_key: BREVO_KEY, brevo_url: `${origin}/brevo/` }),
  takes: says(201, { messageId: "<202611212038.1@smtp-relay.mailin.fr>" }),
  refuses: says(400, { code: "invalid_parameter", message: "to is not valid: 000000" }),
  refusal: { reason: "refused", status: 400, code: "invalid_parameter" },
  read(request) {
    const { "user-agent": agent } = request.headers;
    assertHeaders(request, { accept: "application/json", "api-key": BREVO_KEY, "content-type": "application/json", "user-agent": agent });
    const { sender: from, to: [{ email: to, ...more }], subject, htmlContent: html, textContent: text, ...rest } = JSON.parse(request.body);
    // The comma and the ü: Brevo would drop the name but for the encoded word.
    const name = `=?UTF-8?B?${Buffer.from(sender.mail_from_name).toString("base64")}?=`;
    assert.deepEqual([from, more, rest], [{ email: FROM, name }, {}, {}]);
    return { agent, to, subject, html, text };
  },
};

/** Checks a request to the webhook, its signature first; gives what stands in it. */
function signed(request, { ids, type }) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature, "user-agent": agent } = request.headers;
  assertHeaders(request, { "content-type": "application/json", "user-agent": agent, "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature });
  assert.match(id, ids);
  assert.ok(Math.abs(Date.now() / 1000 - Number(timestamp)) < 30, timestamp);
  const wanted = createHmac("sha256", WEBHOOK_KEY).update(`${id}.${timestamp}.${request.body}`).digest("base64");
  assert.equal(signature, `v1,${wanted}`);
  const { type: given, timestamp: time, data, ...more } = JSON.parse(request.body);
  assert.deepEqual([given, Date.parse(time), more], [type, Number(timestamp) * 1000, {}]);
  return { id, agent, data };
}

const webhookSettings = (origin) => ({ webhook_url: `${origin}/hooks/code?tenant=7`, webhook_secret: `whsec_${WEBHOOK_KEY.toString("base64")}` });

/** Text messages, which go to the same webhook. */
export const textMessages = {
  path: "/hooks/code?tenant=7",
  settings: (origin) => ({ ...webhookSettings(origin), sms: "webhook" }),
  takes: says(204),
  refuses: says(503),
  read(request) {
    const { data } = signed(request, { ids: /^sms-[\w-]{22}$/, type: "sms_code" });
    const { to, text, code, ...rest } = data;
    assert.deepEqual(rest, { channel: "sms", purpose: "verify_phone_number" });
    return { to, text, code };
  },
};

export const webhook = {
  name: "webhook",
  path: "/hooks/code?tenant=7",
  settings: (origin) => ({ ...sender, ...webhookSettings(origin) }),
  takes: says(204),
  refuses: says(410, { error: "gone", about: "000000" }),
  refusal: { reason: "refused", status: 410, code: null },
  read(request) {
    const { id, agent, data } = signed(request, { ids: ID, type: "sign_in_code" });
    const { to, from, subject, html, text, code, ...rest } = data;
    assert.deepEqual([from, rest], [FROM_FIELD, { channel: "email" }]);
    return { id, agent, to, subject, html, text, code };
  },
};

/**
 * Cloudflare's binding. Miniflare's own shows nobody what it took; this Worker beside ours, which is called as that one is, hands it on to
 * the stand-in, and refuses where that refuses.
 */
export const cloudflare = {
  name: "cloudflare",
  path: "/binding",
  settings: () => sender,
  takes: says(200),
  refuses: says(400),
  refusal: { reason: "no_answer" },
  bindings: { EMAIL: { type: "worker", worker: "mail", exportName: "SendEmail" } },
  others: (origin) => [{ name: "mail", compatibilityDate: "2026-11-17", manifest: recorder(`${origin}/binding`), env: {} }],
  read(request) {
    const { from, to, subject, html, text, ...rest } = JSON.parse(request.body);
    assert.deepEqual([from, rest], [{ name: sender.mail_from_name, email: FROM }, {}]);
    return { to, subject, html, text };
  },
};

function recorder(url) {
  const contents = `
    import { WorkerEntrypoint } from "cloudflare:workers";
    export class SendEmail extends WorkerEntrypoint {
      async send(message) {
        const { ok } = await fetch("${url}", { method: "POST", body: JSON.stringify(message) });
        if (!ok) throw new Error("email to " + message.to + " not allowed");
        return { messageId: "<1@example.org>" };
      }
    }
    export default { fetch: () => new Response(null, { status: 404 }) };`;
  return { mainModule: "index.js", modulesRoot: "/", modules: { "index.js": { type: "esm", contents } } };
}
