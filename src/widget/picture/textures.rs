//! What is in the program's textures. egui hands pixels to the painter and keeps none; whoever draws a
//! frame anew, larger or as vectors, finds them here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{
    ColorImage, Context, Id, ImageData, Rect, Shape, TextureHandle, TextureId, TextureOptions,
};

#[derive(Clone)]
pub enum Content {
    Image(Arc<ColorImage>, TextureOptions),
    /// White masks, tinted by the vertices that show them.
    Stamps(Arc<[Stamp]>),
}

/// A mask, and what it is a picture of.
#[derive(Clone)]
pub struct Stamp {
    pub uv: Rect,
    /// White, around (0, 0), in points.
    pub shape: Shape,
}

type Store = Arc<Mutex<HashMap<TextureId, Content>>>;

fn with<R>(ctx: &Context, f: impl FnOnce(&mut HashMap<TextureId, Content>) -> R) -> R {
    let id = Id::unique("contents of textures");
    let store = ctx.data_mut(|data| data.get_temp_mut_or_default::<Store>(id).clone());
    f(&mut store.lock().unwrap_or_else(PoisonError::into_inner))
}

/// As [`Context::load_texture`].
pub fn load(
    ctx: &Context,
    name: impl Into<String>,
    image: impl Into<ImageData>,
    options: TextureOptions,
) -> TextureHandle {
    let ImageData::Color(image) = image.into();
    let handle = ctx.load_texture(name, image.clone(), options);
    let manager = ctx.tex_manager();
    with(ctx, |contents| {
        // Handles that were dropped took their textures along.
        let manager = manager.read();
        contents.retain(|id, _| manager.meta(*id).is_some());
        contents.insert(handle.id(), Content::Image(image, options));
    });
    handle
}

/// As [`TextureHandle::set`].
pub fn set(
    ctx: &Context,
    handle: &mut TextureHandle,
    image: impl Into<ImageData>,
    options: TextureOptions,
) {
    let ImageData::Color(image) = image.into();
    handle.set(image.clone(), options);
    with(ctx, |contents| {
        contents.insert(handle.id(), Content::Image(image, options));
    });
}

/// Says what the masks of a texture are pictures of.
pub fn set_stamps(ctx: &Context, handle: &TextureHandle, stamps: Arc<[Stamp]>) {
    with(ctx, |contents| {
        contents.insert(handle.id(), Content::Stamps(stamps));
    });
}

pub fn contents(ctx: &Context) -> HashMap<TextureId, Content> {
    with(ctx, |contents| contents.clone())
}
