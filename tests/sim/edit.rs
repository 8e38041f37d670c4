//! Random drafts, and random second versions of them.

use std::collections::BTreeSet;

use crate::dice::Dice;
use crate::draft::{Care, Cloud, Draft, Form, Piece, SiteDraft};
use crate::recipes::{Recipe, Scope};

const POSTURES: &[&str] = &["pilot_light", "warm", "hot"];

impl Draft {
    /// The topology of a seed: on AWS, on Cumulus, or on both.
    pub fn random(seed: u64, dice: &mut Dice) -> Draft {
        let all = [
            ("virginia", Cloud::Aws, "us-east-1"),
            ("oregon", Cloud::Aws, "us-west-2"),
            ("frankfurt", Cloud::Aws, "eu-central-1"),
            ("east", Cloud::Cumulus, "east"),
            ("west", Cloud::Cumulus, "west"),
            ("north", Cloud::Cumulus, "north"),
        ];
        let clouds: &[Cloud] = match seed % 3 {
            0 => &[Cloud::Aws],
            1 => &[Cloud::Cumulus],
            _ => &[Cloud::Aws, Cloud::Cumulus],
        };
        let mut draft = Draft { asks_data: dice.once_in(4), ..Draft::default() };
        for cloud in clouds {
            let most = if clouds.len() == 1 { 3 } else { 2 };
            let of: Vec<_> = all.iter().filter(|site| site.1 == *cloud).collect();
            for (name, cloud, region) in of.into_iter().take(index(1 + dice.below(most))) {
                let first = draft.sites.is_empty();
                let primary = first || (dice.once_in(8) && clouds.len() == 1);
                let posture = dice.pick(POSTURES).copied();
                let posture = if primary { None } else { posture };
                draft.sites.push(SiteDraft { name, cloud: *cloud, region, posture });
            }
        }
        let wanted = 3 + dice.below(5);
        for _ in 0..wanted {
            if let Some(cloud) = dice.pick(clouds) {
                draft.add_random(*cloud, dice);
            }
        }
        draft.protect(dice);
        draft
    }

    /// A topology of one cloud that can lose its primary: replicas, groups that scale, names that lead to them.
    pub fn recoverable(seed: u64, dice: &mut Dice) -> Draft {
        let all = [
            ("virginia", Cloud::Aws, "us-east-1"),
            ("oregon", Cloud::Aws, "us-west-2"),
            ("frankfurt", Cloud::Aws, "eu-central-1"),
            ("east", Cloud::Cumulus, "east"),
            ("west", Cloud::Cumulus, "west"),
            ("north", Cloud::Cumulus, "north"),
        ];
        let cloud = if seed.is_multiple_of(2) { Cloud::Aws } else { Cloud::Cumulus };
        let mut draft = Draft { asks_data: dice.once_in(4), ..Draft::default() };
        let of = all.iter().filter(|site| site.1 == cloud);
        for (name, cloud, region) in of.take(index(2 + dice.below(2))) {
            let posture = dice.pick(POSTURES).copied().filter(|_| !draft.sites.is_empty());
            draft.sites.push(SiteDraft { name, cloud: *cloud, region, posture });
        }
        let kinds: &[&str] = match cloud {
            Cloud::Aws => &["aws_db_instance", "aws_autoscaling_group", "aws_route53_record"],
            Cloud::Cumulus => &["cumulus_database", "cumulus_machine_group", "cumulus_record"],
        };
        for kind in kinds {
            let recipe = cloud.recipes().iter().find(|recipe| recipe.kind == *kind);
            draft.add(cloud, recipe.expect("a recipe"), dice);
        }
        for _ in 0..dice.below(4) {
            draft.add_random(cloud, dice);
        }
        draft
    }

    fn clouds(&self) -> Vec<Cloud> {
        let clouds: BTreeSet<Cloud> = self.sites.iter().map(|site| site.cloud).collect();
        clouds.into_iter().collect()
    }

