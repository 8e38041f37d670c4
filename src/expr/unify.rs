//! Types against types: which one several convert to, whether one converts to another, and what then becomes of the
//! parts that are still open.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use relight_contract::{Name, ObjectType, Type};

/// The one type that all of these convert to, if there is one.
///
/// Text takes numbers and booleans; a list is preferred to a tuple and to a set, a map to an object. Tuples of one
/// length and objects of the same names are unified part by part; others become a list or a map. `Dynamic` among
/// primitive types takes the type of its neighbours, among structures it leaves everything open.
pub fn unify(types: &[Type]) -> Option<Type> {
    let types = distinct(types);
    let (first, rest) = types.split_first()?;
    if rest.is_empty() {
        return Some(plain(first));
    }
    let census = Census::of(&types);
    match census {
        Census { maps, dynamics, .. } if maps > 0 && maps + dynamics == types.len() => {
            return collections(&types, dynamics, Type::map);
        }
        Census { maps, objects, dynamics, .. } if maps > 0 && maps + objects + dynamics == types.len() => {
            if let Some(unified) = structures_as_collections(&types) {
                return Some(unified);
            }
        }
        Census { lists, dynamics, .. } if lists > 0 && lists + dynamics == types.len() => {
            return collections(&types, dynamics, Type::list);
        }
        Census { lists, tuples, dynamics, .. } if lists > 0 && lists + tuples + dynamics == types.len() => {
            if let Some(unified) = structures_as_collections(&types) {
                return Some(unified);
            }
        }
        Census { sets, dynamics, .. } if sets > 0 && sets + dynamics == types.len() => {
            return collections(&types, dynamics, Type::set);
        }
        Census { objects, dynamics, .. } if objects > 0 && objects + dynamics == types.len() => {
            return if dynamics > 0 { Some(Type::Dynamic) } else { objects_by_name(&types) };
        }
        Census { tuples, dynamics, .. } if tuples > 0 && tuples + dynamics == types.len() => {
            return if dynamics > 0 { Some(Type::Dynamic) } else { tuples_by_position(&types) };
        }
        _ => {}
    }
    preferred(&types)
}

/// How often each sort of type stands among some.
#[derive(Default)]
struct Census {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamics: usize,
}

impl Census {
    fn of(types: &[Type]) -> Census {
        let mut census = Census::default();
        for ty in types {
            match ty {
                Type::Map(_) => census.maps += 1,
                Type::List(_) => census.lists += 1,
                Type::Set(_) => census.sets += 1,
                Type::Object(_) => census.objects += 1,
                Type::Tuple(_) => census.tuples += 1,
                Type::Dynamic => census.dynamics += 1,
                Type::Bool | Type::Number | Type::String => {}
            }
        }
        census
    }
}

/// Each type once, in the order of first appearance.
fn distinct(types: &[Type]) -> Vec<Type> {
    let Some(first) = types.first() else { return Vec::new() };
    if types.iter().all(|ty| ty == first) {
        return vec![first.clone()];
    }
    let mut seen = HashSet::new();
    types.iter().filter(|ty| seen.insert(*ty)).cloned().collect()
}

fn collections(types: &[Type], dynamics: usize, of: fn(Type) -> Type) -> Option<Type> {
    if dynamics > 0 {
        return Some(Type::Dynamic);
    }
    let elements: Vec<Type> = types.iter().filter_map(Type::element).cloned().collect();
    unify(&elements).map(of)
}

/// Lists with tuples as lists, maps with objects as maps.
fn structures_as_collections(types: &[Type]) -> Option<Type> {
    let mut parts = Vec::new();
    let mut others = Vec::new();
    let mut is_map = false;
    for ty in types {
        match ty {
            Type::Tuple(elements) => parts.extend(elements.iter().cloned()),
            Type::Object(object) => {
                is_map = true;
                parts.extend(object.attributes.values().cloned());
            }
            other => others.push(other.clone()),
        }
    }
    let element = unify(&parts)?;
    others.push(if is_map { Type::map(element) } else { Type::list(element) });
    unify(&others).filter(|unified| matches!(unified, Type::Map(_) | Type::List(_)))
}

