//! What an `exercise.toml` must hold beyond its grammar; every mistake is a sentence.

use super::draw::{mistakes as draw_mistakes, unused};
use super::{Arrivals, Exercise, RequestTemplate, interfaces, reading};
use load::Request;

/// What can be put out of reach.
pub const DEPENDENCIES: [&str; 6] = ["postgres", "redis", "rabbitmq", "recommendations", "partners", "origin"];

/// The tag of requests that a partner must hear of in the end.
pub const ORDER: &str = "order";

/// The word in a trap's `misses` for an answer that differs.
pub const BEHAVIOUR: &str = "behaviour";

/// All mistakes; empty for a good exercise.
pub fn mistakes(exercise: &Exercise) -> Vec<String> {
    let mut found = Vec::new();
    let load = &exercise.load;
    if load.rate_rps <= 0.0 || load.requests.is_empty() || load.rounds == 0 {
        found.push("[load] needs a rate, requests and rounds".to_owned());
    }
    requests(exercise, "[load]", &load.requests, &mut found);
    found.extend(load.arrivals.mistake().map(|mistake| format!("[load] {mistake}")));
    if exercise.service == "edge" && !exercise.needs.iter().any(|need| need == "search") {
        found.push("an edge needs its origin: add \"search\" to `needs`".to_owned());
    }
    if let Some(shape) = &exercise.shape
        && shape.n.is_some() == shape.catalogue.is_some()
    {
        found.push("[shape] needs either `n` or `catalogue`".to_owned());
    }
    if exercise.expiry.as_ref().is_some_and(|expiry| expiry.ttl_ms == 0) {
        found.push("[expiry] needs a ttl_ms".to_owned());
    }
    for case in &exercise.behaviour {
        if case.path.contains("{n}") || case.body.as_ref().is_some_and(|body| body.contains("{n}")) {
            found.push(format!("the case {:?} says {{n}}, which only [load] may", case.name));
        }
        if case.grpc
            && let Err(error) = interfaces::grpc(&case.path, "")
        {
            found.push(format!("the case {:?} cannot be asked: {error}", case.name));
        }
        found.extend(reading::mistakes(&format!("the case {:?}", case.name), case.reading()));
        if case.customer.number() > load.customers + load.case_customers {
            found.push(format!("the case {:?} needs more customers than [load] has", case.name));
        }
    }
    for draw in &exercise.draw {
        found.extend(draw_mistakes(draw, load.customers + load.case_customers));
    }
    for (place, phase) in exercise.phase.iter().enumerate() {
        let name = format!("the phase {:?}", phase.name);
        if phase.name.is_empty()
            || phase.name.contains('.')
            || exercise.phase[..place].iter().any(|p| p.name == phase.name)
        {
            found.push(format!("{name} needs a name of its own, without a dot"));
        }
        if let Some(after) =
            phase.after.as_ref().filter(|after| !exercise.phase[..place].iter().any(|p| p.name == **after))
        {
            found.push(format!("{name} comes after {after:?}, which is no phase before it"));
        }
        if phase.rate_rps <= 0.0 || phase.seconds <= 0.0 {
            found.push(format!("{name} needs a rate and a length"));
        }
        found.extend(phase.arrivals.and_then(Arrivals::mistake).map(|mistake| format!("{name} {mistake}")));
        let severed = || phase.cut.iter().chain(phase.breaks_every_ms.keys());
        if let Some(unknown) = severed().find(|cut| !DEPENDENCIES.contains(&cut.as_str())) {
            found.push(format!("{name} cuts {unknown:?}; what can be cut: {}", DEPENDENCIES.join(", ")));
        }
        if phase.breaks_every_ms.values().any(|every| *every == 0) {
            found.push(format!("{name} breaks connections every 0 ms"));
        }
        let templates = phase.requests.as_ref().unwrap_or(&load.requests);
        requests(exercise, &name, templates, &mut found);
        if phase.second.is_some() && (phase.kill || severed().next().is_some()) {
            found.push(format!("{name} has a second process, which is neither killed nor cut off"));
        }
        if phase.second.is_some() && templates.iter().any(|one| one.tag == ORDER) {
            found.push(format!("{name} has a second process, whose orders nobody reconciles"));
        }
        if phase.drained.is_some() && !templates.iter().any(|one| one.tag == ORDER) {
            found.push(format!("{name} counts what is lost, so it needs requests with the tag {ORDER:?}"));
        }
    }
    let phases: Vec<&str> = exercise.phase.iter().map(|phase| phase.name.as_str()).collect();
    found.extend(
        exercise.change.iter().flat_map(|change| change.mistakes(load.customers + load.case_customers, &phases)),
    );
    let partners = exercise.needs.iter().any(|need| need == "partners");
    if !partners && (!exercise.partners.is_empty() || exercise.phase.iter().any(|p| !p.partners.is_empty())) {
        found.push("partners are set, but `needs` does not say partners".to_owned());
    }
    for trap in &exercise.trap {
        let known = |name: &&String| *name == BEHAVIOUR || exercise.target.iter().any(|target| target.name == **name);
        if let Some(unknown) = trap.misses.iter().find(|name| !known(name)) {
            // A typo here would make the trap's proof worthless.
            if !exercise.target.is_empty() {
                found.push(format!("the trap {} misses {unknown:?}, which is no target", trap.name));
            }
        }
    }
    found
}

