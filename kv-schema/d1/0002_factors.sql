-- Everything that people prove themselves by beside the mailed code, and what remembers how far a sign-in has come.
--
-- As in 0001: a table whose rows expire has a key that begins with the time of its end. All times are seconds since the epoch.

-- A sign-in that isn't over with its first proof: a second factor is asked for, or a passkey is offered before the way back.
CREATE TABLE sign_ins (
  id          TEXT PRIMARY KEY,
  browser     TEXT NOT NULL,              -- SHA-256 of the browser's cookie
  user_id     TEXT NOT NULL,
  address     TEXT NOT NULL,              -- identity of the address that was typed or proven; '' where none was
  request     TEXT NOT NULL,              -- what the sign-in is for, as JSON
  auth_time   INTEGER NOT NULL,
  amr         TEXT NOT NULL,              -- what has been proven so far
  acr         TEXT NOT NULL,
  asks        TEXT NOT NULL,              -- what is asked next: the factors that are taken, separated by spaces
  finished_by TEXT,                       -- the session that it began
  session_id  TEXT                        -- the session that it makes surer, and with which it is over
) WITHOUT ROWID;

-- A passkey: a public key, and what its authenticator says of itself.
CREATE TABLE passkeys (
  id              TEXT PRIMARY KEY,       -- credential id, base64url
  user_id         TEXT NOT NULL,
  name            TEXT NOT NULL,
  algorithm       TEXT NOT NULL,          -- ES256, EdDSA or RS256
  public_jwk      TEXT NOT NULL,
  counter         INTEGER NOT NULL,
  backup_eligible INTEGER NOT NULL,       -- 0 or 1; never changes
  backed_up       INTEGER NOT NULL,
  aaguid          TEXT NOT NULL,
  transports      TEXT NOT NULL,          -- separated by spaces
  created_at      INTEGER NOT NULL,
  used_at         INTEGER
) WITHOUT ROWID;
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Challenges and tickets that are derived or sealed, not stored, leave only this once they have been used.
CREATE TABLE spent (
  id TEXT PRIMARY KEY                     -- begins with its end
) WITHOUT ROWID;

-- An authenticator app. Its key lies sealed under the Worker's secret.
CREATE TABLE authenticators (
  user_id    TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  last_step  INTEGER NOT NULL,            -- the latest step whose code was taken: none up to it is taken again
  created_at INTEGER NOT NULL,
  used_at    INTEGER,
  PRIMARY KEY (user_id, id)
) WITHOUT ROWID;

-- A recovery code that hasn't been used.
CREATE TABLE recovery_codes (
  user_id    TEXT NOT NULL,
  hash       TEXT NOT NULL,               -- HMAC under the Worker's secret
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, hash)
) WITHOUT ROWID;

CREATE TABLE passwords (
  user_id    TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,               -- PHC string, or an imported form
  changed_at INTEGER NOT NULL,
  used_at    INTEGER
) WITHOUT ROWID;

-- A browser in which one person isn't asked for the second factor.
CREATE TABLE trusted_browsers (
  id         TEXT PRIMARY KEY,            -- begins with its end
  user_id    TEXT NOT NULL,
  browser    TEXT NOT NULL,               -- SHA-256 of the browser's cookie
  user_agent TEXT NOT NULL DEFAULT '',
  place      TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX trusted_browsers_by_user ON trusted_browsers (user_id);

-- Failures of one kind of proof, and the block that follows them. The first row of a day goes on from those of the two days before.
CREATE TABLE throttles (
  day           INTEGER NOT NULL,
  subject       TEXT NOT NULL,            -- the factor and whose: a person's id, or the HMAC of an address
  failures      TEXT NOT NULL,            -- a ring of the latest times, as in budgets
  blocks        INTEGER NOT NULL,         -- how many blocks followed one another
  blocked_until INTEGER NOT NULL,
  PRIMARY KEY (day, subject)
) WITHOUT ROWID;

CREATE TABLE phones (
  number      TEXT PRIMARY KEY,           -- E.164
  user_id     TEXT NOT NULL,
  verified_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX phones_by_user ON phones (user_id);

-- What happened to an account, for the person's own eyes.
CREATE TABLE events (
  id         TEXT PRIMARY KEY,            -- begins with its end
  user_id    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  detail     TEXT NOT NULL DEFAULT '',    -- a name or an address, never a secret
  user_agent TEXT NOT NULL DEFAULT '',
  place      TEXT NOT NULL DEFAULT '',
  at         INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX events_by_user ON events (user_id, id);

-- A proof that a client's backend asked for: of one person, for one action.
CREATE TABLE action_challenges (
  id           TEXT PRIMARY KEY,          -- begins with its end
  client_id    TEXT NOT NULL,
  user_id      TEXT NOT NULL,
  action       TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  state        TEXT,
  factors      TEXT NOT NULL,             -- those that are taken, separated by spaces
  auth_time    INTEGER,
  amr          TEXT,
  acr          TEXT,
  proven_by    TEXT,                      -- the session in which it was proven
  validated_by TEXT                       -- the one validation that succeeded
) WITHOUT ROWID;
