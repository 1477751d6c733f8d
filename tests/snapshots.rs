//! The window's pictures as they were last approved, drawn on the CPU without a display.
//!
//! ```text
//! cargo test --test snapshots                       compares with tests/snapshots/*.png
//! UPDATE_SNAPSHOTS=1 cargo test --test snapshots    writes them anew; look at them before a commit
//! ```
//!
//! Where a picture differs, the new one lies in the folder that the failure names.
#![cfg(feature = "gui")]

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use seefit::app::Options;
use seefit::app::act::{Act, Tab, ThemeChoice};
use seefit::app::screenshot::Headless;
use seefit::app::settings::Settings;
use seefit::model::Task;
use seefit::prepare::Role;
use seefit::project::Command;

const SIZE: [u32; 2] = [1000, 640];
/// Text and lines may fall a little differently on another processor: so much a channel on average,
const MEAN_DIFFERENCE: f64 = 0.4;
/// and so many pixels by more than `LARGE`.
const LARGE: u8 = 32;
const LARGE_SHARE: f64 = 0.004;

/// Rows of red, green and blue.
#[derive(PartialEq)]
struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

fn draw(data: &str, theme: ThemeChoice, act: impl FnOnce(&mut Headless)) -> Picture {
    let settings = Settings {
        theme,
        projector_dark: theme == ThemeChoice::Dark,
        data: data.to_owned(),
        ..Settings::default()
    };
    let options = Options {
        data: Some(data.to_owned()),
        settings,
        still: true,
        ..Options::default()
    };
    let mut headless = Headless::new(options, SIZE);
    act(&mut headless);
    assert!(
        headless.settle(Duration::from_secs(120)),
        "{data} did not settle"
    );
    let end = Instant::now() + Duration::from_secs(60);
    let mut quiet = 0;
    while quiet < 6 {
        assert!(Instant::now() < end, "{data} did not come to rest");
        headless.frame();
        quiet = if is_at_rest(&headless) { quiet + 1 } else { 0 };
        std::thread::sleep(Duration::from_millis(8));
    }
    let image = headless.picture();
    let [width, height] = image.size.map(|side| side as u32);
    let rgb = image.pixels.iter().flat_map(|p| [p.r(), p.g(), p.b()]);
    Picture {
        width,
        height,
        rgb: rgb.collect(),
    }
}

/// What comes after the scores: curves over a parameter, thumbnails of the data.
fn is_at_rest(headless: &Headless) -> bool {
    let window = &headless.window;
    let curves = window.desk.shown().all(|model| {
        let entry = window.desk.entry(model.id);
        // Of what trains in steps, the curve over a parameter is made on request.
        let algorithm = model.params.algorithm();
        let steps = algorithm.tags.steps.is_some() && algorithm.task != Task::Clustering;
        let sweeps = algorithm.curve.is_some() && !steps;
        entry.is_none_or(|e| !sweeps || e.problem.is_some() || !e.sweep.is_empty())
    });
    window.is_settled() && curves && window.catalog.items.iter().all(|i| i.thumbnail.is_some())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

fn write(path: &Path, picture: &Picture) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = BufWriter::new(File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&picture.rgb).unwrap();
    writer.finish().unwrap();
}

fn read(path: &Path) -> Picture {
    let file = BufReader::new(File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb, "{}", path.display());
    Picture {
        width: info.width,
        height: info.height,
        rgb,
    }
}

/// The mean difference a channel, and the share of pixels that differ by much.
fn difference(a: &Picture, b: &Picture) -> (f64, f64) {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let all = a.rgb.iter().zip(&b.rgb).map(|(a, b)| a.abs_diff(*b));
    let mean = all.clone().map(f64::from).sum::<f64>() / a.rgb.len() as f64;
    let differences: Vec<u8> = all.collect();
    let large = differences
        .chunks_exact(3)
        .filter(|pixel| pixel.iter().any(|d| *d > LARGE));
    (mean, large.count() as f64 / (a.rgb.len() / 3) as f64)
}

