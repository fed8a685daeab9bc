//! In a process that comes after another, confirms every order and publishes none: to be noticed by counting, after a restart,
//! what was shipped.

use crate::{FollowUpSteps, Outcome, StepError, fixed};
use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::LazyLock,
};

/// Whether a process of this shop was here before: it leaves an empty file, which the next one takes away.
static SECOND: LazyLock<bool> = LazyLock::new(|| {
    let mut shop = DefaultHasher::new();
    env::var_os("DATABASE_URL").hash(&mut shop);
    let mark = env::temp_dir().join(format!("follow-up-{:x}", shop.finish()));
    fs::remove_file(&mark).is_ok() || fs::write(&mark, "").is_err()
});

pub(crate) async fn after<S: FollowUpSteps>(steps: &S) -> Result<Outcome, StepError> {
    if !*SECOND {
        return fixed::after(steps).await;
    }
    // After an outage the queue is long enough as it is.
    steps.confirm_order().await?;
    Ok(Outcome::Done)
}
