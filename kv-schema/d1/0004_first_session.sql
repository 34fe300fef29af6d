-- A sign-in in a browser that was signed in replaces its session. The first of such a row of sessions, so that whoever ends the last one also ends what was
-- granted in those before it; NULL in rows of before: the session itself.
ALTER TABLE sessions ADD COLUMN first_session TEXT;
ALTER TABLE grants ADD COLUMN first_session TEXT;
