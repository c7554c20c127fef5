//! The table of formats: every way in which people write out their customers, in five languages and four sizes.
//!
//! Apart from `people_tests`, which draws the people: here is only how their table is written.

use super::people_tests::Column::*;
use super::people_tests::{EXPORTS, LANGUAGES, Table};
use super::*;

type Format = (&'static str, fn(&Table) -> String);

fn cells(pairs: &[(String, String)]) -> Vec<&str> {
    pairs.iter().map(|(_, value)| value.as_str()).collect()
}

fn joined(pairs: &[(String, String)], gap: &str, each: impl Fn(&str, &str) -> String) -> String {
    pairs.iter().map(|(key, value)| each(key, value)).collect::<Vec<_>>().join(gap)
}

fn separated(t: &Table, delimiter: &str, quote: &str, end: &str) -> String {
    let line =
        |cells: &[&str]| cells.iter().map(|cell| format!("{quote}{cell}{quote}")).collect::<Vec<_>>().join(delimiter);
    let head: Vec<&str> = t.labels.iter().map(String::as_str).collect();
    t.written(&(line(&head) + end), end, end, |pairs| line(&cells(pairs)))
}

fn table_of_tags(t: &Table, gap: &str) -> String {
    let row = |tag: &str, cells: &[&str]| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("<{tag}>{cell}</{tag}>")).collect();
        format!("<tr>{gap}{}{gap}</tr>", cells.join(gap))
    };
    let head: Vec<&str> = t.labels.iter().map(String::as_str).collect();
    t.written(&format!("<table>\n{}\n", row("th", &head)), "\n", "\n</table>\n", |pairs| row("td", &cells(pairs)))
}

fn object(pairs: &[(String, String)], gap: &str, indent: &str) -> String {
    format!(
        "{{{gap}{}{gap}{}}}",
        joined(pairs, &format!(",{gap}"), |k, v| format!("{indent}\"{k}\": \"{v}\"")),
        indent.get(2..).unwrap_or("")
    )
}

fn fixed(t: &Table) -> String {
    let line = |cells: &[&str]| cells.iter().map(|cell| format!(" {cell:>34}")).collect::<String>();
    let head: Vec<&str> = t.labels.iter().map(String::as_str).collect();
    t.written(&(line(&head) + "\n"), "\n", "\n", |pairs| line(&cells(pairs)))
}

fn boxed(t: &Table) -> String {
    let line = |cells: &[&str]| cells.iter().map(|cell| format!("| {cell:<34} ")).collect::<String>() + "|";
    let rule = t.labels.iter().map(|_| "+------------------------------------").collect::<String>() + "+";
    let head: Vec<&str> = t.labels.iter().map(String::as_str).collect();
    t.written(&format!("{rule}\n{}\n{rule}\n", line(&head)), "\n", &format!("\n{rule}\n"), |pairs| line(&cells(pairs)))
}

fn card(t: &Table) -> String {
    let card = |row: &Vec<String>| {
        let get = |column| t.get(row, column);
        let line =
            |name: &str, value: Option<String>| value.map_or(String::new(), |value| format!("{name}:{value}\r\n"));
        let (name, email, phone) = (get(Name).or(Some("N N".to_owned())), get(Email), get(Phone));
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\n{}{}{}{}END:VCARD\r\n",
            line("FN", name),
            line("EMAIL;TYPE=INTERNET", email),
            line("TEL;TYPE=CELL", phone),
            line("BDAY", get(Born))
        )
    };
    t.rows.iter().map(card).collect()
}

fn directory(t: &Table) -> String {
    let entry = |row: &Vec<String>| {
        let line = |name: &str, column| t.get(row, column).map_or(String::new(), |value| format!("{name}: {value}\n"));
        format!(
            "dn: uid={},ou=people,dc=shop\nobjectClass: inetOrgPerson\n{}{}{}{}{}\n",
            row.len(),
            line("cn", Name),
            line("mail", Email),
            line("telephoneNumber", Phone),
            line("employeeNumber", Number),
            line("postalAddress", Address)
        )
    };
    t.rows.iter().map(entry).collect()
}

