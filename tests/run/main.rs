//! The executor over simulated clouds: exactly once under faults and deaths, order, interrupts, stored journals.

mod faults;
mod guards;
mod observe;
mod order;
mod outside;
mod report;
mod stage;
mod store;
mod sweep;
