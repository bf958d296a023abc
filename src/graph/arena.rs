//! Typed arenas.

use super::Entity;
use crate::capture::Held;
use crate::model::{Ref, Text};
use std::collections::HashMap;
use std::marker::PhantomData;

/// An index into the one arena that holds `T`.
pub struct Id<T> {
    raw: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for Id<T> {}

impl<T> std::fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.raw)
    }
}

/// Things of one kind, in their given order, found by reference.
pub struct Arena<T> {
    things: Vec<Held<T>>,
    by_ref: HashMap<Ref, Id<T>>,
}

impl<T: Entity> Arena<T> {
    pub fn new(things: Vec<Held<T>>) -> Self {
        let by_ref =
            things.iter().zip(0u32..).map(|(held, raw)| (T::reference(held), Id { raw, of: PhantomData })).collect();
        Arena { things, by_ref }
    }

    pub fn id(&self, of: &Ref) -> Option<Id<T>> {
        self.by_ref.get(of).copied()
    }

    pub fn get(&self, id: Id<T>) -> &Held<T> {
        &self.things[id.raw as usize]
    }

    /// Wherever it lives.
    pub fn has_name(&self, id: &Text) -> bool {
        self.by_ref.keys().any(|it| it.id == *id)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Held<T>> {
        self.things.iter()
    }
}