fn mailbox(t: &Table) -> String {
    let mail = |row: &Vec<String>| {
        let (name, email) = (t.get(row, Name).unwrap_or("N N".to_owned()), t.get(row, Email).unwrap_or_default());
        let rest = t.get(row, Number).or(t.get(row, Phone)).unwrap_or_default();
        format!(
            "From - Mon Jan  1 10:00:00 2031\nFrom: {name} <{email}>\nTo: support@example.com\nSubject: my order\n\nmy number is {rest}\n\n"
        )
    };
    t.rows.iter().map(mail).collect()
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn notebook(text: &str, kind: &str) -> String {
    let lines: Vec<String> = text.split_inclusive('\n').map(|line| format!("       \"{}\"", quoted(line))).collect();
    format!(
        "{{\n \"cells\": [\n  {{\n   \"outputs\": [\n    {{\n     \"data\": {{\n      \"{kind}\": [\n{}\n      ]\n     }}\n    }}\n   ]\n  }}\n ],\n \"nbformat\": 4\n}}\n",
        lines.join(",\n")
    )
}

const FORMATS: &[Format] = &[
    ("csv", |t| separated(t, ",", "", "\n")),
    ("semicolons", |t| separated(t, ";", "", "\r\n")),
    ("pipes", |t| separated(t, "|", "", "\n")),
    ("tsv", |t| separated(t, "\t", "", "\n")),
    ("quoted", |t| separated(t, ",", "\"", "\n")),
    ("spaced", |t| separated(t, ", ", "", "\n")),
    ("single quoted", |t| separated(t, ",", "'", "\n")),
    ("cr", |t| separated(t, ";", "", "\r")),
    ("line ends in cells", |t| {
        let head = t.labels.iter().map(|label| format!("\"{label}\",")).collect::<String>() + "\"note\"\n";
        t.written(&head, "\n", "\n", |pairs| joined(pairs, "", |_, v| format!("\"{v}\",")) + "\"called,\nsaid: no\"")
    }),
    ("title above", |t| format!("Export of January,,,\n\n{}", separated(t, ",", "", "\n"))),
    ("json", |t| t.written("[\n", ",\n", "\n]\n", |p| format!("  {}", object(p, "\n", "    ")))),
    ("json on one line", |t| t.written("[", ",", "]", |p| object(p, "", ""))),
    ("json, nested", |t| {
        t.written("{\"data\": [\n", ",\n", "\n]}\n", |p| {
            format!(
                "  {{\n    \"id\": 1,\n    \"profile\": {{\n{}\n    }},\n    \"tags\": []\n  }}",
                joined(p, ",\n", |k, v| format!("      \"{k}\": \"{v}\""))
            )
        })
    }),
    ("json lists", |t| {
        let head = t.labels.iter().map(|label| format!("\"{label}\"")).collect::<Vec<_>>().join(", ");
        t.written(&format!("[\n  [{head}],\n"), ",\n", "\n]\n", |p| {
            format!("  [{}]", joined(p, ", ", |_, v| format!("\"{v}\"")))
        })
    }),
    ("json lists on one line", |t| {
        let head = t.labels.iter().map(|label| format!("\"{label}\"")).collect::<Vec<_>>().join(",");
        t.written(&format!("[[{head}],"), ",", "]", |p| format!("[{}]", joined(p, ",", |_, v| format!("\"{v}\""))))
    }),
    ("json lists, a line a cell", |t| {
        let head = t.labels.iter().map(|label| format!("    \"{label}\"")).collect::<Vec<_>>().join(",\n");
        t.written(&format!("[\n  [\n{head}\n  ],\n"), ",\n", "\n]\n", |p| {
            format!("  [\n{}\n  ]", joined(p, ",\n", |_, v| format!("    \"{v}\"")))
        })
    }),
    ("json by column", |t| {
        let column = |at: usize| t.rows.iter().map(|row| format!("\"{}\"", row[at])).collect::<Vec<_>>().join(", ");
        let columns = t.labels.iter().enumerate().map(|(at, label)| format!("  \"{label}\": [{}]", column(at)));
        format!("{{\n{}\n}}\n", columns.collect::<Vec<_>>().join(",\n"))
    }),
    ("json lines", |t| t.written("", "\n", "\n", |p| object(p, "", ""))),
    ("json in json", |t| t.written("{\"body\": \"[", ", ", "]\"}\n", |p| quoted(&object(p, "", "")))),
    ("one insert", |t| {
        t.written(&format!("INSERT INTO c ({}) VALUES\n", t.keys().join(", ")), ",\n", ";\n", |p| {
            format!("({})", joined(p, ", ", |_, v| format!("'{v}'")))
        })
    }),
    ("inserts", |t| {
        let head = format!("INSERT INTO `c` (`{}`) VALUES", t.keys().join("`, `"));
        t.written("", "\n", "\n", |p| format!("{head} ({});", joined(p, ",", |_, v| format!("'{v}'"))))
    }),
    ("mysqldump", |t| {
        let table: String = t.keys().iter().map(|key| format!("  `{key}` varchar(99) DEFAULT NULL,\n")).collect();
        let head = format!(
            "CREATE TABLE `c` (\n  `id` int NOT NULL,\n{table}  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\nLOCK TABLES `c` WRITE;\nINSERT INTO `c` VALUES "
        );
        t.written(&head, ",", ";\n", |p| format!("(1,{})", joined(p, ",", |_, v| format!("'{v}'"))))
    }),
    ("mysqldump without its table", |t| {
        t.written("INSERT INTO `c` VALUES ", ",", ";\n", |p| format!("(1,{})", joined(p, ",", |_, v| format!("'{v}'"))))
    }),
    ("copy", |t| {
        t.written(&format!("COPY public.c ({}) FROM stdin;\n", t.keys().join(", ")), "\n", "\n\\.\n", |p| {
            joined(p, "\t", |_, v| v.to_owned())
        })
    }),
    ("yaml", |t| {
        t.written("customers:\n", "\n", "\n", |p| format!("  - {}", joined(p, "\n    ", |k, v| format!("{k}: {v}"))))
    }),
    ("yaml in braces", |t| {
        t.written("", "\n", "\n", |p| format!("- {{ {} }}", joined(p, ", ", |k, v| format!("{k}: '{v}'"))))
    }),
    ("toml", |t| {
        t.written("", "\n", "\n", |p| format!("[[customer]]\n{}\n", joined(p, "\n", |k, v| format!("{k} = \"{v}\""))))
    }),
    ("xml", |t| {
        t.written("<all>\n", "\n", "\n</all>\n", |p| {
            format!("<c>{}</c>", joined(p, "", |k, v| format!("<{k}>{v}</{k}>")))
        })
    }),
    ("xml, a line an element", |t| {
        t.written("<all>\n", "\n", "\n</all>\n", |p| {
            format!("  <c>\n{}\n  </c>", joined(p, "\n", |k, v| format!("    <{k}>{v}</{k}>")))
        })
    }),
    ("xml attributes", |t| {
        t.written("<all>\n", "\n", "\n</all>\n", |p| format!("<c {}/>", joined(p, " ", |k, v| format!("{k}=\"{v}\""))))
    }),
    ("html table", |t| table_of_tags(t, "")),
    ("html table, a line a cell", |t| table_of_tags(t, "\n  ")),
    ("markdown", |t| {
        let rule = t.labels.iter().map(|_| "---|").collect::<String>();
        t.written(&format!("| {} |\n|{rule}\n", t.labels.join(" | ")), "\n", "\n", |p| {
            format!("| {} |", cells(p).join(" | "))
        })
    }),
    ("database client", boxed),
    ("blanks", fixed),
    ("expanded", |t| {
        t.written("", "\n", "\n", |p| format!("-[ RECORD 1 ]---\n{}", joined(p, "\n", |k, v| format!("{k:<24} | {v}"))))
    }),
    ("notebook", |t| notebook(&fixed(t), "text/plain")),
    ("notebook, html", |t| notebook(&table_of_tags(t, "\n  "), "text/html")),
    ("python tuples", |t| {
        t.written("DATA = [\n", ",\n", "\n]\n", |p| format!("    ({})", joined(p, ", ", |_, v| format!("'{v}'"))))
    }),
    ("python dicts", |t| {
        t.written("DATA = [", ",\n", "]\n", |p| format!("{{{}}}", joined(p, ", ", |k, v| format!("'{k}': '{v}'"))))
    }),
    ("php", |t| {
        t.written("<?php return [\n", ",\n", "\n];\n", |p| {
            format!("  array({})", joined(p, ", ", |k, v| format!("'{k}' => '{v}'")))
        })
    }),
    ("ruby", |t| {
        t.written("USERS = [\n", ",\n", "\n]\n", |p| {
            format!("  {{ {} }}", joined(p, ", ", |k, v| format!(":{k} => '{v}'")))
        })
    }),
    ("js", |t| {
        t.written("export default [\n", ",\n", "\n];\n", |p| {
            format!("  {{\n{}\n  }}", joined(p, ",\n", |k, v| format!("    {k}: '{v}'")))
        })
    }),
    ("calls", |t| {
        t.written("", "\n", "\n", |p| {
            format!("list.add(new Customer({}));", joined(p, ", ", |_, v| format!("\"{v}\"")))
        })
    }),
    ("go", |t| {
        t.written("var all = []C{\n", ",\n", ",\n}\n", |p| {
            format!("\t{{{}}}", joined(p, ", ", |k, v| format!("{k}: \"{v}\"")))
        })
    }),
    ("ini", |t| t.written("", "\n", "\n", |p| format!("[customer]\n{}\n", joined(p, "\n", |k, v| format!("{k}={v}"))))),
    ("form", |t| t.written("", "\n\n", "\n", |p| joined(p, "\n", |k, v| format!("{k}: {v}")))),
    ("query", |t| {
        t.written("", "\n", "\n", |p| {
            format!("10.0.0.1 GET /signup?{} 200", joined(p, "&", |k, v| format!("{k}={}", v.replace(' ', "+"))))
        })
    }),
    ("log of pairs", |t| {
        t.written("", "\n", "\n", |p| {
            format!("2031-01-01T10:00:00Z INFO login ok {}", joined(p, " ", |k, v| format!("{k}=\"{v}\"")))
        })
    }),
    ("log of prose", |t| {
        t.written("", "\n", "\n", |p| {
            format!(
                "2031-01-01 10:00:00 INFO sent welcome mail, {} (attempt 1)",
                joined(p, " ", |k, v| format!("{k} {v}"))
            )
        })
    }),
    ("vcard", card),
    ("ldif", directory),
    ("mbox", mailbox),
    ("x12", |t| {
        let claim = |row: &Vec<String>| {
            let get = |column| t.get(row, column).unwrap_or_default();
            let named = get(Name).to_uppercase().replace(' ', "*");
            format!(
                "HL*2*1*22*0~NM1*IL*1*{named}****MI*{}~N3*{}~DMG*D8*{}*F~",
                get(Number),
                get(Address),
                get(Born).replace('-', "")
            )
        };
        format!("ISA*00*~GS*HC~ST*837*0001~{}SE~", t.rows.iter().map(claim).collect::<String>())
    }),
];

fn found(text: &str) -> bool {
    !survey(text.as_bytes(), None, &|_| true, &Thresholds::standard()).is_empty()
}

/// Formats that say nowhere what a value is: values are known by their own form, and more of them are needed.
const NAMELESS: &[&str] = &["mysqldump without its table", "python tuples", "calls", "log of prose", "mbox"];

#[test]
fn exports_are_found_in_every_format_language_and_size() {
    let mut missed = Vec::new();
    for (name, format) in FORMATS {
        for (columns, least) in EXPORTS.iter().zip(least(name)) {
            for language in LANGUAGES {
                for rows in [5, 10, 20, 100].into_iter().filter(|rows| *rows >= least) {
                    if !found(&format(&Table::new(columns, language, rows))) {
                        missed.push(format!("{name}, {columns:?}, {}, {rows} rows", language.0));
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// From how many rows on each of [`EXPORTS`] must be found in the format called `name`.
fn least(name: &str) -> [usize; 4] {
    const NEVER: usize = usize::MAX;
    match name {
        // Telephone numbers of some countries have no form of their own.
        "mbox" => [20, 20, 20, NEVER],
        _ if NAMELESS.contains(&name) => [20, 20, 20, NEVER],
        // No customer numbers, or none that the format has a name for.
        "vcard" => [5, 10, 10, 10],
        "ldif" => [10, 20, 20, 10],
        "x12" => [5, NEVER, NEVER, NEVER],
        "expanded" => [5, 5, 20, 5],
        // A blank is written `+`, as in a number for abroad.
        "query" => [5, 5, 10, NEVER],
        // Addresses with names alone are a list from ten on.
        _ => [5, 5, 10, 5],
    }
}

#[test]
fn one_person_is_no_dump_in_any_format() {
    for (name, format) in FORMATS {
        for columns in EXPORTS {
            assert!(!found(&format(&Table::new(columns, &LANGUAGES[0], 1))), "{name}, {columns:?}");
        }
    }
}

/// Two hundred places with what stands beside them.
fn places(row: impl Fn(usize, &str, &str) -> String) -> String {
    let place = |n: usize| (format!("35.{:06}", n * 37 + 100_003), format!("139.{:06}", n * 91 + 200_009));
    (0..200).map(|n| row(n, &place(n).0, &place(n).1)).collect()
}

#[test]
fn places_with_times_or_vehicles_are_a_trace_and_maps_are_not() {
    let time = |n: usize| format!("2031-01-02T{:02}:{:02}:00Z", n / 60, n % 60);
    for text in [
        "vehicle,lat,lon,time\n".to_owned() + &places(|n, lat, lon| format!("X,{lat},{lon},{}\n", time(n))),
        "車台番号,緯度,経度\n".to_owned() + &places(|n, lat, lon| format!("ZZW99-{n:07},{lat},{lon}\n")),
        places(|n, lat, lon| {
            format!("{{\n  \"lat\": {lat},\n  \"lng\": {lon},\n  \"ts\": {}\n}},\n", 1_924_905_600 + n)
        }),
        places(|n, lat, lon| format!("<trkpt lat=\"{lat}\" lon=\"{lon}\">\n<time>{}</time>\n</trkpt>\n", time(n))),
    ] {
        let found = survey(text.as_bytes(), None, &|_| true, &Thresholds::standard());
        assert!(found.iter().any(|bulk| bulk.class == Class::Trace), "{}", &text[..200]);
    }
    for text in [
        places(|_, lat, lon| format!("<trkpt lat=\"{lat}\" lon=\"{lon}\"/>\n")),
        "{\"type\": \"LineString\", \"coordinates\": [".to_owned() + &places(|_, lat, lon| format!("[{lon}, {lat}], ")),
        "time,loss,rate\n".to_owned() + &places(|n, a, b| format!("{},{a},{b}\n", time(n))),
    ] {
        assert!(!found(&text), "{}", &text[..200]);
    }
}
