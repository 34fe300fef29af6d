//! Whether this Worker can do its work: settings read, database answering, keys at hand.

use super::Provider;
use crate::platform::{Fault, Platform, SignatureAlgorithm, Statement};
use crate::store::run_one;
use crate::values::Timestamp;

const ALIVE: &str = "SELECT count(*) AS tables FROM sqlite_master WHERE name IN ('users', 'challenges', 'codes', 'grants')";

impl<P: Platform> Provider<P> {
    /// Asks the database and looks at the keys.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub async fn check_health(&self, now: Timestamp) -> Result<(), Fault> {
        let tables = match run_one(self.platform.database(), Statement::new(ALIVE, [])).await? {
            Some(mut row) => row.integer()?,
            None => 0,
        };
        if tables != 4 {
            return Err(Fault::new("the database lacks tables: its migrations haven't been applied"));
        }
        let keys = self.stored_key_set().await?;
        for algorithm in [SignatureAlgorithm::Rs256, SignatureAlgorithm::Es256] {
            keys.signing(algorithm, now).ok_or_else(|| Fault::new(format!("there is no {} key", algorithm.name())))?;
        }
        Ok(())
    }
}
