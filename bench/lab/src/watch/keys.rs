//! Single keys without Enter, and a terminal that is as it was afterwards.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{IsTerminal as _, Read as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character that prints.
    Char(char),
    /// Enter.
    Enter,
    /// Backspace.
    Backspace,
    /// Escape alone.
    Escape,
}

/// The keyboard: input arrives key by key and is not echoed. Ctrl-C stays what it is, and output too, so nothing else has to
/// know. Dropping it restores the terminal, a panic included; only `kill -9` leaves it (`stty sane` mends that).
pub struct Keyboard {
    before: Termios,
    keys: UnboundedReceiver<Key>,
}

impl Keyboard {
    /// Takes the keyboard; `None` where standard input and output are no terminal.
    pub fn take() -> Option<Self> {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            return None;
        }
        let mut before = tcgetattr(std::io::stdin()).ok()?;
        // What a killed run left behind must not be what is restored.
        before.local_modes.insert(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        let (send, keys) = unbounded_channel();
        let keyboard = Self { before, keys };
        keyboard.set()?;
        // It waits in read() when the process ends, and ends with it.
        let reader = std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
            let mut bytes = [0; 64];
            while let Ok(length) = std::io::stdin().read(&mut bytes) {
                if length == 0 || keys_in(&bytes[..length]).into_iter().any(|key| send.send(key).is_err()) {
                    return;
                }
            }
        });
        reader.is_ok().then_some(keyboard)
    }

    /// Again after a stop (Ctrl-Z) and a continuation: the shell may have restored the terminal meanwhile.
    pub fn set(&self) -> Option<()> {
        let mut now = self.before.clone();
        now.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        now.special_codes[SpecialCodeIndex::VMIN] = 1;
        now.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(std::io::stdin(), OptionalActions::Now, &now).ok()
    }

    /// The next key; never, where the input has ended.
    pub async fn next(&mut self) -> Key {
        match self.keys.recv().await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
    }
}

/// The keys in what one read gave. An arrow or a function key comes as a sequence that begins with Escape: none of ours.
fn keys_in(bytes: &[u8]) -> Vec<Key> {
    if let [0x1b, _, ..] = bytes {
        return Vec::new();
    }
    let key = |c| match c {
        '\n' | '\r' => Some(Key::Enter),
        '\u{8}' | '\u{7f}' => Some(Key::Backspace),
        '\u{1b}' => Some(Key::Escape),
        c if c.is_control() => None,
        c => Some(Key::Char(c)),
    };
    String::from_utf8_lossy(bytes).chars().filter_map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::{Key, keys_in};

    #[test]
    fn what_prints_is_a_key_and_an_arrow_is_none() {
        assert_eq!(keys_in(b"m"), [Key::Char('m')]);
        assert_eq!(
            keys_in("0.6é\r".as_bytes()),
            [Key::Char('0'), Key::Char('.'), Key::Char('6'), Key::Char('é'), Key::Enter]
        );
        assert_eq!(keys_in(b"\x1b[A"), []);
        assert_eq!(keys_in(b"\x1b"), [Key::Escape]);
        assert_eq!(keys_in(b"\x7f\x01"), [Key::Backspace]);
    }
}
