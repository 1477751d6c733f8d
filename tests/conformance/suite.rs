//! The table of checks, and the one loop over the registry.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use seefit::model::{ALGORITHMS, Algorithm, Engine};
use seefit::train::panic_text;

use super::subject::{Subject, Verdict};
use super::{
    bad_values, cancelled, declaration, edges, fits, inside, invariance, parameters, predictions,
    road, saved, steps, targets,
};

/// What stands in the table.
pub struct Check {
    /// The file and the function.
    pub name: &'static str,
    pub run: fn(&Subject) -> Verdict,
}

macro_rules! checks {
    ($($file:ident: $($check:ident),+ $(,)?;)+) => {
        &[$($(Check {
            name: concat!(stringify!($file), "::", stringify!($check)),
            run: $file::$check,
        }),+),+]
    };
}

/// One check a line. Where one does not apply to an estimator, it says so and does not count.
pub static CHECKS: &[Check] = checks! {
    declaration:
        its_id_finds_it,
        its_texts_are_sentences,
        its_parameters_have_names_and_help,
        its_ranges_hold_values,
        its_defaults_are_legal,
        its_conditions_can_come_true,
        its_engines_can_be_asked_for,
        its_tags_hold_together,
        its_curve_runs_over_allowed_numbers,
        every_parameter_is_in_the_key,
    ;
    bad_values:
        bad_values_are_refused_by_name,
        bad_texts_are_refused_by_name,
        unknown_parameters_are_refused,
        unknown_engines_are_refused,
    ;
    parameters:
        the_least_values_run_or_are_refused,
        the_greatest_values_run_or_are_refused,
        every_choice_runs_or_is_refused,
        what_another_engine_has_is_refused,
        auto_follows_what_only_one_engine_has,
    ;
    fits:
        ordinary_data_is_allowed,
        something_is_learned,
        groups_are_found,
        a_seed_tells_all,
        two_threads_give_the_same_bits,
        eight_threads_give_the_same_bits,
        without_draws_the_seed_does_not_matter,
        a_fit_does_not_depend_on_earlier_ones,
        two_fits_side_by_side_do_not_mix,
        its_size_in_memory_is_bounded,
        its_engines_agree,
        its_sweep_agrees_with_separate_fits,
    ;
    steps:
        it_begins_with_no_step_taken,
        its_steps_have_a_name,
        steps_are_counted_and_end,
        a_step_after_the_end_changes_nothing,
        a_model_stays_as_it_was_at_its_step,
        each_step_has_a_finite_model,
        its_loss_is_a_number,
        its_loss_falls,
        its_notes_are_sentences,
        running_predictions_are_those_of_the_model,
        running_predictions_may_begin_late,
    ;
    cancelled:
        a_set_flag_stops_a_step,
        a_stopped_fit_goes_on_where_it_was,
        a_stop_at_any_moment_leaves_no_trace,
        a_stop_at_any_look_leaves_no_trace,
        a_prediction_of_many_rows_is_stopped_on_its_way,
        a_stopped_fit_leaves_nothing_for_reuse,
        a_stopped_refresh_goes_on,
        a_stopped_sweep_says_so,
    ;
    predictions:
        it_has_an_output_a_class,
        they_are_finite,
        probabilities_lie_between_0_and_1,
        probabilities_add_up_to_1,
        without_probabilities_it_says_0_or_1,
        probabilities_agree_with_the_classes,
        asking_twice_gives_the_same_bits,
        rows_one_by_one_give_the_same,
        rows_in_parts_give_the_same,
        rows_in_another_order_give_the_same,
        no_rows_give_no_predictions,
        threads_may_share_it,
        extreme_rows_are_answered_or_refused,
        a_set_flag_stops_a_prediction,
        a_plane_agrees_with_its_points,
        a_line_agrees_with_its_points,
        a_plane_may_run_backwards,
        a_set_flag_stops_a_plane,
    ;
    inside:
        its_facts_are_texts,
        its_importances_add_up_to_1,
        its_weights_fit_the_columns,
        its_weights_are_its_predictions,
        its_trees_hold_together,
        its_support_is_of_the_rows,
        its_centroids_are_finite,
        its_merges_lead_to_one_cluster,
        every_row_has_a_cluster_or_is_noise,
    ;
    edges:
        one_column,
        whole_numbers,
        zeros_and_ones,
        negative_numbers,
        constant_columns_only,
        zeros_only,
        a_constant_column,
        duplicate_rows,
        one_row_again_and_again,
        collinear_columns,
        nearly_collinear_columns,
        more_columns_than_rows,
        one_row,
        two_rows,
        three_rows,
        huge_values,
        values_near_the_largest,
        the_largest_values,
        tiny_values,
        denormal_values,
        both_zeros,
        offset_values,
        neighbouring_numbers,
        one_huge_value,
        columns_of_all_sizes,
    ;
    targets:
        one_class,
        a_class_of_one_row,
        a_class_a_row,
        a_class_without_rows,
        classes_of_very_different_size,
        a_constant_target,
        a_huge_target,
        a_target_near_the_largest,
        a_tiny_target,
        a_denormal_target,
        an_offset_target,
    ;
    invariance:
        the_order_of_rows_does_not_matter,
        all_rows_twice_change_nothing,
        the_order_of_classes_does_not_matter,
        the_order_of_columns_does_not_matter,
        a_constant_column_changes_nothing,
        the_unit_of_a_column_does_not_matter,
        the_unit_of_the_target_does_not_matter,
        balanced_weights_are_repeated_rows,
        unused_keys_do_not_matter,
    ;
    saved:
        read_back_it_predicts_the_same_bits,
        saved_again_it_is_the_same_bytes,
        read_back_it_tells_the_same_inside,
        for_another_width_it_does_not_open,
        for_other_outputs_it_does_not_open,
        cut_off_it_does_not_open,
        whatever_is_chosen_comes_back,
    ;
    road:
        its_report_has_finite_scores,
        its_report_names_the_classes,
        threads_do_not_show_in_its_report,
        the_size_of_slices_does_not_show,
        a_stopped_run_goes_on_to_the_same_end,
        a_report_of_a_stopped_run_is_sound,
        its_progress_only_grows,
        its_curve_is_finite_and_runs_forward,
        missing_values_are_filled,
        rows_without_a_target_are_left_out,
        without_a_target_it_says_so,
        a_target_of_another_kind_is_refused,
        unseen_categories_are_predicted,
        its_key_changes_with_the_seed_and_the_split,
    ;
};

