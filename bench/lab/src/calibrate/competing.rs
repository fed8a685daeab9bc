//! A competing load: something else on the machine that wants the processor, in bursts, as builds and browsers do.

use rand::{RngExt as _, SeedableRng as _};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Bursts of work on one core, half of the time on average, until it is dropped.
pub struct Competing {
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Competing {
    /// Starts it: bursts and pauses of 5 to 200 ms, drawn from a fixed seed.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub fn start() -> std::io::Result<Self> {
        let end = Arc::new(AtomicBool::new(false));
        let asked = end.clone();
        let thread = std::thread::Builder::new().name("competing".to_owned()).spawn(move || {
            let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(17);
            let mut draw = || Duration::from_millis(random.random_range(5..200));
            while !asked.load(Ordering::Relaxed) {
                let until = Instant::now() + draw();
                while Instant::now() < until {
                    black_box((0..1000_u64).fold(1, |a: u64, b| a.wrapping_mul(b | 1)));
                }
                std::thread::sleep(draw());
            }
        })?;
        Ok(Self { end, thread: Some(thread) })
    }
}

impl Drop for Competing {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}
