//! What is asked of the X server itself: the keyboard where there is no window manager to give a new
//! window the focus (kiosks, virtual displays), and the pointer while another program drags a file.

use eframe::CreationContext;

/// The X11 id of the window, if it has one.
#[cfg(target_os = "linux")]
pub fn x11_window(creation: &CreationContext<'_>) -> Option<u32> {
    use winit::raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
    match creation.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => u32::try_from(handle.window).ok(),
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
pub fn x11_window(_: &CreationContext<'_>) -> Option<u32> {
    None
}

/// Takes the keyboard for the window unless a window manager is there to do so. The window must be
/// on the screen. Does nothing where that cannot be told.
#[cfg(target_os = "linux")]
pub fn take_keyboard(window: u32) {
    let _ = std::thread::Builder::new()
        .name("seefit-focus".into())
        .spawn(move || take(window));
}

#[cfg(not(target_os = "linux"))]
pub fn take_keyboard(_: u32) {}

#[cfg(target_os = "linux")]
fn take(window: u32) -> Option<()> {
    use x11rb::CURRENT_TIME;
    use x11rb::connection::Connection as _;
    use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, InputFocus};
    let (connection, screen) = x11rb::rust_connection::RustConnection::connect(None).ok()?;
    let root = connection.setup().roots.get(screen)?.root;
    let check = connection
        .intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")
        .ok()?
        .reply()
        .ok()?;
    let manager = connection.get_property(false, root, check.atom, AtomEnum::WINDOW, 0, 1);
    if manager.ok()?.reply().ok()?.value_len > 0 {
        return None;
    }
    connection
        .set_input_focus(InputFocus::POINTER_ROOT, window, CURRENT_TIME)
        .ok()?
        .check()
        .ok()
}

/// Where the pointer is over the window, in pixels.
#[cfg(target_os = "linux")]
pub fn pointer(window: u32) -> Option<eframe::egui::Vec2> {
    use x11rb::protocol::xproto::ConnectionExt as _;
    let (connection, _) = x11rb::rust_connection::RustConnection::connect(None).ok()?;
    let at = connection.query_pointer(window).ok()?.reply().ok()?;
    let [x, y] = [at.win_x, at.win_y].map(f32::from);
    at.same_screen.then_some(eframe::egui::vec2(x, y))
}

#[cfg(not(target_os = "linux"))]
pub fn pointer(_: u32) -> Option<eframe::egui::Vec2> {
    None
}
