//! What the program reads from its environment; all mistakes are reported together.

use crate::conditions::Conditions;
use crate::upstream::Upstream;
use relay::Distances;
use serving::settings::{Reader, SettingsError};
use std::net::SocketAddr;

/// What `RELAY_LINES` is, for messages.
const LINES: &str = "lines NAME=LISTEN=UPSTREAM, such as postgres=127.0.0.1:5433=postgres://db:5432";
/// What may stand between two lines.
const BETWEEN: [char; 4] = [' ', ',', '\n', '\t'];
/// The longest name of a line.
const LONGEST_NAME: usize = 32;

/// Settings of the process.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The admin address.
    pub(crate) listen: SocketAddr,
    pub(crate) exit_with_stdin: bool,
    /// At least one.
    pub(crate) lines: Vec<LineSpec>,
}

/// A line before it listens.
#[derive(Debug)]
pub(crate) struct LineSpec {
    pub(crate) name: String,
    pub(crate) listen: SocketAddr,
    pub(crate) upstream: Upstream,
    pub(crate) conditions: Conditions,
}

impl Settings {
    /// Reads the process' environment.
    ///
    /// # Errors
    /// Every mistake in it, together.
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        let all =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::read(&all.collect::<Vec<_>>())
    }

    fn read(variables: &[(String, String)]) -> Result<Self, SettingsError> {
        let pairs = || variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut reader = Reader::from_pairs(pairs());
        let text: String = reader.required("RELAY_LINES", LINES).unwrap_or_default();
        let bandwidth = reader.or("RELAY_BANDWIDTH", 0_u64);
        let mut lines: Vec<LineSpec> = Vec::new();
        for (number, text) in text.split(BETWEEN).filter(|text| !text.is_empty()).enumerate() {
            match line(text, &lines) {
                Ok(line) => lines.push(line),
                Err(mistake) => reader.mistake(format!("RELAY_LINES, line {}: {mistake}", number + 1)),
            }
        }
        if !text.is_empty() && text.split(BETWEEN).all(str::is_empty) {
            reader.mistake(format!("RELAY_LINES holds nothing; it must hold {LINES}"));
        }
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        match Distances::read(pairs(), &names) {
            Ok(distances) => lines.iter_mut().for_each(|line| {
                line.conditions = Conditions::at(distances.to(&line.name), bandwidth);
            }),
            Err(mistakes) => mistakes.into_iter().for_each(|mistake| reader.mistake(mistake)),
        }
        let settings = Self { listen: reader.listen_addr(), exit_with_stdin: reader.exit_with_stdin(), lines };
        reader.finish().map(|()| settings)
    }
}

fn line(text: &str, others: &[LineSpec]) -> Result<LineSpec, String> {
    let mut parts = text.splitn(3, '=');
    let (Some(name), Some(listen), Some(upstream)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(format!("must be one of the {LINES}"));
    };
    let plain = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_';
    if !name.starts_with(|one: char| one.is_ascii_lowercase()) || !name.chars().all(plain) || name.len() > LONGEST_NAME
    {
        return Err(format!("a name is 1 to {LONGEST_NAME} of a-z, 0-9 and _, a letter first"));
    }
    if others.iter().any(|other| other.name == name) {
        return Err(format!("{name} is there already; a name is for one line"));
    }
    let listen =
        listen.parse().map_err(|_| format!("{name} must listen on IP:PORT, such as 127.0.0.1:0 for any free port"))?;
    let upstream = upstream.parse().map_err(|mistake| format!("{name}: {mistake}"))?;
    Ok(LineSpec { name: name.to_owned(), listen, upstream, conditions: Conditions::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(&pairs)
    }

    #[test]
    fn lines_stand_between_spaces_commas_or_line_ends_and_have_their_distances() {
        let lines = "postgres=0.0.0.0:5432=postgres://postgres:5432\n redis=[::]:6379=redis://redis:6379,x_1=127.0.0.1:0=tcp://h:1";
        let settings = read(&[("RELAY_LINES", lines), ("DISTANCE_X_1_MS", "7.5"), ("RELAY_BANDWIDTH", "9")]).unwrap();
        let read: Vec<_> =
            settings.lines.iter().map(|line| (line.name.as_str(), line.conditions.round_trip_ms)).collect();
        assert_eq!(read, [("postgres", 1.0), ("redis", 1.0), ("x_1", 7.5)]);
        assert!(settings.lines.iter().all(|line| line.conditions.bandwidth_bytes_per_second == 9));
    }

    #[test]
    fn every_mistake_is_reported_with_its_place_and_what_to_write() {
        let lines = "postgres one=here=tcp://h:1 two=127.0.0.1:0=h:1 Three=127.0.0.1:0=tcp://h:1 \
                     four=127.0.0.1:0=tcp://h:1 four=127.0.0.1:0=tcp://h:2";
        let pairs =
            [("RELAY_LINES", lines), ("DISTANCE_FIVE_MS", "1"), ("RELAY_BANDWIDTH", "-1"), ("LISTEN_ADDR", "no")];
        let told = read(&pairs).unwrap_err().to_string();
        for said in [
            "RELAY_BANDWIDTH cannot be read",
            "line 1: must be one of the lines NAME=LISTEN=UPSTREAM",
            "line 2: one must listen on IP:PORT",
            "line 3: two: the upstream has no scheme",
            "line 4: a name is 1 to 32",
            "line 6: four is there already",
            "DISTANCE_FIVE_MS: there is no such line; there are DISTANCE_FOUR_MS",
            "LISTEN_ADDR cannot be read",
        ] {
            assert!(told.contains(said), "{said:?} is missing in {told}");
        }
        assert!(read(&[]).unwrap_err().to_string().contains("RELAY_LINES is not set: lines NAME=LISTEN=UPSTREAM"));
        assert!(read(&[("RELAY_LINES", ",")]).is_err());
    }
}