    fn add_random(&mut self, cloud: Cloud, dice: &mut Dice) {
        if let Some(recipe) = dice.pick(cloud.recipes()) {
            self.add(cloud, recipe, dice);
        }
    }

    /// Adds a piece, and what it needs where there is none of that yet.
    fn add(&mut self, cloud: Cloud, recipe: &'static Recipe, dice: &mut Dice) -> String {
        let mut on = Vec::new();
        for (position, kind) in recipe.needs.iter().enumerate() {
            let there: Vec<String> = self
                .pieces
                .iter()
                .filter(|(_, piece)| piece.recipe.kind == *kind && piece.absent.is_none())
                .map(|(name, _)| name.clone())
                .collect();
            let needed = cloud.recipes().iter().find(|recipe| recipe.kind == *kind);
            on.push(match (dice.pick(&there), needed) {
                (Some(name), _) if !(dice.once_in(4) || recipe.sole && position == 0) => name.clone(),
                (_, Some(needed)) => self.add(cloud, needed, dice),
                (Some(name), None) => name.clone(),
                (None, None) => unreachable!("every need has a recipe"),
            });
        }
        let number = self.next_number;
        self.next_number += 1;
        let name = format!("p{number}");
        let piece = Piece {
            cloud,
            recipe,
            number,
            dials: [dice.below(4), dice.below(4), dice.below(4), dice.below(4)],
            on,
            form: form(recipe, dice),
            care: Care::None,
            absent: None,
        };
        self.pieces.insert(name.clone(), piece);
        if dice.once_in(5) && recipe.scope != Scope::Asked {
            self.told.insert(name.clone());
        }
        name
    }

    /// Protects some databases, and lets some replacements come before what they replace.
    fn protect(&mut self, dice: &mut Dice) {
        for piece in self.pieces.values_mut() {
            if piece.recipe.kind.ends_with("_db_instance") || piece.recipe.kind.ends_with("_database") {
                piece.care = if dice.once_in(2) { Care::Protected } else { Care::None };
            }
            if piece.recipe.is_nameless() && dice.once_in(3) {
                piece.care = Care::CreateFirst;
            }
        }
        let leaves: Vec<String> = self
            .pieces
            .keys()
            .filter(|name| !self.is_referred_to(name) && !self.told.contains(*name))
            .cloned()
            .collect();
        for name in leaves {
            let Some(piece) = self.pieces.get(&name) else { continue };
            let sites = self.sites_of(piece.cloud);
            let site = dice.pick(&sites).copied();
            if piece.recipe.scope == Scope::PerSite && dice.once_in(8) && piece.care != Care::Protected {
                let is_database = piece.recipe.kind.contains("_d");
                if let Some(piece) = self.pieces.get_mut(&name).filter(|_| !is_database) {
                    piece.absent = site;
                }
            }
        }
    }

    /// A second version.
    #[must_use]
    pub fn edited(&self, dice: &mut Dice) -> Draft {
        let mut draft = self.clone();
        for _ in 0..1 + dice.below(4) {
            match dice.below(12) {
                0..=3 => draft.turn_dial(dice),
                4 => draft.remove_leaf(dice),
                5 => draft.remove_with_all(dice),
                6 | 7 => {
                    let clouds = draft.clouds();
                    if let Some(cloud) = dice.pick(&clouds) {
                        draft.add_random(*cloud, dice);
                    }
                }
                8 => draft.rename(dice),
                9 => draft.reshape(dice),
                10 => draft.change_posture(dice),
                _ => draft.remove_site(dice),
            }
        }
        draft
    }

    fn pick_piece(&self, dice: &mut Dice) -> Option<String> {
        let names: Vec<String> = self.pieces.keys().cloned().collect();
        dice.pick(&names).cloned()
    }

    fn turn_dial(&mut self, dice: &mut Dice) {
        let Some(piece) = self.pick_piece(dice).and_then(|name| self.pieces.get_mut(&name)) else { return };
        let dial = index(dice.below(4));
        if piece.care != Care::Protected || !piece.recipe.replacing.contains(&dial) {
            piece.dials[dial] = dice.below(4);
        }
    }

