//! What the list of texts becomes: a struct with a field for each key, a way to each by its name. No keys and no words here.

/// All texts: one line with its meaning for each key.
macro_rules! texts {
    ($($(#[$doc:meta])* $key:ident,)+) => {
        /// Every text, in one language. The field's name is the key that an operator replaces it by.
        #[derive(Debug, Clone, Copy)]
        pub struct Texts {
            $($(#[$doc])* pub $key: &'static str,)+
        }

        impl Texts {
            /// The keys of all texts.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),+];

            pub(super) const EMPTY: Self = Self { $($key: ""),+ };

            /// Where each of them lies, in the same order.
            const PLACES: &'static [fn(&mut Self) -> &mut &'static str] = &[$(|texts| &mut texts.$key),+];

            /// The text of a key.
            #[must_use]
            pub fn of_key(&self, key: &str) -> Option<&'static str> {
                let mut texts = *self;
                texts.place(key).map(|text| *text)
            }

            /// The texts in the order of their keys.
            pub(super) fn in_order(words: impl Iterator<Item = &'static str>) -> Self {
                let mut texts = Self::EMPTY;
                for (place, text) in Self::PLACES.iter().zip(words) {
                    *place(&mut texts) = text;
                }
                texts
            }

            pub(super) fn set(&mut self, key: &str, text: &'static str) {
                if let Some(place) = self.place(key) {
                    *place = text;
                }
            }

            fn place(&mut self, key: &str) -> Option<&mut &'static str> {
                let (_, place) = Self::KEYS.iter().zip(Self::PLACES).find(|(own, _)| **own == key)?;
                Some(place(self))
            }
        }
    };
}

pub(super) use texts;
