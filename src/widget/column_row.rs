//! A column of the table in the list at the left: role, kind, name and unit, histogram, missing share.
//!
//! ```text
//!   [x]  #  Bill length mm      ▂▅▇▅▂   0.6 %
//! ```
use super::button::{IconButton, explain};
use super::choice;
use super::data_row::ground;
use super::format;
use super::icons;
use super::sparkline::Spark;
use super::text;
use super::theme;
use super::tokens::Tokens;
use eframe::egui::{
    Align2, CornerRadius, Popup, PopupCloseBehavior, Rect, Response, Role, Sense, SetOpenCommand,
    Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// What a column does for the models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    Target,
    /// Used or not.
    Feature(bool),
}

/// What a column holds; the icon says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Number,
    Category,
    Text,
    Date,
    YesNo,
}

impl ColumnKind {
    pub fn icon(self) -> &'static str {
        match self {
            Self::Number => icons::HASH,
            Self::Category => icons::TAG,
            Self::Text => icons::TEXT,
            Self::Date => icons::CALENDAR,
            Self::YesNo => icons::YES_NO,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::Date => "date",
            Self::YesNo => "yes or no",
        }
    }
}

/// Everything that a column's row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRow {
    pub name: String,
    /// Empty when it has none.
    pub unit: String,
    pub kind: ColumnKind,
    pub role: ColumnRole,
    pub spark: Spark,
    /// The share of the rows without a value, 0 to 1.
    pub missing: f64,
    /// Second line of the wide row: "number, 32.1 to 59.6".
    pub detail: String,
    pub selected: bool,
    /// Why it cannot be a feature, if so.
    pub unusable_because: Option<String>,
}

/// What the hand asked of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAction {
    Select,
    UseAsFeature(bool),
    MakeTarget,
    /// It names the rows.
    UseAsId,
    ShowOnX,
    ShowOnY,
    ChangeKind(ColumnKind),
}

/// Draws the row over the available width, 26 points high, or 40 with the second line.
///
/// A click selects, the icon of the kind and the secondary button open the menu.
pub fn column_row(ui: &mut Ui, column: &ColumnRow, wide: bool) -> Option<ColumnAction> {
    column_row_with(ui, column, wide, false, |_| {})
}

/// As [`column_row`]; with `menu_on_click` a click opens the menu as well. `more` draws what the menu
/// has beside the role, above the kinds; none of it closes the menu.
pub fn column_row_with(
    ui: &mut Ui,
    column: &ColumnRow,
    wide: bool,
    menu_on_click: bool,
    more: impl FnOnce(&mut Ui),
) -> Option<ColumnAction> {
    let s = theme::scale(ui);
    let height = if wide { 40.0 } else { 26.0 } * s;
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        let role = Role::ListBoxOption;
        let enabled = ui.is_enabled();
        let mut info = WidgetInfo::selected(role, enabled, column.selected, &column.name);
        info.current_text_value = Some(column.kind.word().to_owned());
        info
    });
    let mut action = None;
    let mut opens = response.secondary_clicked() || menu_on_click && response.clicked();
    if ui.is_rect_visible(rect) {
        ground(ui, rect, &response, column.selected, false);
        action = role(ui, rect, &response, column, s);
        opens |= kind(ui, rect, &response, column, s);
        let right = match make_target(ui, rect, &response, column, wide, s) {
            Some((right, clicked)) => {
                action = action.or(clicked.then_some(ColumnAction::MakeTarget));
                right
            }
            None => missing(ui, rect, column, wide, s),
        };
        let spark = spark(ui, rect, right, column, wide, s);
        names(ui, rect, spark, &response, column, wide, s);
        theme::focus_ring(ui, &response, Tokens::of(ui));
    }
    if response.clicked() {
        action = action.or(Some(ColumnAction::Select));
    }
    let menu = Popup::menu(&response)
        .open_memory(opens.then_some(SetOpenCommand::Bool(true)))
        .at_pointer_fixed()
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(column.name.as_str())
        .show(|ui| menu(ui, column, more))
        .and_then(|shown| shown.inner);
    action.or(menu)
}

