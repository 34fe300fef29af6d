-- People, clients, keys, and the state of a sign-in.
--
-- A table whose rows expire is WITHOUT ROWID and its key begins with the time of expiry (8 hexadecimal digits of seconds), so that the cron
-- deletes a range of keys and no index on expiry is ever written. All times are seconds since the epoch.

CREATE TABLE users (
  id          TEXT PRIMARY KEY,
  profile     TEXT NOT NULL DEFAULT '{}',  -- JSON object of OIDC standard claims (name, given_name, …)
  locale      TEXT,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  disabled_at INTEGER
) WITHOUT ROWID;

-- An address belongs to one person; the key is its identity (folded local part, domain as A-label).
CREATE TABLE addresses (
  identity    TEXT PRIMARY KEY,
  user_id     TEXT NOT NULL,
  typed       TEXT NOT NULL,
  position    INTEGER NOT NULL DEFAULT 0,  -- 0 is the primary one
  verified_at INTEGER
) WITHOUT ROWID;
CREATE INDEX addresses_by_user ON addresses (user_id, position);

CREATE TABLE clients (
  id         TEXT PRIMARY KEY,
  metadata   TEXT NOT NULL,                -- RFC 7591 metadata as JSON, secrets as SHA-256
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE signing_keys (
  kid            TEXT PRIMARY KEY,         -- RFC 7638 thumbprint
  algorithm      TEXT NOT NULL,            -- RS256 or ES256
  public_jwk     TEXT NOT NULL,
  sealed_private TEXT NOT NULL,            -- AEAD under the Worker's secret
  announced_at   INTEGER NOT NULL,
  active_from    INTEGER NOT NULL,
  revoked_at     INTEGER
) WITHOUT ROWID;

-- A one-time code that was asked for. The code itself stands nowhere: it is derived from the id.
CREATE TABLE challenges (
  id            TEXT PRIMARY KEY,
  browser       TEXT NOT NULL,             -- SHA-256 of the browser's cookie
  address       TEXT NOT NULL,             -- identity of the address
  typed         TEXT NOT NULL,
  lane          TEXT NOT NULL,             -- subject of the budget that its guesses are counted in
  digits        INTEGER NOT NULL,
  request       TEXT NOT NULL,             -- what the sign-in is for, as JSON
  misses        INTEGER NOT NULL DEFAULT 0,
  redeemed_by   TEXT                       -- the session that its one right guess began
) WITHOUT ROWID;

-- Sliding windows, exact: a log of the latest times, ten digits each, oldest first. The first row of a day copies yesterday's.
CREATE TABLE budgets (
  day     INTEGER NOT NULL,
  subject TEXT NOT NULL,
  sends   TEXT NOT NULL DEFAULT '',
  misses  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (day, subject)
) WITHOUT ROWID;

CREATE TABLE sessions (
  id         TEXT PRIMARY KEY,             -- begins with the absolute end
  user_id    TEXT NOT NULL,
  auth_time  INTEGER NOT NULL,
  amr        TEXT NOT NULL,                -- RFC 8176 values, separated by spaces
  acr        TEXT NOT NULL,
  user_agent TEXT NOT NULL DEFAULT '',
  place      TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- An authorization code. The code that the client gets is the id with a tag under the Worker's secret.
CREATE TABLE codes (
  id             TEXT PRIMARY KEY,
  client_id      TEXT NOT NULL,
  redirect_uri   TEXT NOT NULL,
  code_challenge TEXT NOT NULL,            -- '' where the client needn't use PKCE and didn't
  user_id        TEXT NOT NULL,
  session_id     TEXT NOT NULL,
  scope          TEXT NOT NULL,
  nonce          TEXT,
  auth_time      INTEGER NOT NULL,
  amr            TEXT NOT NULL,
  acr            TEXT NOT NULL,
  grant_id       TEXT NOT NULL,            -- the grant that its redemption begins
  redeemed_by    TEXT                      -- the one attempt that succeeded
) WITHOUT ROWID;

-- What one redeemed code gave: access tokens point to it, a refresh family counts its generations in it.
CREATE TABLE grants (
  id            TEXT PRIMARY KEY,          -- begins with the absolute end
  user_id       TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  session_id    TEXT NOT NULL,
  scope         TEXT NOT NULL,
  auth_time     INTEGER NOT NULL,
  amr           TEXT NOT NULL,
  acr           TEXT NOT NULL,
  generation    INTEGER NOT NULL DEFAULT 0, -- of the refresh token that is valid now
  rotated_at    INTEGER NOT NULL,           -- when that one was made
  expires_at    INTEGER NOT NULL,           -- sliding
  ended_at      INTEGER
) WITHOUT ROWID;
CREATE INDEX grants_by_user ON grants (user_id);
