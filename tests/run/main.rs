//! The executor over simulated clouds: exactly once under faults and deaths, order, interrupts, stored journals.

mod faults;
mod observe;
mod order;
mod report;
mod stage;
mod store;
mod sweep;
