//! The vectors of the specification, all of them: two values that are right and two that are not for each of 57 kinds.
//!
//! Right means right by form and check; that published examples never count is another matter, with tests of its own.

use super::custom::{Number, Scheme};
use super::sums::rest_97;
use super::{Id, Limit, japan, shape, telematics, universal};
use crate::customer::number::digits_of;
use crate::customer::{card, distinct, email, phone, sweep, tally, trace};

/// Kind, right values, wrong values. `|` is put inside a value so that it is none here.
const VECTORS: &[(&str, [&str; 2], [&str; 2])] = &[
    ("email", ["u7f3k2|@qwertz-shop.co.jp", "a.b+c|@mail.hogefuga.ne.jp"], ["git|@github.com", "logo|@2x.png"]),
    ("cust_luhn", ["TC123|456782", "TC000|000018"], ["TC123|456783", "TC123|45678"]),
    ("e164", ["+12025|550143", "+81352|535111"], ["+01234|56789", "+12345678|90123456"]),
    ("jpphone", ["03-52|53-5111", "090-12|34-5678"], ["03-02|53-5111", "090-02|34-5678"]),
    ("nanp", ["(202) 555-01|43", "+1 202-555-01|99"], ["123-456-78|90", "202-155-01|43"]),
    ("card", ["41111111|11111111", "40001234|56789017"], ["41111111|11111112", "91111111|11111110"]),
    ("vin", ["1M8GDM9A|XKP042788", "1ZZTEST0|900000001"], ["1M8GDM9A|1KP042788", "1M8GDM9A|XKPO42788"]),
    ("jp-vehicle-frame", ["ZZW99-900|0001", "ZZZ999-000|0001"], ["CVE-2020-12|345", "99999-000|0001"]),
    ("jp-my-number", ["123456|789018", "999999|999996"], ["123456|789012", "999999|999999"]),
    ("jp-corporate-number", ["700001|2050002", "870011|0005901"], ["700001|2050003", "070011|0005901"]),
    ("jp-driving-licence", ["304500|000150", "975899|999950"], ["304500|000140", "994500|000150"]),
    ("jp-passport", ["TK12|34567", "ZZ00|00001"], ["T123|45678", "TI12|34567"]),
    ("jp-residence-card", ["AB1234|5678CD", "ZZ0000|0001ZZ"], ["AB123|4567CD", "A1234|5678CD"]),
    (
        "passport-mrz",
        ["L898902C36UTO74081|22F1204159ZE184226B<<<<<10", "ZZ00000011|UTO9901018<4901013<<<<<<<<<<<<<<02"],
        ["L898902C37UTO74081|22F1204159ZE184226B<<<<<10", "ZZ00000011|UTO9901018<4901013<<<<<<<<<<<<<<03"],
    ),
    ("jp-bank-account", ["0001-001-123|4567", "9900-018-000|0001"], ["0000-001-123|4567", "0001-001-000|0000"]),
    ("jppost", ["〒100-89|26", "100-89|26"], ["000-00|00", "100|8926"]),
    ("jpplate", ["品川 3|30 あ 12-34", "横浜 5|00 さ ・・・1"], ["品川 A あ 1|2-34", "3|30 12-34"]),
    (
        "iban",
        ["GB82WEST123|45698765432", "DE893704004|40532013000"],
        ["DE883704004|40532013000", "DE89370400|44053201300"],
    ),
    ("bic", ["DEUT|DEFF", "BOTK|JPJT"], ["DEUT|ZZFF", "DEU|TDEF"]),
    ("us-social-security-number", ["899-99-99|98", "898-99-99|99"], ["666-12-34|56", "987-65-43|20"]),
    ("us-taxpayer-id", ["900-70-00|00", "999-50-00|01"], ["900-93-00|00", "800-70-00|00"]),
    ("us-employer-id", ["12-345|6789", "98-765|4321"], ["07-123|4567", "00-123|4567"]),
    ("us-bank-routing", ["0210|00021", "0110|00015"], ["0210|00020", "9900|00000"]),
    ("uk-national-insurance-number", ["AB12|3456C", "AA00|0000A"], ["QQ12|3456C", "BG12|3456A"]),
    ("uk-nhs-number", ["94347|65919", "99901|23454"], ["94347|65918", "99901|23455"]),
    ("de-tax-id", ["86095|742719", "47036|892816"], ["86095|742710", "12345|678903"]),
    ("fr-nir", ["2951099|12611193", "1000199|99999980"], ["2951099|12611194", "2951399|12611190"]),
    ("es-dni", ["1234|5678Z", "9999|9999R"], ["1234|5678A", "9999|9999T"]),
    ("es-nie", ["X123|4567L", "Z000|0000M"], ["X123|4567A", "W123|4567L"]),
    ("it-codice-fiscale", ["RSSMRA85|T10A562S", "ZZZZZZ00|A01Z999O"], ["RSSMRA85|T10A562T", "RSSMRA85|T99A562S"]),
    ("nl-bsn", ["1112|22333", "1234|56782"], ["1234|56789", "0000|00000"]),
    ("pl-pesel", ["44051|401359", "99523|100005"], ["44051|401358", "44051|301359"]),
    ("se-personnummer", ["1912|1212-1212", "811|228-9874"], ["811|228-9873", "811|328-9874"]),
    ("fi-hetu", ["131|052-308T", "01010|0A900F"], ["131|052-308U", "31020|0A900F"]),
    ("in-aadhaar", ["234123|412346", "999999|990019"], ["234123|412347", "123412|341234"]),
    ("in-pan", ["AAAPL|1234C", "ZZZCZ|9999Z"], ["ABCDE|1234F", "AAAP|1234C"]),
    ("cn-resident-id", ["110105194|91231002X", "110105209|901010004"], ["110105194|912310021", "110105194|913310028"]),
    ("kr-rrn", ["991231-300|0002", "991231-412|3458"], ["991231-300|0003", "991331-300|0000"]),
    ("tw-national-id", ["A1234|56789", "A2000|00003"], ["A1234|56788", "A3234|56789"]),
    ("sg-nric", ["S123|4567D", "M123|4567K"], ["S123|4567A", "G999|9999X"]),
    ("au-tax-file-number", ["1234|56782", "8765|43210"], ["1234|56789", "8765|43211"]),
    ("au-medicare", ["21234|56701", "60000|00061"], ["21234|56711", "11234|56701"]),
    ("au-business-number", ["51824|753556", "53004|085616"], ["51824|753557", "10054|625816"]),
    ("ca-social-insurance-number", ["9000|00001", "9999|99998"], ["0464|54286", "1234|56789"]),
    ("br-cpf", ["11144|477735", "12345|678909"], ["12345|678900", "11111|111111"]),
    ("br-cnpj", ["1122233|3000181", "12ABC34|501DE35"], ["1122233|3000180", "12ABC34|501DE36"]),
    ("mx-curp", ["BOXW31082|0HNERXN09", "XAXX99123|1HNEXXX09"], ["BOXW31082|0HNERXN08", "BOXW31132|0HNERXN09"]),
    ("mx-rfc", ["GODE56|1231GR8", "XAXX99|1231XX2"], ["GODE56|1231GR9", "GODE56|1331GR8"]),
    ("cl-rut", ["9999|99905", "9999|9900K"], ["9999|99904", "9999|99000"]),
    ("ar-cuit", ["20999|999999", "30999|999995"], ["20999|999990", "99999|999999"]),
    ("za-id", ["800101|5009087", "990101|0000081"], ["800101|5009088", "801301|5009087"]),
    ("tr-tckn", ["10000|000146", "12345|678950"], ["12345|678901", "01234|567890"]),
    ("il-id", ["1234|56782", "0000|00018"], ["1234|56789", "0000|00019"]),
    ("imei", ["4901542|03237518", "3500000|00000014"], ["4901542|03237517", "4901542|0323751"]),
    ("iccid", ["898110000|0000000002", "899110120|0003204514"], ["898110000|0000000000", "798110000|0000000002"]),
    ("mac", ["0|0:00:5E:00:53:01", "0|0-00-5E-00-53-FF"], ["0|0:00:5E:00:53", "0|0:00-5E:00:53:01"]),
    ("gps", ["35.68|12,139.7671", "-33.85|68, 151.2153"], ["95.00|00,10.0000", "|1.2,3.4"]),
];