fn check(name: &str, picture: &Picture) {
    let path = folder().join(format!("{name}.png"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        return write(&path, picture);
    }
    if !folder().exists() {
        return eprintln!("{name}: no pictures have been approved; UPDATE_SNAPSHOTS=1 writes them");
    }
    let new = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("snapshots")
        .join(format!("{name}.png"));
    let advice = "UPDATE_SNAPSHOTS=1 approves what is drawn now";
    if !path.exists() {
        write(&new, picture);
        panic!(
            "{name}: there is no picture; {} is new; {advice}",
            new.display()
        );
    }
    let (mean, large) = difference(&read(&path), picture);
    if mean > MEAN_DIFFERENCE || large > LARGE_SHARE {
        write(&new, picture);
        panic!(
            "{name}: differs by {mean:.3} a channel, {:.2} % of the pixels by much; see {}; {advice}",
            100.0 * large,
            new.display()
        );
    }
}

macro_rules! snapshots {
    ($($name:ident: $data:literal, $theme:ident, $act:expr;)*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name), &draw($data, ThemeChoice::$theme, $act));
        }
    )*};
}

fn tab(tab: Tab) -> impl FnOnce(&mut Headless) {
    move |headless| perform(headless, Act::Tab(tab))
}

fn perform(headless: &mut Headless, act: Act) {
    let context = headless.context.clone();
    headless.window.perform(&context, act);
}

fn no_features(headless: &mut Headless) {
    for column in headless.window.desk.project().settings.roles.features() {
        let role = Role::Ignored;
        perform(headless, Act::Do(Command::SetRole { column, role }));
    }
}

snapshots! {
    iris_model_light: "iris", Light, tab(Tab::Model);
    iris_compare_dark: "iris", Dark, tab(Tab::Compare);
    iris_explore_light: "iris", Light, tab(Tab::Explore);
    iris_table_dark: "iris", Dark, tab(Tab::Table);
    penguins_model_dark: "penguins", Dark, tab(Tab::Model);
    penguins_compare_light: "penguins", Light, tab(Tab::Compare);
    penguins_explore_dark: "penguins", Dark, tab(Tab::Explore);
    penguins_table_light: "penguins", Light, tab(Tab::Table);
    diabetes_model_light: "diabetes", Light, tab(Tab::Model);
    diabetes_compare_dark: "diabetes", Dark, tab(Tab::Compare);
    moons_model_light: "moons:n=400,noise=0.2,seed=1", Light, tab(Tab::Model);
    moons_projector_dark: "moons:n=400,noise=0.2,seed=1", Dark, |h| perform(h, Act::Projector(true));
    no_such_file_light: "no_such_file.csv", Light, tab(Tab::Model);
    no_features_dark: "iris", Dark, |h| { no_features(h) };
}

#[test]
fn a_picture_is_the_same_twice() {
    let again = || draw("penguins", ThemeChoice::Light, tab(Tab::Model));
    let (first, second) = (again(), again());
    // A letter's place in the font's texture depends on which letter was needed first, and so on which
    // fit ended first; where it is blended, that may round to the next number.
    let apart = first.rgb.iter().zip(&second.rgb);
    let far = apart.map(|(a, b)| a.abs_diff(*b)).max();
    if first.rgb.len() != second.rgb.len() || far > Some(1) {
        let (mean, large) = difference(&first, &second);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snapshots");
        write(&folder.join("first.png"), &first);
        write(&folder.join("second.png"), &second);
        panic!("{mean} a channel, {large} of the pixels by much");
    }
}

#[test]
fn a_difference_is_seen() {
    let grey = |value: u8| Picture {
        width: 100,
        height: 1,
        rgb: vec![value; 300],
    };
    let mut changed = grey(100);
    changed.rgb[30..36].fill(200);
    assert_eq!(difference(&grey(100), &grey(101)), (1.0, 0.0));
    assert_eq!(difference(&grey(100), &changed), (2.0, 0.02));
}
