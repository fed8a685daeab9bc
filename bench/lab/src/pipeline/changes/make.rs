//! Making a change in every arm alike: a statement in its database, a word to its partners, or a request to its service.

use super::words::Words;
use crate::arms::{Arm, Shop, partners};
use crate::exercise::{Make, Owner, case_request};
use crate::exit::Failure;
use futures_util::future::try_join_all;
use load::Driver;
use sqlx::{AssertSqlSafe, Connection as _};

/// Makes it in the arms that are alive; what all of them share is changed once. Of a request, what each arm answers otherwise than it
/// should; the first arm is the measure.
///
/// # Errors
/// Exit 2 for what an arm does not have; exit 3 when a statement is refused or changes nothing, or the first arm refuses a request.
pub(super) async fn make(
    driver: &Driver,
    shop: &Shop,
    arms: &[&Arm],
    make: &Make,
    words: &Words,
) -> Result<Vec<Option<u16>>, Failure> {
    let as_said = vec![None; arms.len()];
    match make {
        Make::Sql { sql, of: Owner::Recommendations } => {
            let Some(database) = &shop.recommendations_database else {
                return Err(Failure::usage(
                    "a change is made in the database of recommendations, and nobody asks them",
                ));
            };
            run(database, words.fill(sql)).await?;
        }
        Make::Sql { sql, of: Owner::Arm } => {
            try_join_all(arms.iter().map(|arm| run(&arm.database, words.fill(sql)))).await?;
        }
        Make::Partners { partners: path, body } => {
            let (path, body) = (words.fill(path), words.fill(body));
            let tell = arms.iter().map(async |arm| match &arm.partners {
                Some(base) => partners::put(driver, base, &path, &body).await.map(drop),
                None => Err(Failure::usage(format!("{} has no partners that could be told {path}", arm.spec.name))),
            });
            try_join_all(tell).await?;
        }
        Make::Request { request } => {
            let asked = words.ask(request);
            let ask = arms.iter().map(async |arm| {
                let made = case_request(&asked.case("a change"), &arm.customers)?;
                let answer = arm.ask(driver, &made).await?;
                if answer.status == asked.status {
                    return Ok(None);
                }
                if !std::ptr::eq(*arm, arms[0]) {
                    return Ok(Some(answer.status));
                }
                Err(Failure::unfit(format!(
                    "{} {} answers {} in {}, where a change is to be made: {}",
                    asked.method,
                    asked.path,
                    answer.status,
                    arm.spec.name,
                    String::from_utf8_lossy(&answer.body)
                )))
            });
            return try_join_all(ask).await;
        }
    }
    Ok(as_said)
}

async fn run(database: &str, sql: String) -> Result<(), Failure> {
    let changed = async {
        let mut connection = sqlx::PgConnection::connect(database).await?;
        // The text is the exercise's own; what stands in its placeholders was drawn from it or read from our own services.
        let done = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(done.rows_affected())
    };
    match changed.await {
        Ok(0) => Err(Failure::unfit(format!("a change in exercise.toml changes no row: {sql}"))),
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::unfit(format!("a change in exercise.toml cannot be made: {error}\n  {sql}"))),
    }
}