/// The target's icon, or the check box of a feature.
fn role(ui: &Ui, rect: Rect, row: &Response, column: &ColumnRow, s: f32) -> Option<ColumnAction> {
    let t = Tokens::of(ui);
    let centre = pos2(rect.left() + 20.0 * s, rect.center().y);
    let ColumnRole::Feature(used) = column.role else {
        text::icon(ui.painter(), centre, icons::TARGET, 17.0 * s, t.accent);
        let place = Rect::from_center_size(centre, vec2(20.0, 20.0) * s);
        ui.interact(place, row.id.with("target"), Sense::hover())
            .on_hover_text("The target: what the models predict");
        return None;
    };
    let place = Rect::from_center_size(centre, vec2(24.0 * s, rect.height()));
    let why = column.unusable_because.as_deref();
    let id = row.id.with("use");
    let sense = if why.is_some() {
        Sense::hover()
    } else {
        Sense::click()
    };
    let response = ui.interact(place, id, sense);
    let name = format!("Use {}", column.name);
    if let Some(why) = why {
        text::icon(ui.painter(), centre, icons::PROHIBIT, 15.0 * s, t.weak);
        response.on_hover_text(why);
        return None;
    }
    let square = Rect::from_center_size(centre, vec2(13.0, 13.0) * s);
    choice::checkbox_at(ui, square, &response, &name, used);
    let clicked = response.clicked();
    let tooltip = if used {
        "Leave this column out"
    } else {
        "Use this column"
    };
    explain(response, Some(tooltip), None);
    clicked.then_some(ColumnAction::UseAsFeature(!used))
}

/// The icon of what it holds; true when it was clicked.
fn kind(ui: &Ui, rect: Rect, row: &Response, column: &ColumnRow, s: f32) -> bool {
    let t = Tokens::of(ui);
    let centre = pos2(rect.left() + 42.0 * s, rect.center().y);
    let place = Rect::from_center_size(centre, vec2(20.0, 20.0) * s);
    let response = ui.interact(place, row.id.with("kind"), Sense::click());
    response.widget_info(|| {
        let name = format!("Role and kind of {}", column.name);
        WidgetInfo::labeled(Role::Button, ui.is_enabled(), name)
    });
    let ink = if response.hovered() { t.strong } else { t.weak };
    if response.hovered() {
        ui.painter()
            .rect_filled(place, CornerRadius::same(4), t.pressed);
    }
    text::icon(ui.painter(), centre, column.kind.icon(), 15.0 * s, ink);
    theme::focus_ring(ui, &response, t);
    let clicked = response.clicked();
    response.on_hover_text(format!("{}; click for role and kind", column.kind.word()));
    clicked
}

/// Under the pointer the missing share gives way to what makes the column the target; returns where
/// that begins, and whether it was clicked.
fn make_target(
    ui: &mut Ui,
    rect: Rect,
    row: &Response,
    column: &ColumnRow,
    wide: bool,
    s: f32,
) -> Option<(f32, bool)> {
    let over = row.hovered() || row.contains_pointer();
    if !over || column.role == ColumnRole::Target {
        return None;
    }
    let width = if wide { 40.0 } else { 34.0 } * s;
    let right = rect.right() - 12.0 * s;
    let centre = pos2(right - 10.0 * s, rect.center().y);
    let place = Rect::from_center_size(centre, vec2(20.0, 20.0) * s);
    let name = format!("Predict {}", column.name);
    let button = IconButton::new(icons::TARGET, &name, "Make it the target").small();
    let clicked = button.at(ui, place).clicked();
    Some((right - width - if wide { 9.0 } else { 4.0 } * s, clicked))
}

fn names(ui: &Ui, rect: Rect, right: f32, row: &Response, column: &ColumnRow, wide: bool, s: f32) {
    let t = Tokens::of(ui);
    let used = column.role != ColumnRole::Feature(false);
    let left = rect.left() + if wide { 62.0 } else { 56.0 } * s;
    let width = right - left - 6.0 * s;
    let (font, ink) = match (column.selected, used) {
        (true, _) => (text::strong(ui), t.strong),
        (_, true) => (text::button(ui), t.strong),
        _ => (text::body(ui), t.text),
    };
    let name = text::line(ui, &column.name, font, ink, width);
    let left_over = width - name.size().x - 4.0 * s;
    let unit = text::line(ui, &column.unit, text::body(ui), t.weak, left_over);
    let cut = name.elided || unit.elided;
    let y = rect.center().y - if wide { 8.0 * s } else { 0.0 };
    let at = text::paint(ui.painter(), pos2(left, y), Align2::LEFT_CENTER, name);
    if !unit.elided {
        let at = pos2(at.right() + 4.0 * s, y);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, unit);
    }
    if wide {
        let detail = text::line(ui, &column.detail, text::small(ui), t.weak, width);
        let at = pos2(left, rect.center().y + 8.0 * s);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, detail);
    }
    if cut {
        let whole = format!("{} {}", column.name, column.unit);
        row.clone().on_hover_text(whole);
    }
}

