//! `order-worker dead-letters`: the same for a shell, without a running worker.

use crate::{
    broker::{DeadLetters, Which},
    settings::broker,
};
use anyhow::Context as _;
use serving::settings::{Reader, SettingsError};

/// What is said where the words after `order-worker` cannot be read.
pub const USAGE: &str = "\
usage: order-worker                                  takes orders from the broker and fulfils them
       order-worker dead-letters list [MOST]         the oldest messages it gave up, one line each (MOST: 50)
       order-worker dead-letters put-back all        gives all of them to the worker again
       order-worker dead-letters put-back ID...      gives those with these ids to the worker again
reads AMQP_URL and AMQP_PREFIX";

/// Runs `dead-letters` with these arguments and returns what to print.
///
/// # Errors
/// A [`SettingsError`] where the arguments or the settings cannot be read; otherwise when the broker does not answer.
pub async fn dead_letters(arguments: &[&str], mut reader: Reader) -> anyhow::Result<String> {
    let settings = broker(&mut reader);
    reader.finish()?;
    let letters = DeadLetters::new(&settings.url, &settings.prefix);
    let unreadable = || SettingsError(vec![format!("the arguments cannot be read\n{USAGE}")]);
    match arguments {
        ["list"] => list(&letters, 50).await,
        ["list", most] => list(&letters, most.parse().map_err(|_| unreadable())?).await,
        ["put-back", "all"] => put_back(&letters, &Which::All).await,
        ["put-back", ids @ ..] if !ids.is_empty() => {
            put_back(&letters, &Which::Ids(ids.iter().map(ToString::to_string).collect())).await
        }
        _ => Err(unreadable().into()),
    }
}

async fn list(letters: &DeadLetters, most: u32) -> anyhow::Result<String> {
    let listed = letters.list(most).await.context("AMQP_URL")?;
    let mut text = format!("{} dead letters\n", listed.total);
    for letter in listed.dead_letters {
        let order = letter.order_id.map_or_else(|| "no order".to_owned(), |order| format!("order {order}"));
        let id = if letter.id.is_empty() { "(no id)" } else { &letter.id };
        let since = letter.dead_since.as_deref().unwrap_or("(unknown)");
        let reason = letter.reason.as_deref().unwrap_or("the broker gave it up");
        text += &format!("{id}  {order}  since {since}  after {} retries  {reason}\n", letter.retries);
    }
    Ok(text)
}

async fn put_back(letters: &DeadLetters, which: &Which) -> anyhow::Result<String> {
    let count = letters.put_back(which).await.context("AMQP_URL")?;
    Ok(format!("{count} put back\n"))
}
