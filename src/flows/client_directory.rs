//! Clients by their id: from this isolate's memory, then the cache, then the database. A client that isn't found is never remembered.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Provider;
use crate::oidc::client::Client;
use crate::platform::{Cache as _, Fault, Platform};
use crate::store;
use crate::values::{ClientId, Timestamp, json};

/// More clients than an isolate needs to remember.
const MOST_REMEMBERED: usize = 512;

/// What this isolate remembers of clients.
#[derive(Default)]
pub struct ClientDirectory(RefCell<HashMap<ClientId, (Rc<Client>, Timestamp)>>);

impl ClientDirectory {
    fn remembered(&self, id: &ClientId, since: Timestamp) -> Option<Rc<Client>> {
        self.0.borrow().get(id).filter(|(_, at)| *at > since).map(|(client, _)| Rc::clone(client))
    }

    fn remember(&self, client: &Rc<Client>, now: Timestamp) {
        let mut remembered = self.0.borrow_mut();
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(client.id.clone(), (Rc::clone(client), now));
    }
}

impl<P: Platform> Provider<P> {
    /// The client of that id, at most `cache_seconds` and the cache's own minute old.
    ///
    /// # Errors
    /// A fault where neither the cache nor the database can be asked.
    pub async fn client(&self, id: &ClientId, now: Timestamp) -> Result<Option<Rc<Client>>, Fault> {
        if let Some(client) = self.clients.remembered(id, now - self.config.settings.cache_seconds) {
            return Ok(Some(client));
        }
        // A cache that can't be asked is as good as one that knows nothing: the database decides.
        let cached = self.platform.cache().read(&store::clients::cache_key(id)).await.unwrap_or_default();
        let client = match cached.as_deref().and_then(read) {
            Some(client) => Some(client),
            None => self.stored_client(id).await?,
        };
        let client = client.filter(|client| client.id == *id).map(Rc::new);
        if let Some(client) = &client {
            self.clients.remember(client, now);
        }
        Ok(client)
    }

    async fn stored_client(&self, id: &ClientId) -> Result<Option<Client>, Fault> {
        let Some(mut row) = store::run_one(self.platform.database(), store::clients::read(id)).await? else { return Ok(None) };
        read(&row.text()?).map(Some).ok_or_else(|| Fault::new("a stored client can't be read"))
    }
}

fn read(metadata: &str) -> Option<Client> {
    Client::from_metadata(&json::read(metadata.as_bytes()).ok()?).ok()
}
