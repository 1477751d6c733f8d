use serde_json::Value as Json;

use super::*;

/// `max_features=50`, as the command line writes a setting of the reference.
fn spelled(name: &str, value: &Json) -> String {
    let value = match value {
        Json::Array(range) => format!("{}-{}", range[0], range[1]),
        Json::String(word) => word.clone(),
        other => other.to_string(),
    };
    format!("{name}={value}")
}

fn rows(value: &Json) -> Vec<Vec<f64>> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn terms_counts_and_weights_are_scikit_learns() {
    let reference: Json = serde_json::from_str(include_str!("bag_reference.json")).unwrap();
    let texts: Vec<String> = serde_json::from_value(reference["texts"].clone()).unwrap();
    let fresh: Vec<String> = serde_json::from_value(reference["fresh"].clone()).unwrap();
    let cases = reference["cases"].as_array().unwrap();
    assert!(cases.len() > 10);
    for case in cases {
        let settings = case["settings"].as_object().unwrap();
        let settings: Vec<String> = settings.iter().map(|(n, v)| spelled(n, v)).collect();
        for weights in ["counts", "tf_idf"] {
            let text = format!("{weights}:{}", settings.join(","));
            let chosen = TextFeatures::parse(&text).unwrap();
            let bag = FittedBag::fit(texts.iter().map(String::as_str), &chosen, &Cancel::new());
            let bag = bag.unwrap();
            let terms: Vec<String> = serde_json::from_value(case["terms"].clone()).unwrap();
            assert_eq!(bag.terms, terms, "{text}");
            assert!(bag.is_sound());
            let writer = bag.writer();
            let expected = rows(&case[weights]);
            assert_eq!(expected.len(), texts.len() + fresh.len());
            for (said, expected) in texts.iter().chain(&fresh).zip(&expected) {
                let mut out = vec![0.0; bag.width()];
                writer.write(said, &mut out);
                for (found, expected) in out.iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-12, "{text}: {said}");
                }
            }
        }
    }
}

#[test]
fn nothing_to_learn_from_is_said() {
    let says = |texts: &[&str], settings: &str| {
        let settings = TextFeatures::parse(settings).unwrap();
        let found = FittedBag::fit(texts.iter().copied(), &settings, &Cancel::new());
        format!("{found:?}")
    };
    assert!(says(&[], "counts").contains("no words"));
    assert!(says(&["", "a b !"], "tf_idf").contains("no words"));
    assert!(says(&["one two"], "counts:min_df=2").contains("none of its words are left"));
    assert!(says(&["the of"], "counts:stop_words=english").contains("no words"));
    let cancel = Cancel::new();
    cancel.cancel();
    let stopped = FittedBag::fit(["a word"].into_iter(), &TextFeatures::default(), &cancel);
    assert_eq!(stopped, Err(crate::base::Halt::Cancelled));
}

/// Weights of nothing make a row of nothing, not one of what is no number.
#[test]
fn weights_that_cannot_be_are_damage() {
    let fit = FittedBag::fit(
        ["a word", "a word more"].into_iter(),
        &TextFeatures::default(),
        &Cancel::new(),
    );
    let mut bag = fit.unwrap();
    assert!(bag.is_sound());
    for wrong in [0.0, -1.0, 0.5, 1e300, f64::NAN] {
        bag.idf[0] = wrong;
        assert!(!bag.is_sound(), "{wrong}");
    }
    bag.idf = vec![0.0; bag.width()];
    let mut out = vec![0.0; bag.width()];
    bag.writer().write("word more", &mut out);
    assert!(out.iter().all(|v| *v == 0.0), "{out:?}");
}