    fn forget(&mut self, name: &str) {
        self.pieces.remove(name);
        self.told.remove(name);
        self.moved.retain(|(_, to)| !to.ends_with(&format!(".{name}")));
    }

    fn remove_leaf(&mut self, dice: &mut Dice) {
        let leaves: Vec<String> = self
            .pieces
            .iter()
            .filter(|(name, piece)| !self.is_referred_to(name) && piece.care != Care::Protected)
            .map(|(name, _)| name.clone())
            .collect();
        if let Some(name) = dice.pick(&leaves) {
            self.forget(name);
        }
    }

    /// Removes a piece with all that stands on it, unless something protected does.
    fn remove_with_all(&mut self, dice: &mut Dice) {
        let Some(first) = self.pick_piece(dice) else { return };
        let mut gone = BTreeSet::from([first]);
        loop {
            let before = gone.len();
            for (name, piece) in &self.pieces {
                if piece.on.iter().any(|other| gone.contains(other)) {
                    gone.insert(name.clone());
                }
            }
            if gone.len() == before {
                break;
            }
        }
        if gone.iter().all(|name| self.pieces[name].care != Care::Protected) {
            gone.iter().for_each(|name| self.forget(name));
        }
    }

    /// Gives a block another label, and says so.
    fn rename(&mut self, dice: &mut Dice) {
        let Some(old) = self.pick_piece(dice) else { return };
        let new = format!("{old}x");
        let Some(piece) = self.pieces.remove(&old) else { return };
        let kind = piece.recipe.kind;
        self.pieces.insert(new.clone(), piece);
        for piece in self.pieces.values_mut() {
            piece.on.iter_mut().filter(|name| **name == old).for_each(|name| name.clone_from(&new));
        }
        if self.told.remove(&old) {
            self.told.insert(new.clone());
        }
        self.moved.push((format!("{kind}.{old}"), format!("{kind}.{new}")));
    }

    /// More or fewer instances; the first one stays.
    fn reshape(&mut self, dice: &mut Dice) {
        let Some(piece) = self.pick_piece(dice).and_then(|name| self.pieces.get_mut(&name)) else { return };
        piece.form = match &piece.form {
            Form::One => Form::One,
            Form::Count(_) => Form::Count(1 + dice.below(3)),
            Form::Each(_) => form_of_keys(dice),
        };
    }

    fn change_posture(&mut self, dice: &mut Dice) {
        let posture = dice.pick(POSTURES).copied();
        let standbys: Vec<usize> =
            (0..self.sites.len()).filter(|site| self.sites[*site].posture.is_some()).collect();
        if let Some(site) = dice.pick(&standbys) {
            self.sites[*site].posture = posture;
        }
    }

    /// Gives up the last standby of a cloud that has another site, unless something protected stands there, or
    /// something global is held by what is given up.
    fn remove_site(&mut self, dice: &mut Dice) {
        let Some(last) = self.sites.last().cloned() else { return };
        let others = self.sites_of(last.cloud).len();
        let protected = self.pieces.values().any(|piece| {
            let held = piece.care == Care::Protected || piece.recipe.scope == Scope::Asked;
            piece.cloud == last.cloud && held || piece.absent == Some(last.name)
        });
        let is_apart = last.cloud == Cloud::Aws;
        if last.posture.is_some() && others > 1 && is_apart && !protected && dice.once_in(2) {
            self.sites.pop();
            self.removed_sites.push(last.name);
        }
    }
}

fn form(recipe: &Recipe, dice: &mut Dice) -> Form {
    match dice.below(4) {
        0 if recipe.many => Form::Count(1 + dice.below(3)),
        1 if recipe.many => form_of_keys(dice),
        _ => Form::One,
    }
}

/// Some of three keys; the first is always there, for something may refer to it.
fn form_of_keys(dice: &mut Dice) -> Form {
    let mut keys = BTreeSet::from(["a"]);
    keys.extend(["b", "c"].iter().filter(|_| dice.once_in(2)));
    Form::Each(keys)
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}
