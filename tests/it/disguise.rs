//! Secrets in disguise: cut in pieces, padded with what nobody sees, written with other letters.

/// Puts `between` between all characters of the token's first half.
fn padded(value: &str, between: &str) -> String {
    value
        .chars()
        .enumerate()
        .map(|(n, c)| if n > 0 && n < 20 { format!("{between}{c}") } else { c.to_string() })
        .collect()
}

/// Replaces letters by Cyrillic ones that look alike.
fn look_alike(value: &str) -> String {
    let pairs = [
        ('a', 'а'),
        ('e', 'е'),
        ('o', 'о'),
        ('p', 'р'),
        ('c', 'с'),
        ('x', 'х'),
        ('A', 'А'),
        ('B', 'В'),
        ('E', 'Е'),
        ('H', 'Н'),
    ];
    value.chars().map(|c| pairs.iter().find(|(latin, _)| *latin == c).map_or(c, |(_, other)| *other)).collect()
}

fn full_width(value: &str) -> String {
    value.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect()
}

files! {
    two_literals_with_a_plus_are_joined("a.py", v) { format!("note = \"{}\" + \"{}\"\n", &v[..11], &v[11..]) }
    literals_over_lines_with_pluses_are_joined("a.js", v) { format!("note = '{}' +\n       '{}' +\n       '{}';\n", &v[..9], &v[9..25], &v[25..]) }
    literals_side_by_side_are_joined("a.c", v) { format!("note = \"{}\" \"{}\";\n", &v[..11], &v[11..]) }
    literals_in_brackets_over_lines_are_joined("a.py", v) { format!("note = (\n    \"{}\"\n    \"{}\"\n)\n", &v[..20], &v[20..]) }
    a_backslash_at_the_end_of_a_line_is_joined("a.sh", v) { format!("note={}\\\n{}\n", &v[..15], &v[15..]) }
    a_double_quoted_yaml_text_is_joined("a.yml", v) { format!("note: \"{}\\\n  {}\"\n", &v[..15], &v[15..]) }
    zero_width_spaces_are_taken_out("a.txt", v) { format!("note = {}\n", padded(v, "\u{200b}")) }
    zero_width_joiners_are_taken_out("a.txt", v) { format!("note = {}\n", padded(v, "\u{200d}\u{2060}")) }
    soft_hyphens_are_taken_out("a.txt", v) { format!("note = {}\n", padded(v, "\u{ad}")) }
    marks_that_turn_text_around_are_taken_out("a.txt", v) { format!("note = {}\n", padded(v, "\u{202d}\u{202c}")) }
    a_byte_order_mark_inside_a_token_is_taken_out("a.txt", v) { format!("note = {}\u{feff}{}\n", &v[..15], &v[15..]) }
    letters_that_look_alike_are_read_as_what_they_look_like("a.txt", v) { format!("note = {}\n", look_alike(v)) }
    full_width_letters_are_read_as_what_they_look_like("a.txt", v) { format!("note = {}\n", full_width(v)) }
}
