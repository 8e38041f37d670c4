//! What the tables of functions are written with.

pub(super) use super::function::{
    Answer, Arguments, Function, Halt, Known, Parameter, Takes, any_type, bool_type, count_value, failed,
    first_type, number_type, shorten, text_list, text_list_type, text_type, text_value, wrong,
};
