//! Conditions, checks and outputs: what the spec says of the world, as far as the live world makes it known.

use super::decide::Decider;
use crate::desired::InstanceId;
use crate::diag::{Diagnostic, codes};
use crate::expr::Failure;

impl Decider<'_> {
    /// The conditions of an instance: those that have become known are settled; the others go with the step.
    pub(super) fn conditions(&mut self, id: InstanceId) {
        let question = self.question;
        let instance = question.desired.instance(id);
        if question.operation.destroys() {
            return;
        }
        for (after, condition, message) in &instance.lifecycle.conditions {
            let filled =
                self.filling.fill(condition).and_then(|value| Ok((value, self.filling.fill(message)?)));
            match filled {
                Ok((value, _)) if value.as_bool() == Some(true) => {}
                Ok((value, message)) if value.as_bool() == Some(false) => {
                    let code = if *after { codes::POSTCONDITION } else { codes::PRECONDITION };
                    let message = message.as_str().unwrap_or("the condition does not hold").to_owned();
                    self.wrong(instance, Diagnostic::error(code, message).at(instance.span));
                }
                Ok((value, message)) => {
                    if let Some(why) = self.why_blocked(&value) {
                        self.hold(id, &why);
                    }
                    self.changes.conditions.entry(id).or_default().push((*after, value, message));
                }
                Err(failure) => self.wrong(instance, Diagnostic::from(failure)),
            }
        }
    }

    /// The outputs of the topology, as far as they are known.
    pub(super) fn outputs(&mut self) {
        for (name, output) in &self.question.desired.outputs {
            match self.filling.fill(&output.value) {
                Ok(value) => {
                    self.changes.outputs.insert(name.clone(), value);
                }
                Err(failure) => self.beside_the_point(Diagnostic::from(failure)),
            }
        }
    }

    /// Checks that the live world has made known.
    pub(super) fn checks(&mut self) {
        for check in &self.question.desired.checks {
            let filled = check.open.as_ref().map(|(condition, message)| {
                Ok::<_, Failure>((self.filling.fill(condition)?, self.filling.fill(message)?))
            });
            let (passed, message) = match filled {
                None => (check.passed, check.message.clone()),
                Some(Err(failure)) => (Some(false), failure.message),
                Some(Ok((condition, message))) => {
                    // A secret is not told, and neither is what still waits.
                    let told = if message.has_secret() { None } else { message.as_str() };
                    (condition.as_bool(), told.unwrap_or("it does not hold").to_owned())
                }
            };
            self.changes.checks.push((check.name.clone(), passed, message));
        }
    }
}
