//! The cron's work: expired rows go in bounded batches, the published keys are put where isolates find them, overdue rotation is said aloud.

use serde_json::json;

use super::Provider;
use crate::platform::{Cache as _, Fault, Platform, SignatureAlgorithm};
use crate::store::expiry::{self, Kept};
use crate::store::{keys, run};
use crate::values::Timestamp;

/// Batches of one run at most, of 500 rows a table each.
const MOST_BATCHES: usize = 20;
/// Tables that expire.
const TABLES: usize = 5;

impl<P: Platform> Provider<P> {
    /// Deletes what has expired, and publishes the keys.
    ///
    /// # Errors
    /// A fault where the database or the cache can't be asked; the next run goes on.
    pub async fn clean_up(&self, now: Timestamp) -> Result<usize, Fault> {
        self.publish_keys(now).await?;
        let mut deleted = 0;
        for _ in 0..MOST_BATCHES {
            let batch = self.delete_batch(now).await?;
            deleted += batch;
            if batch == 0 {
                break;
            }
        }
        self.log("info", "clean_up", json!({"deleted": deleted}));
        Ok(deleted)
    }

    async fn delete_batch(&self, now: Timestamp) -> Result<usize, Fault> {
        let settings = &self.config.settings;
        let kept = Kept { challenges: settings.interaction_lifetime, codes: settings.access_token_lifetime };
        let statements = expiry::delete_expired(now, kept);
        let mut answers = run(self.platform.database(), statements).await?;
        Ok((0..TABLES).map(|_| answers.rows().len()).sum())
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
