//! The cron's work: expired rows go in bounded batches, the published keys are put where isolates find them, overdue rotation is said aloud.

use serde_json::json;

use super::Provider;
use crate::platform::{Cache as _, Fault, Platform, SignatureAlgorithm};
use crate::store::expiry::{Expiring, Sweep};
use crate::store::{keys, run};
use crate::values::Timestamp;

/// Deletions of one run at most. D1 lets an invocation on the free plan make 50 queries and counts each statement of a batch; the keys take one more.
const MOST_STATEMENTS: usize = 40;
/// Statements of one round trip, unless fewer are left.
const TRIP: usize = Expiring::ALL.len();

impl<P: Platform> Provider<P> {
    /// Deletes what has expired, and publishes the keys.
    ///
    /// # Errors
    /// A fault where the database or the cache can't be asked; the next run goes on.
    pub async fn clean_up(&self, now: Timestamp) -> Result<usize, Fault> {
        self.publish_keys(now).await?;
        let settings = &self.config.settings;
        let sweep = Sweep {
            now,
            challenges_kept: settings.interaction_lifetime,
            codes_kept: settings.access_token_lifetime,
            action_challenges_kept: settings.action_token_lifetime,
            rows: settings.clean_up_rows.into(),
        };
        let mut deleted = 0;
        let mut waiting: Vec<Expiring> = Expiring::ALL.into();
        let mut left = MOST_STATEMENTS;
        while left > 0 && !waiting.is_empty() {
            let turns: Vec<Expiring> = waiting.iter().copied().cycle().take(TRIP.min(left)).collect();
            left -= turns.len();
            let (rows, emptied) = self.delete_in_turn(&turns, &sweep).await?;
            deleted += rows;
            waiting.retain(|table| !emptied.contains(table));
        }
        self.log("info", "clean_up", json!({"deleted": deleted}));
        Ok(deleted)
    }

    /// One trip. The tables take turns, so that a long one takes what short ones leave and keeps none of them waiting; gives how many rows went, and which
    /// tables have no more.
    async fn delete_in_turn(&self, turns: &[Expiring], sweep: &Sweep) -> Result<(usize, Vec<Expiring>), Fault> {
        let statements = turns.iter().map(|table| sweep.delete_expired(*table)).collect();
        let mut answers = run(self.platform.database(), statements).await?;
        let (mut deleted, mut emptied) = (0, Vec::new());
        for table in turns {
            let rows = answers.rows().len();
            deleted += rows;
            if i64::try_from(rows).unwrap_or(i64::MAX) < sweep.rows {
                emptied.push(*table);
            }
        }
        Ok((deleted, emptied))
    }

    /// Requests never write the cache; this does, where it differs from the database.
    async fn publish_keys(&self, now: Timestamp) -> Result<(), Fault> {
        let set = self.stored_key_set().await?;
        for algorithm in [SignatureAlgorithm::Rs256, SignatureAlgorithm::Es256] {
            if set.is_rotation_overdue(algorithm, now, self.config.settings.key_active) {
                self.log("warn", "key_rotation_overdue", json!({"algorithm": algorithm.name(), "mend": "npm run keys -- rotate"}));
            }
        }
        let text = serde_json::to_string(&set).map_err(|_| Fault::new("the key set can't be written"))?;
        if self.platform.cache().read(keys::CACHE_KEY).await?.as_deref() != Some(&text) {
            self.platform.cache().write(keys::CACHE_KEY, &text).await?;
        }
        Ok(())
    }
}
