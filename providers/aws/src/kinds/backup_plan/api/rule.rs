//! A plan with its rules, as the API has it, and back.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_backup::types as sdk;
use relight_contract::{BlockList, Blocks, Fault};

use super::super::{AdvancedSetting, CopyAction, Lifecycle, Plan, Rule};
use crate::api::incomplete;

/// The windows of a rule that does not say them, as in Terraform: AWS's own are eight hours and a week.
const START_MINUTES: i64 = 60;
const COMPLETION_MINUTES: i64 = 180;

pub(super) fn read(plan: sdk::BackupPlan) -> Plan {
    let settings = plan.advanced_backup_settings.unwrap_or_default().into_iter();
    Plan {
        advanced_backup_setting: Some(Blocks(settings.map(read_setting).collect())),
        name: Some(plan.backup_plan_name),
        rule: Some(Blocks(plan.rules.into_iter().map(read_rule).collect())),
        ..Plan::default()
    }
}

fn read_setting(setting: sdk::AdvancedBackupSetting) -> AdvancedSetting {
    AdvancedSetting { backup_options: sorted(setting.backup_options), resource_type: setting.resource_type }
}

fn sorted(entries: Option<HashMap<String, String>>) -> Option<BTreeMap<String, String>> {
    entries.filter(|entries| !entries.is_empty()).map(|entries| entries.into_iter().collect())
}

fn read_rule(rule: sdk::BackupRule) -> Rule {
    let copies = rule.copy_actions.unwrap_or_default().into_iter().map(|copy| CopyAction {
        destination_vault_arn: Some(copy.destination_backup_vault_arn),
        lifecycle: read_lifecycle(copy.lifecycle),
    });
    Rule {
        completion_window: rule.completion_window_minutes,
        copy_action: Some(Blocks(copies.collect())),
        enable_continuous_backup: rule.enable_continuous_backup,
        lifecycle: read_lifecycle(rule.lifecycle),
        recovery_point_tags: sorted(rule.recovery_point_tags),
        rule_name: Some(rule.rule_name),
        schedule: rule.schedule_expression,
        schedule_expression_timezone: rule.schedule_expression_timezone,
        start_window: rule.start_window_minutes,
        target_vault_name: Some(rule.target_backup_vault_name),
    }
}

fn read_lifecycle(lifecycle: Option<sdk::Lifecycle>) -> Option<BlockList<Lifecycle>> {
    let block = |lifecycle: sdk::Lifecycle| Lifecycle {
        cold_storage_after: lifecycle.move_to_cold_storage_after_days,
        delete_after: lifecycle.delete_after_days,
        opt_in_to_archive_for_supported_resources: lifecycle.opt_in_to_archive_for_supported_resources,
    };
    lifecycle.map(|lifecycle| BlockList(vec![block(lifecycle)]))
}

pub(super) fn write(plan: Plan) -> Result<sdk::BackupPlanInput, Fault> {
    let rules = plan.rule.map(|rules| rules.0).unwrap_or_default();
    let settings = plan.advanced_backup_setting.map(|settings| settings.0).unwrap_or_default();
    let settings: Vec<_> = settings
        .into_iter()
        .map(|setting| {
            sdk::AdvancedBackupSetting::builder()
                .set_backup_options(setting.backup_options.map(HashMap::from_iter))
                .set_resource_type(setting.resource_type)
                .build()
        })
        .collect();
    sdk::BackupPlanInput::builder()
        .set_backup_plan_name(plan.name)
        .set_rules(Some(rules.into_iter().map(write_rule).collect::<Result<_, _>>()?))
        .set_advanced_backup_settings((!settings.is_empty()).then_some(settings))
        .build()
        .map_err(incomplete)
}

fn write_rule(rule: Rule) -> Result<sdk::BackupRuleInput, Fault> {
    let copies = rule.copy_action.map(|copies| copies.0).unwrap_or_default();
    let copies: Vec<sdk::CopyAction> = copies.into_iter().map(write_copy).collect::<Result<_, _>>()?;
    sdk::BackupRuleInput::builder()
        .completion_window_minutes(rule.completion_window.unwrap_or(COMPLETION_MINUTES))
        .set_copy_actions((!copies.is_empty()).then_some(copies))
        .set_enable_continuous_backup(rule.enable_continuous_backup)
        .set_lifecycle(write_lifecycle(rule.lifecycle))
        .set_recovery_point_tags(rule.recovery_point_tags.map(HashMap::from_iter))
        .set_rule_name(rule.rule_name)
        .set_schedule_expression(rule.schedule)
        .set_schedule_expression_timezone(rule.schedule_expression_timezone)
        .start_window_minutes(rule.start_window.unwrap_or(START_MINUTES))
        .set_target_backup_vault_name(rule.target_vault_name)
        .build()
        .map_err(incomplete)
}

fn write_copy(copy: CopyAction) -> Result<sdk::CopyAction, Fault> {
    sdk::CopyAction::builder()
        .set_destination_backup_vault_arn(copy.destination_vault_arn)
        .set_lifecycle(write_lifecycle(copy.lifecycle))
        .build()
        .map_err(incomplete)
}

fn write_lifecycle(blocks: Option<BlockList<Lifecycle>>) -> Option<sdk::Lifecycle> {
    let lifecycle = blocks?.0.into_iter().next()?;
    Some(
        sdk::Lifecycle::builder()
            .set_delete_after_days(lifecycle.delete_after)
            .set_move_to_cold_storage_after_days(lifecycle.cold_storage_after)
            .set_opt_in_to_archive_for_supported_resources(
                lifecycle.opt_in_to_archive_for_supported_resources,
            )
            .build(),
    )
}
