//! What a password's hash costs on this machine, for the figures in `docs/passwords.md`. A measurement, not a test: it fails for nothing.
//!
//! `cargo test --release --test password_cost -- --ignored --nocapture`

#[cfg(test)]
mod tests {
    use nightlatch::factors::password::{Cost, Password, hash, verify_nobody};
    use std::time::Instant;

    #[test]
    #[ignore = "a measurement: it takes seconds and depends on the machine"]
    fn what_argon2id_costs_here() {
        let password = Password::typed("correct horse battery staple".to_owned()).unwrap();
        for (memory_kib, iterations) in [(7_168, 5), (9_216, 4), (12_288, 3), (19_456, 2), (47_104, 1), (65_536, 4)] {
            let cost = Cost::new(memory_kib, iterations).unwrap();
            let mut milliseconds: Vec<f64> = (0..9)
                .map(|_| {
                    let begun = Instant::now();
                    hash(&password, [7; 16], cost).unwrap();
                    verify_nobody(&password, cost).unwrap();
                    begun.elapsed().as_secs_f64() * 500.0
                })
                .collect();
            milliseconds.sort_by(f64::total_cmp);
            println!("{memory_kib:>6} KiB, {iterations} iterations: {:.1} ms", milliseconds[4]);
        }
    }
}