fn objects_by_name(types: &[Type]) -> Option<Type> {
    let objects: Vec<&ObjectType> = types
        .iter()
        .filter_map(|ty| if let Type::Object(object) = ty { Some(&**object) } else { None })
        .collect();
    let first = objects.first()?;
    if objects.iter().any(|object| !object.attributes.keys().eq(first.attributes.keys())) {
        let parts: Vec<Type> =
            objects.iter().flat_map(|object| object.attributes.values().cloned()).collect();
        return unify(&parts).map(Type::map);
    }
    let unified = first.attributes.keys().map(|name| {
        let across: Vec<Type> =
            objects.iter().filter_map(|object| object.attributes.get(name)).cloned().collect();
        unify(&across).map(|ty| (name.clone(), ty))
    });
    unified.collect::<Option<Vec<(Name, Type)>>>().map(Type::object)
}

fn tuples_by_position(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&Vec<Type>> = types
        .iter()
        .filter_map(|ty| if let Type::Tuple(parts) = ty { Some(&**parts) } else { None })
        .collect();
    let length = tuples.first()?.len();
    if tuples.iter().any(|tuple| tuple.len() != length) {
        let parts: Vec<Type> = tuples.iter().flat_map(|tuple| tuple.iter().cloned()).collect();
        return unify(&parts).map(Type::list);
    }
    let unified = (0..length).map(|index| {
        let across: Vec<Type> = tuples.iter().filter_map(|tuple| tuple.get(index)).cloned().collect();
        unify(&across)
    });
    unified.collect::<Option<Vec<Type>>>().map(Type::tuple)
}

/// The first type, in order of preference, that all others convert to.
fn preferred(types: &[Type]) -> Option<Type> {
    let primitive = types.iter().any(Type::is_primitive);
    let structured = types.iter().any(|ty| !ty.is_primitive() && *ty != Type::Dynamic);
    if primitive && structured {
        // Nothing but an open type takes both.
        return types.contains(&Type::Dynamic).then_some(Type::Dynamic);
    }
    let mut order: Vec<&Type> = types.iter().collect();
    order.sort_by_cached_key(|ty| preference(ty));
    order.into_iter().find(|wanted| types.iter().all(|ty| is_convertible(ty, wanted))).map(plain)
}

/// Less is preferred; collections of one kind go by their elements.
fn preference(ty: &Type) -> Vec<u8> {
    let mut ranks = Vec::new();
    let mut ty = ty;
    loop {
        ranks.push(match ty {
            Type::String | Type::List(_) | Type::Map(_) => 0,
            Type::Bool | Type::Number | Type::Tuple(_) | Type::Object(_) => 1,
            Type::Set(_) => 2,
            Type::Dynamic => 3,
        });
        match ty.element() {
            Some(element) => ty = element,
            None => return ranks,
        }
    }
}

/// Whether values of one type can become another at all; whether a given one can may also depend on the value, as with
/// text that should be a number.
pub fn is_convertible(have: &Type, want: &Type) -> bool {
    match (have, want) {
        (_, Type::Dynamic) | (Type::Dynamic, _) => true,
        (Type::Bool | Type::Number | Type::String, Type::String) => true,
        (Type::String | Type::Number, Type::Number) | (Type::String | Type::Bool, Type::Bool) => true,
        (Type::List(a) | Type::Set(a), Type::List(b) | Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            is_convertible(a, b)
        }
        (Type::Tuple(parts), Type::List(element) | Type::Set(element)) => all_to(parts.iter(), element),
        (Type::Object(object), Type::Map(element)) if **element == Type::Dynamic => {
            let parts: Vec<Type> = object.attributes.values().cloned().collect();
            parts.is_empty() || common_of_map(&parts).is_some()
        }
        (Type::Object(object), Type::Map(element)) => {
            object.attributes.values().all(|part| is_convertible(part, element))
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_convertible(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            b.attributes.iter().all(|(name, want)| match a.attributes.get(name) {
                Some(have) => is_convertible(have, want),
                None => b.optional.contains(name),
            })
        }
        (Type::Map(element), Type::Object(object)) => {
            object.attributes.values().all(|want| is_convertible(element, want))
        }
        _ => false,
    }
}

fn all_to<'t>(parts: impl Iterator<Item = &'t Type> + Clone, element: &Type) -> bool {
    if *element != Type::Dynamic {
        return parts.into_iter().all(|part| is_convertible(part, element));
    }
    let parts: Vec<Type> = parts.cloned().collect();
    parts.is_empty() || common(&parts).is_some()
}

