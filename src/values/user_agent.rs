//! A browser's name for itself, read as far as people need it to tell their own browsers apart: which browser, on which system. Nothing is decided by it,
//! for anybody may send any name.

/// Browsers by a word in their names, the ones that pretend to be others first.
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Systems by a word, the ones that pretend to be others first.
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// What a browser says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserAgent {
    /// Which browser, if it is one that many people have.
    pub browser: Option<&'static str>,
    /// On which system.
    pub system: Option<&'static str>,
}

impl UserAgent {
    /// Reads the header.
    ///
    /// ```
    /// # use nightlatch::values::UserAgent;
    /// let read = UserAgent::read("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
    /// assert_eq!((read.browser, read.system), (Some("Firefox"), Some("Linux")));
    /// ```
    #[must_use]
    pub fn read(header: &str) -> Self {
        let first = |known: &[(&str, &'static str)]| known.iter().find(|(word, _)| header.contains(word)).map(|(_, name)| *name);
        Self { browser: first(&BROWSERS), system: first(&SYSTEMS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_although_they_name_one_another() {
        for (header, browser, system) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome", "Windows"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0", "Edge", "Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1", "Safari", "iOS"),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari",
                "macOS",
            ),
        ] {
            assert_eq!(UserAgent::read(header), UserAgent { browser: Some(browser), system: Some(system) }, "{header}");
        }
    }

    #[test]
    fn what_nobody_knows_stays_unknown() {
        assert_eq!(UserAgent::read("<script>"), UserAgent { browser: None, system: None });
    }
}
