-- What outlives a change of the Worker's secret, counts failures over a day, and tells a living session from a forgotten one.

-- What a person's recovery codes are tagged with: random, made with each set, and sealed under the Worker's secret, so that a new secret seals it anew and
-- voids no code. Codes of before hung on the secret itself; nobody but developers has any.
DELETE FROM recovery_codes;
ALTER TABLE recovery_codes ADD COLUMN sealed_pepper TEXT NOT NULL DEFAULT '';

-- The failures of the last 24 hours, a ring of times as `failures`; a block doesn't empty it.
ALTER TABLE throttles ADD COLUMN of_day TEXT NOT NULL DEFAULT '';

-- A visit in the latest part of `session_idle` (a seventh of it), written once in each; NULL until the first part is over.
ALTER TABLE sessions ADD COLUMN seen_at INTEGER;