/// Paints the histogram left of `right`; returns its own left edge.
fn spark(ui: &Ui, rect: Rect, right: f32, column: &ColumnRow, wide: bool, s: f32) -> f32 {
    if rect.width() < 230.0 * s {
        // The name needs the room more.
        return right;
    }
    let size = if wide {
        vec2(60.0, 20.0)
    } else {
        vec2(36.0, 14.0)
    } * s;
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, rect.center().y), size);
    column.spark.paint(ui.painter(), place, Tokens::of(ui));
    place.left()
}

/// Paints the missing share at the right; returns where its column begins.
fn missing(ui: &Ui, rect: Rect, column: &ColumnRow, wide: bool, s: f32) -> f32 {
    let t = Tokens::of(ui);
    let ink = if column.missing > 0.0 { t.warn } else { t.weak };
    let words = if column.missing > 0.0 || wide {
        format::percent(column.missing)
    } else {
        "0".into()
    };
    let right = rect.right() - 12.0 * s;
    let width = if wide { 40.0 } else { 34.0 } * s;
    let line = text::line(ui, &words, text::small(ui), ink, width + 4.0);
    let y = rect.center().y - if wide { 4.0 * s } else { 0.0 };
    text::paint(ui.painter(), pos2(right, y), Align2::RIGHT_CENTER, line);
    if wide {
        let bar = |share: f32| {
            let at = pos2(right - width, rect.center().y + 9.0 * s);
            Align2::LEFT_CENTER.anchor_size(at, vec2(width * share, 3.0 * s))
        };
        ui.painter().rect_filled(bar(1.0), 1.0, t.rail);
        let share = column.missing.clamp(0.0, 1.0) as f32;
        if share > 0.0 {
            ui.painter().rect_filled(bar(share.max(0.04)), 1.0, t.warn);
        }
    }
    right - width - if wide { 9.0 } else { 4.0 } * s
}

fn menu(ui: &mut Ui, column: &ColumnRow, more: impl FnOnce(&mut Ui)) -> Option<ColumnAction> {
    use super::combo::{MenuRow, menu_line};
    let mut action = None;
    let is_target = column.role == ColumnRole::Target;
    let why = is_target.then_some("It is the target already.");
    if MenuRow::new("Make it the target")
        .icon(icons::TARGET)
        .disabled_because(why)
        .show(ui)
    {
        action = Some(ColumnAction::MakeTarget);
    }
    if is_target
        && MenuRow::new("Predict nothing: find clusters")
            .icon(icons::MINUS)
            .show(ui)
    {
        action = Some(ColumnAction::UseAsFeature(false));
    }
    if let ColumnRole::Feature(used) = column.role {
        let words = match (used, column.kind) {
            (true, _) => "Leave it out",
            (false, ColumnKind::Text) => "Use its words as features",
            (false, _) => "Use it as a feature",
        };
        let why = column.unusable_because.as_deref();
        if MenuRow::new(words)
            .icon(if used { icons::MINUS } else { icons::PLUS })
            .disabled_because(why)
            .show(ui)
        {
            action = Some(ColumnAction::UseAsFeature(!used));
        }
        if MenuRow::new("It names the rows").icon(icons::LIST).show(ui) {
            action = Some(ColumnAction::UseAsId);
        }
        // Words have no axis.
        if used && column.kind != ColumnKind::Text {
            menu_line(ui);
            if MenuRow::new("Show on x").icon(icons::ARROW_RIGHT).show(ui) {
                action = Some(ColumnAction::ShowOnX);
            }
            if MenuRow::new("Show on y").icon(icons::ARROW_UP).show(ui) {
                action = Some(ColumnAction::ShowOnY);
            }
        }
    }
    more(ui);
    menu_line(ui);
    for kind in [
        ColumnKind::Number,
        ColumnKind::Category,
        ColumnKind::Text,
        ColumnKind::Date,
        ColumnKind::YesNo,
    ] {
        let words = format!("Read as {}", kind.word());
        let now = kind == column.kind;
        if MenuRow::new(&words)
            .icon(kind.icon())
            .selected(now)
            .show(ui)
            && !now
        {
            action = Some(ColumnAction::ChangeKind(kind));
        }
    }
    action
}

/// A thin line with the words of a list's head: title left, a weak word right.
pub fn list_head(ui: &mut Ui, title: &str, right: &str) {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let size = vec2(ui.available_width(), 32.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    let stroke = Stroke::new(1.0, t.line);
    ui.painter().hline(rect.x_range(), rect.top(), stroke);
    let line = text::line(ui, title, text::strong(ui), t.strong, rect.width());
    let at = pos2(rect.left() + 12.0 * s, rect.center().y);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, line);
    let line = text::line(ui, right, text::small(ui), t.weak, rect.width());
    let at = pos2(rect.right() - 12.0 * s, rect.center().y);
    text::paint(ui.painter(), at, Align2::RIGHT_CENTER, line);
}