/// Wrong by the specification and right here, with the reason.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("jppost", "100|8926", "under a column's name for it, many files leave out the dash; nowhere else does it count"),
    ("gps", "95.00|00,10.0000", "GeoJSON (RFC 7946, 3.1.1) writes the longitude first"),
];

/// Whether a value has the form and the check of its kind.
fn is_right(kind: &str, value: &str) -> bool {
    let bytes = value.as_bytes();
    match kind {
        "email" => bytes.iter().position(|b| *b == b'@').is_some_and(|at| email::around(bytes, at, &[]).is_some()),
        "cust_luhn" => {
            let limit = Limit { file: 1, push: 1 };
            let number = Number {
                name: "n".to_owned(),
                prefix: "TC".to_owned(),
                least: 9,
                most: 9,
                suffix: String::new(),
                scheme: Scheme::Luhn,
                words: Vec::new(),
                limit,
            };
            number.at(bytes, &(2..bytes.len())).is_some()
        }
        "e164" | "jpphone" | "nanp" => phone::has_form(bytes),
        "card" => digits_of(bytes).is_some_and(|digits| card::is_issued(digits.as_slice())),
        "jppost" => tally::is_postal(bytes),
        "jpplate" => japan::is_plate(bytes),
        "mac" => telematics::mac_at(bytes, 0).is_some_and(|span| span.len() == bytes.len()),
        "gps" => {
            let mut trace = trace::Trace::default();
            for spot in sweep::Sweep::new(bytes, 0..bytes.len()) {
                if let sweep::Spot::Digits(at) = spot {
                    trace.digits(bytes, at, distinct::Line::Added, 0);
                }
            }
            trace.points.added() == 1
        }
        "iban" => universal::has_length(bytes) && rest_97(bytes[4..].iter().chain(&bytes[..4]).copied()) == 1,
        id => shape::passes(bytes, Id::named(id).unwrap_or_else(|| panic!("{id}"))),
    }
}

#[test]
fn every_vector_of_the_specification_is_right_or_wrong_as_it_says() {
    assert_eq!(VECTORS.len() * 4, 228, "rows of the specification's table");
    for (kind, right, wrong) in VECTORS {
        let is_right = |value: &str| is_right(kind, &value.replace('|', ""));
        for value in right {
            assert!(is_right(value), "{kind} {value}");
        }
        for value in wrong {
            let different = DIFFERENT.iter().any(|(of, other, _)| of == kind && other == value);
            assert_eq!(is_right(value), different, "{kind} {value}");
        }
    }
}
