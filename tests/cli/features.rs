//! Words, dates and pictures as features: trained on, saved, and predicted with.

use super::run::{Folder, json, sentence};

/// Spam has its words, and a day in the second half of the month.
fn letters() -> String {
    let mut text = "subject,sent,spam\n".to_owned();
    for row in 0..60 {
        let spam = row % 3 == 0;
        let subject = match spam {
            true => format!("Win a FREE prize number {row}, click now and win again"),
            false => format!("Notes of meeting {row} with the team about plans"),
        };
        let day = if spam { 16 + row % 12 } else { 1 + row % 12 };
        text.push_str(&format!(
            "\"{subject}\",2024-{:02}-{day:02},{}\n",
            row % 12 + 1,
            if spam { "spam" } else { "ham" }
        ));
    }
    text
}

fn train<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "train",
        file,
        "--target",
        "spam",
        "--model",
        "logistic_regression",
    ];
    all.extend(more);
    all
}

fn warnings(answer: &serde_json::Value) -> String {
    answer["warnings"].to_string()
}

#[test]
fn the_words_of_a_text_are_features_on_request() {
    let folder = Folder::new("words");
    let file = folder.file("letters.csv", letters());
    let model = format!("{}/words.model", folder.path());
    let how = "subject=tf_idf:ngram_range=1-2,min_df=2,stop_words=english,max_features=30";
    let answer = json(&train(&file, &["--text", how, "--save", &model]));
    assert_eq!(answer["metrics"]["CA"]["mean"], 1.0, "{answer}");
    let features = answer["coefficients"].to_string();
    assert!(features.contains("\"subject=prize number\""), "{features}");
    assert!(
        !warnings(&answer).contains("subject: it is text"),
        "{answer}"
    );
    let out = format!("{}/out.csv", folder.path());
    let answer = json(&["predict", &model, &file, "--out", &out]);
    assert_eq!(answer["metrics"]["CA"]["pooled"], 1.0, "{answer}");
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(written.lines().count() >= 61, "{written}");
}

#[test]
fn dates_are_their_parts_and_said_to_be() {
    let folder = Folder::new("dates");
    let file = folder.file("letters.csv", letters());
    let model = format!("{}/dates.model", folder.path());
    let answer = json(&train(&file, &["--features", "sent", "--save", &model]));
    assert_eq!(answer["metrics"]["CA"]["mean"], 1.0, "{answer}");
    assert!(warnings(&answer).contains("month, day of the month, weekday and days since 2024"));
    assert!(answer["coefficients"].to_string().contains("sent.day"));
    let fresh = folder.file(
        "fresh.csv",
        "sent,note\n2025-06-25,late\n2025-06-02,early\n",
    );
    let out = format!("{}/out.csv", folder.path());
    json(&["predict", &model, &fresh, "--out", &out]);
    let written = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert!(
        lines[1].contains("spam") && lines[2].contains("ham"),
        "{written}"
    );
    let seconds = json(&train(&file, &["--dates", "sent=seconds"]));
    assert!(
        !warnings(&seconds).contains("day of the month"),
        "{seconds}"
    );
}

#[test]
fn what_cannot_be_used_so_is_one_sentence() {
    let folder = Folder::new("features-wrong");
    let file = folder.file("letters.csv", letters());
    for (more, part) in [
        (["--features", "subject"], "Use its words"),
        (["--text", "subject"], "COLUMN=HOW"),
        (["--text", "subject=words"], "counts or tf_idf"),
        (["--text", "subject=counts:min_df=x"], "--text min_df"),
        (["--text", "sent=counts"], "sent is date and not text"),
        (["--text", "sbject=counts"], "subject"),
        (["--dates", "sent=months"], "parts or seconds"),
    ] {
        let arguments = train(&file, &more);
        let said = seefit_says(&arguments);
        assert!(said.contains(part), "{more:?}: {said}");
    }
}

/// Of a command that fails, whichever way.
fn seefit_says(arguments: &[&str]) -> String {
    let ended = super::run::seefit(arguments);
    assert!(
        ended.code == 1 || ended.code == 2,
        "{arguments:?}: {}",
        ended.out
    );
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    ended.err
}

#[test]
fn a_folder_of_pictures_is_a_table() {
    let folder = Folder::new("pictures");
    for (class, shift) in [("dark", 0u8), ("light", 128)] {
        let inside = format!("{}/{class}", folder.path());
        std::fs::create_dir_all(&inside).unwrap();
        for at in 0..6u8 {
            let pixels = image::GrayImage::from_fn(20, 12, |x, y| {
                image::Luma([shift + (x as u8 * 3 + y as u8 * 2 + at) % 100])
            });
            pixels.save(format!("{inside}/{at}.png")).unwrap();
        }
    }
    let path = folder.path();
    let described = json(&["describe", &path, "--read", "image_size=8"]);
    assert_eq!(
        (&described["rows"], &described["target"]),
        (&12.into(), &"class".into())
    );
    assert_eq!(described["columns"].as_array().unwrap().len(), 2 + 64);
    let trained = json(&[
        "train",
        &path,
        "--read",
        "image_size=8",
        "--model",
        "gaussian_nb",
    ]);
    assert_eq!(trained["metrics"]["CA"]["mean"], 1.0, "{trained}");
    let said = sentence(&["describe", &path, "--read", "image_size=7"], 2);
    assert!(said.contains("8 to 64"), "{said}");
}
