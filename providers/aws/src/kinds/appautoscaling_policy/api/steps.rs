//! Scaling by steps, both ways.

use aws_sdk_applicationautoscaling::types::{
    AdjustmentType, MetricAggregationType, StepAdjustment as Step, StepScalingPolicyConfiguration as Told,
};
use relight_contract::{BlockList, Blocks, Fault, FaultKind};

use super::super::{StepAdjustment, StepScaling};
use crate::api::{incomplete, int};

/// The configuration as calls take it.
pub(super) fn write(block: &StepScaling) -> Result<Told, Fault> {
    let steps = block.step_adjustment.iter().flat_map(|steps| &steps.0).map(|step| {
        Step::builder()
            .set_metric_interval_lower_bound(bound(&step.metric_interval_lower_bound)?)
            .set_metric_interval_upper_bound(bound(&step.metric_interval_upper_bound)?)
            .set_scaling_adjustment(int(step.scaling_adjustment)?)
            .build()
            .map_err(incomplete)
    });
    let aggregation = block.metric_aggregation_type.as_deref();
    Ok(Told::builder()
        .set_adjustment_type(block.adjustment_type.as_deref().map(AdjustmentType::from))
        .set_cooldown(int(block.cooldown)?)
        .set_metric_aggregation_type(aggregation.map(MetricAggregationType::from))
        .set_min_adjustment_magnitude(int(block.min_adjustment_magnitude)?)
        .set_step_adjustments(Some(steps.collect::<Result<Vec<Step>, Fault>>()?))
        .build())
}

/// A bound, which the spec writes as text; none where there is no text.
fn bound(text: &Option<String>) -> Result<Option<f64>, Fault> {
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = |_| Fault::new(FaultKind::Invalid, format!("`{text}` is no number"));
    text.parse::<f64>().map(Some).map_err(wrong)
}

/// The configuration as the API tells it.
pub(super) fn read(told: Told) -> BlockList<StepScaling> {
    let steps = told.step_adjustments.unwrap_or_default().into_iter().map(|step| StepAdjustment {
        metric_interval_lower_bound: step.metric_interval_lower_bound.map(|bound| bound.to_string()),
        metric_interval_upper_bound: step.metric_interval_upper_bound.map(|bound| bound.to_string()),
        scaling_adjustment: Some(i64::from(step.scaling_adjustment)),
    });
    BlockList(vec![StepScaling {
        adjustment_type: told.adjustment_type.map(|word| word.as_str().to_owned()),
        cooldown: told.cooldown.map(i64::from),
        metric_aggregation_type: told.metric_aggregation_type.map(|word| word.as_str().to_owned()),
        min_adjustment_magnitude: told.min_adjustment_magnitude.map(i64::from),
        step_adjustment: Some(Blocks(steps.collect())),
    }])
}