/// What is wrong with a call or a message as such; paths may still hold placeholders.
fn declared(exercise: &Exercise, whose: &str, one: &RequestTemplate, found: &mut Vec<String>) {
    let made = match (one.grpc, one.publish) {
        (false, false) => return,
        (true, true) => Err("either grpc or publish".to_owned()),
        (true, false) => interfaces::grpc(&one.path, "").map(drop).map_err(|error| error.to_string()),
        (false, true) => Request::publish(&one.path, "").map(drop).map_err(|error| error.to_string()),
    };
    found.extend(made.err().map(|error| format!("{whose} asks for what cannot be asked: {error}")));
    if one.publish && !exercise.needs.iter().any(|need| need == "rabbitmq") {
        found.push(format!("{whose} publishes, but `needs` does not say rabbitmq"));
    }
    if one.method != "GET" || (one.publish && (one.contains.is_some() || !one.headers.is_empty())) {
        found.push(format!("{whose} has a method, or a message with headers or an answer, that nobody would read"));
    }
}

fn requests(exercise: &Exercise, whose: &str, templates: &[RequestTemplate], found: &mut Vec<String>) {
    let load = &exercise.load;
    for template in templates {
        declared(exercise, whose, template, found);
        found.extend(reading::mistakes(whose, template.reading()));
        let mut texts = vec![template.path.as_str()];
        texts.extend(template.body.as_deref());
        texts.extend(template.headers.values().map(String::as_str));
        found.extend(unused(whose, &texts, &template.draws));
        if template.customers.is_some_and(|[first, last]| first == 0 || first > last || last > load.customers) {
            found.push(format!("{whose} is asked by customers that [load] does not have"));
        }
    }
    let says = |placeholder: &str| templates.iter().any(|one| one.names(placeholder));
    if load.terms.is_empty() && load.draw_terms.is_empty() && says("{term}") {
        found.push(format!("{whose} says {{term}}, but [load] has no terms"));
    }
    if load.customers == 0 && templates.iter().any(RequestTemplate::needs_customers) {
        found.push(format!("{whose} asks as a customer, but [load] has no customers"));
    }
    let sized = exercise.shape.as_ref().is_some_and(|shape| shape.n.is_some());
    if says("{n}") && !sized {
        found.push(format!("{whose} says {{n}}, but there is no n in [shape]"));
    }
    if !templates.iter().any(|one| one.timed) {
        found.push(format!("{whose} has no request whose latency counts"));
    }
}

