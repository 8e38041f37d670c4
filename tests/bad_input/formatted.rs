//! What `fmt` writes: it can be read where the file could be, and is what `fmt` leaves as it is.

use relight::cli::canonical;
use relight::diag::Sources;

#[test]
fn letters_of_several_characters_stay_whole() {
    // A letter and its accent as two characters, as some editors write them, and a sign within a word.
    for name in ["cafe\u{301}", "l\u{b7}l", "a-\u{301}"] {
        let spec = format!(
            "{name} = [{name}, local.{name}]\n\nb = <<{name}\n  {{ a  =  1 }}\n{name}\nc {{\n  {name}=1\n}}\n"
        );
        let mut sources = Sources::new();
        let file = sources.register("main.hcl", spec.as_str());
        let formatted = canonical(&spec, file).expect("a file that can be read");
        assert_eq!(formatted, spec.replace("=1", " = 1"));
        let file = sources.register("main.hcl", formatted.as_str());
        assert_eq!(canonical(&formatted, file).expect("what was written can be read"), formatted);
    }
}