/// Every estimator passes at least so many, on each of its engines.
const LEAST: usize = 60;

/// How many checks pass, and what is wrong.
fn examine(algorithm: &'static Algorithm, engine: Engine) -> (usize, Vec<String>) {
    let title = format!("{} on {}", algorithm.id, engine.id());
    let made = catch_unwind(|| Subject::new(algorithm, engine));
    let subject = match made {
        Ok(subject) => subject,
        Err(payload) => return (0, vec![format!("{title}: {}", panic_text(&*payload))]),
    };
    let mut wrong = Vec::new();
    let mut passed = 0;
    for check in CHECKS {
        match catch_unwind(AssertUnwindSafe(|| (check.run)(&subject))) {
            Ok(Verdict::Passes) => passed += 1,
            Ok(Verdict::NotForIt) => {}
            Err(payload) => {
                let what = panic_text(&*payload);
                wrong.push(format!("{title}: {}: {what}", check.name));
            }
        }
    }
    (passed, wrong)
}

#[test]
fn every_estimator_passes_at_least_sixty_checks() {
    let subjects: Vec<(&'static Algorithm, Engine)> = ALGORITHMS
        .iter()
        .flat_map(|algorithm| {
            let engines = algorithm.engines.available.iter();
            engines.map(move |engine| (*algorithm, *engine))
        })
        .collect();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(&(algorithm, engine)) =
                    subjects.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let (passed, wrong) = examine(algorithm, engine);
                    found
                        .lock()
                        .expect("no panic")
                        .push((algorithm, engine, passed, wrong));
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no panic");
    let place = |algorithm: &Algorithm| ALGORITHMS.iter().position(|a| *a == algorithm);
    found.sort_by_key(|(algorithm, engine, ..)| (place(algorithm), engine.id()));
    println!(
        "{} checks; an estimator passes, on each engine:",
        CHECKS.len()
    );
    let mut wrong = Vec::new();
    for (algorithm, engine, passed, faults) in &found {
        println!("{:>4}  {} on {}", passed, algorithm.id, engine.id());
        wrong.extend(faults.iter().cloned());
        if *passed < LEAST {
            wrong.push(format!(
                "{} on {}: only {passed} checks",
                algorithm.id,
                engine.id()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A check stands in the table once, and applies to somebody.
#[test]
fn the_table_names_each_check_once() {
    let mut names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CHECKS.len());
}