#[cfg(test)]
mod tests {
    use super::mistakes;
    use crate::exercise::Exercise;

    const GOOD: &str = r#"
        id = "ch99-lamp"
        title = "A lamp"
        chapter = 9
        service = "checkout"
        needs = ["postgres", "partners"]
        symptom = "It is dark."
        minutes = 5
        reading = "Chapter 9"
        load = { rate_rps = 20, rounds = 2, slice_ms = 500, customers = 2, requests = [{ path = "/{n}", customer = true, tag = "order" }] }
        shape = { n = [1, 4] }
        partners = { email = { failure = { mode = "status" } } }
        target = [{ name = "p95_ratio", max = 0.5 }]
        trap = [{ name = "candle", misses = ["p95_ratio", "behaviour"], why = "It burns." }]
        behaviour = [{ name = "a cart", path = "/v1/cart", customer = 2, reads_headers = ["etag"] }]
        phase = [{ name = "down", rate_rps = 10, seconds = 1, cut = ["partners"], drained = { partner = "email" } }]
    "#;

    fn of(text: &str) -> Vec<String> {
        mistakes(&toml::from_str::<Exercise>(text).unwrap())
    }

    #[test]
    fn a_good_exercise_has_no_mistakes() {
        assert_eq!(of(GOOD), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_named() {
        let cases = [
            ("customers = 2, ", "", "asks as a customer"),
            ("shape = { n = [1, 4] }", "", "no n in [shape]"),
            ("{ n = [1, 4] }", "{}", "either `n` or `catalogue`"),
            ("customer = 2, reads", "customer = 3, reads", "more customers than [load] has"),
            ("path = \"/v1/cart\"", "path = \"/v1/cart/{n}\"", "which only [load] may"),
            ("cut = [\"partners\"]", "cut = [\"partner\"]", "what can be cut"),
            ("tag = \"order\"", "tag = \"orders\"", "the tag \"order\""),
            ("cut = [\"partners\"]", "breaks_every_ms = { partner = 50 }", "what can be cut"),
            ("cut = [\"partners\"]", "breaks_every_ms = { partners = 0 }", "every 0 ms"),
            ("cut = [\"partners\"]", "cut = [\"partners\"], second = { after_ms = 9 }", "neither killed nor cut"),
            ("cut = [\"partners\"]", "second = { after_ms = 9 }", "whose orders nobody reconciles"),
            ("\"postgres\", \"partners\"", "\"postgres\"", "does not say partners"),
            ("\"checkout\"", "\"edge\"", "needs its origin"),
            ("misses = [\"p95_ratio\"", "misses = [\"p59_ratio\"", "which is no target"),
            ("name = \"down\"", "name = \"so.down\"", "without a dot"),
            ("name = \"down\"", "name = \"down\", after = \"down\"", "no phase before it"),
            ("rate_rps = 10,", "rate_rps = 10, arrivals = { ramp_to = -1.0 },", "the phase \"down\" has a ramp_to"),
            (
                "rate_rps = 20,",
                "rate_rps = 20, arrivals = { spread = \"even\" },",
                "[load] has arrivals that need either",
            ),
            ("path = \"/v1/cart\"", "grpc = true, path = \"/v1/cart\"", "\"a cart\" cannot be asked"),
            ("path = \"/{n}\"", "grpc = true, path = \"/{n}\"", "no gRPC method"),
            ("path = \"/{n}\"", "publish = true, path = \"/queues/{n}\"", "does not say rabbitmq"),
            ("path = \"/{n}\"", "publish = true, method = \"PUT\", path = \"/queues/{n}\"", "nobody would read"),
        ];
        for (good, bad, expected) in cases {
            let found = of(&GOOD.replace(good, bad)).join("; ");
            assert!(found.contains(expected), "{bad}: {found:?}");
        }
    }
}