/// As [`unify`], for the elements of a map: those that are open take the one type of the others.
pub fn common_of_map(types: &[Type]) -> Option<Type> {
    let unified = unify(types)?;
    if unified != Type::Dynamic {
        return Some(unified);
    }
    let mut typed = types.iter().filter(|ty| **ty != Type::Dynamic);
    let Some(first) = typed.next() else { return Some(Type::Dynamic) };
    typed.all(|ty| ty == first).then(|| first.clone())
}

/// As [`unify`], for the elements of a list or set: these may stay open only if all of them are.
pub fn common(types: &[Type]) -> Option<Type> {
    unify(types).filter(|ty| *ty != Type::Dynamic || types.iter().all(|part| *part == Type::Dynamic))
}

/// Whether a value of the one type needs no conversion to be of the other, whose open parts take anything.
pub fn is_accepted(have: &Type, want: &Type) -> bool {
    match (have, want) {
        (_, Type::Dynamic) => true,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            is_accepted(a, b)
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_accepted(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            a.attributes.len() == b.attributes.len()
                && a.attributes.iter().zip(&b.attributes).all(|(a, b)| a.0 == b.0 && is_accepted(a.1, b.1))
        }
        (have, want) => have == want,
    }
}

/// The type that a value of `have` takes on its way to `want`: open parts of `want` are taken from `have`.
pub fn resolve(have: &Type, want: &Type) -> Type {
    match (have, want) {
        (_, Type::Dynamic) => have.clone(),
        (Type::Dynamic, _) => plain(want),
        (Type::List(a) | Type::Set(a), Type::List(b)) => Type::list(resolve(a, b)),
        (Type::List(a) | Type::Set(a), Type::Set(b)) => Type::set(resolve(a, b)),
        (Type::Map(a), Type::Map(b)) => Type::map(resolve(a, b)),
        (Type::Tuple(parts), Type::List(element)) => Type::list(resolve_all(parts.iter(), element)),
        (Type::Tuple(parts), Type::Set(element)) => Type::set(resolve_all(parts.iter(), element)),
        (Type::Object(object), Type::Map(element)) => {
            Type::map(resolve_all(object.attributes.values(), element))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            Type::tuple(a.iter().zip(&**b).map(|(a, b)| resolve(a, b)).collect())
        }
        (Type::Object(a), Type::Object(b)) => Type::object(b.attributes.iter().map(|(name, want)| {
            (name.clone(), a.attributes.get(name).map_or_else(|| plain(want), |have| resolve(have, want)))
        })),
        (Type::Map(a), Type::Object(b)) => {
            Type::object(b.attributes.iter().map(|(name, want)| (name.clone(), resolve(a, want))))
        }
        (_, want) => plain(want),
    }
}

fn resolve_all<'t>(parts: impl Iterator<Item = &'t Type>, element: &Type) -> Type {
    let parts: Vec<Type> = parts.map(|part| resolve(part, element)).collect();
    unify(&parts).unwrap_or_else(|| plain(element))
}

/// The type without marks of optional attributes: those say what may be converted, no value has them.
pub fn plain(ty: &Type) -> Type {
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => ty.clone(),
        Type::List(element) => Type::list(plain(element)),
        Type::Set(element) => Type::set(plain(element)),
        Type::Map(element) => Type::map(plain(element)),
        Type::Tuple(parts) => Type::tuple(parts.iter().map(plain).collect()),
        Type::Object(object) => {
            let attributes: BTreeMap<Name, Type> =
                object.attributes.iter().map(|(name, ty)| (name.clone(), plain(ty))).collect();
            Type::Object(ObjectType { attributes, optional: BTreeSet::new() }.into())
        }
    }
}
