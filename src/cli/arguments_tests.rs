use super::*;

fn parsed(line: &str) -> Result<Command, Problem> {
    parse(line.split_whitespace().map(OsString::from))
}

fn sentence(line: &str) -> String {
    parsed(line).unwrap_err().to_string()
}

#[test]
fn without_a_command_it_is_the_window() {
    assert_eq!(parsed("").unwrap(), Command::Window(WindowArgs::default()));
    let Command::Window(args) = parsed("moons:n=40 --timings t.json").unwrap() else {
        panic!("the window")
    };
    assert_eq!(args.data.as_deref(), Some("moons:n=40"));
    assert_eq!(args.timings, Some("t.json".into()));
}

#[test]
fn a_training_is_read_whole() {
    let line = "train - --target y --model dummy_classifier --set strategy=uniform --set engine=auto \
                --features a,b --scale min_max --validate repeated:2x3 --seed 7 --threads 3 --curve --json";
    let Command::Train(args) = parsed(line).unwrap() else {
        panic!("a training")
    };
    assert_eq!(args.data.data, "-");
    assert_eq!(args.data.target.as_deref(), Some("y"));
    assert_eq!(args.data.features, ["a,b"]);
    assert_eq!(args.data.scale, Scale::MinMax);
    assert_eq!(
        args.data.validate,
        Some(SplitScheme::Repeated { repeats: 2, k: 3 })
    );
    assert_eq!((args.data.seed, args.data.threads), (7, Some(3)));
    assert_eq!(args.set[0], ("strategy".to_owned(), "uniform".to_owned()));
    assert!(args.curve && args.json);
}

#[test]
fn a_value_may_hold_equals_signs_and_dashes() {
    let line = [
        "train",
        "d.csv",
        "--model=dummy_regressor",
        "--target",
        "-y=z",
        "--set",
        "a=b=c",
    ];
    let Command::Train(args) = parse(line.map(OsString::from)).unwrap() else {
        panic!("a training")
    };
    assert_eq!(args.data.target.as_deref(), Some("-y=z"));
    assert_eq!(args.set, [("a".to_owned(), "b=c".to_owned())]);
}

#[test]
fn help_and_version_are_found_anywhere() {
    assert_eq!(parsed("--help").unwrap(), Command::Help(None));
    assert_eq!(parsed("help").unwrap(), Command::Help(None));
    assert_eq!(parsed("help train").unwrap(), Command::Help(Some("train")));
    assert_eq!(
        parsed("train iris -h").unwrap(),
        Command::Help(Some("train"))
    );
    assert_eq!(parsed("-V").unwrap(), Command::Version);
}

#[test]
fn a_screenshot_has_its_defaults() {
    let Command::Screenshot(args) = parsed("screenshot --out a.png --size 800x600").unwrap() else {
        panic!("a screenshot")
    };
    assert_eq!((args.size, args.tab, args.data), ((800, 600), None, None));
    assert!(sentence("screenshot").contains("--out"));
    assert!(
        sentence("screenshot --out a.png --tab plots")
            .contains("explore, model, compare, evaluate")
    );
    assert!(sentence("screenshot --out a.png --size 10x10").contains("320x240"));
    assert!(sentence("screenshot --out a.png --wait NaN").contains("0 to 3600"));
}

#[test]
fn models_are_ids_all_or_none() {
    let models = |line: &str| match parsed(line).unwrap() {
        Command::Compare(args) => args.models,
        _ => panic!("a comparison"),
    };
    assert_eq!(models("compare iris"), None);
    assert_eq!(models("compare iris --models all"), None);
    let ids = models("compare iris --models dummy_classifier,dummy_classifier").unwrap();
    assert_eq!(ids, ["dummy_classifier"]);
}

#[test]
fn what_is_wrong_is_said_with_a_name_near_to_it() {
    let cases = [
        ("train iris --modle x", "Try --model"),
        ("train iris --model dummy_clasifier", "Try dummy_classifier"),
        ("train iris", "--model"),
        ("train", "the data set is missing"),
        ("train iris extra", "follows the data set"),
        ("train iris --seed -1", "--seed: “-1” is not allowed"),
        ("train iris --threads 0", "1 to 1024"),
        ("train iris --target", "the value is missing"),
        ("train iris --target a --target b", "given twice"),
        (
            "train iris --model dummy_classifier --set depth",
            "--set max_depth=4",
        ),
        ("train iris --validate sometimes", "stratified:K"),
        ("train iris --scale big", "min_max"),
        ("train iris --json=1", "takes no value"),
        ("compare iris --models a,,b", "there is no model"),
        ("models iris", "not expected"),
        ("iris --model lasso", "seefit train DATA"),
        ("help trian", "Try train"),
        ("trian iris --model lasso", "Try train"),
        ("-x", "-x"),
    ];
    for (line, part) in cases {
        let text = sentence(line);
        assert!(text.contains(part), "{line}: {text}");
    }
}

#[test]
fn how_to_read_comes_with_the_data() {
    let line = "describe a.xlsx --read sheet=2 --read missing=-9 --read decimal=comma";
    let Command::Describe(args) = parsed(line).unwrap() else {
        panic!("a description")
    };
    assert_eq!(args.read.sheet.as_deref(), Some("2"));
    assert_eq!(args.read.missing, ["-9"]);
    assert_eq!(args.read.decimal_comma, Some(true));
    assert!(sentence("describe a --read sheet").contains("--read sheet=2"));
    assert!(sentence("describe a --read shet=2").contains("sheet"));
    assert!(sentence("train a --model ridge --read header=5").contains("--read header"));
}
