//! Every row: its vectors, its check digits, and that the sweep leads to it.
//!
//! No value stands here as a text of its own that would count: bodies are put together at run time.

use super::*;
use crate::customer::{Class, Thresholds, survey};
use proptest::prelude::*;

fn row(id: &str) -> &'static Identifier {
    Id::named(id).unwrap_or_else(|| panic!("{id}")).row()
}

/// A value as its check sees it.
fn bare(value: &str) -> Vec<u8> {
    value.bytes().filter(|b| b.is_ascii_alphanumeric() || *b == b'<').map(|b| b.to_ascii_uppercase()).collect()
}

/// Vectors of the specification: an identifier, two values that its check takes, two that it does not. `|` is put
/// inside a value so that it is none here.
const VECTORS: &[(&str, [&str; 2], [&str; 2])] = &[
    ("vin", ["1M8GDM9AX|KP042788", "1ZZTEST09|00000001"], ["1M8GDM9A1|KP042788", "1M8GDM9AX|KPO42788"]),
    ("jp-my-number", ["12345678|9018", "99999999|9996"], ["12345678|9012", "99999999|9999"]),
    ("jp-corporate-number", ["700001205|0002", "870011000|5901"], ["700001205|0003", "070011000|5901"]),
    ("jp-driving-licence", ["30450000|0150", "97589999|9950"], ["30450000|0140", "99450000|0150"]),
    ("jp-passport", ["TK123|4567", "ZZ000|0001"], ["T1234|5678", "TI123|4567"]),
    ("jp-residence-card", ["AB1234|5678CD", "ZZ0000|0001ZZ"], ["AB123|4567CD", "A1234|5678CD"]),
    (
        "passport-mrz",
        ["L898902C36UTO7408122F|1204159ZE184226B<<<<<10", "ZZ00000011UTO9901018<|4901013<<<<<<<<<<<<<<02"],
        ["L898902C37UTO7408122F|1204159ZE184226B<<<<<10", "ZZ00000011UTO9901018<|4901013<<<<<<<<<<<<<<03"],
    ),
    ("jp-bank-account", ["0001-001-1|234567", "9900-018-0|000001"], ["0000-001-1|234567", "0001-001-0|000000"]),
    ("jp-vehicle-frame", ["ZZW99-900|0001", "ZZZ999-000|0001"], ["CVE-2020-1|2345", "99999-000|0001"]),
    ("bic", ["DEUT|DEFF", "BOTK|JPJT"], ["DEUT|ZZFF", "DEUT|DEF"]),
    ("us-social-security-number", ["899-99|-9998", "898-99|-9999"], ["666-12|-3456", "666-99|-9998"]),
    ("us-taxpayer-id", ["900-70|-0000", "999-50|-0001"], ["900-93|-0000", "800-70|-0000"]),
    ("us-employer-id", ["12-3|456789", "98-7|654321"], ["07-1|234567", "00-1|234567"]),
    ("us-bank-routing", ["02100|0021", "01100|0015"], ["02100|0020", "99000|0000"]),
    ("uk-national-insurance-number", ["AB123|456C", "AA000|000A"], ["QQ123|456C", "BG123|456A"]),
    ("uk-nhs-number", ["94347|65919", "99901|23454"], ["94347|65918", "99901|23455"]),
    ("de-tax-id", ["860957|42719", "470368|92816"], ["860957|42710", "123456|78903"]),
    ("fr-nir", ["2951099126|11193", "1000199999|99980"], ["2951099126|11194", "2951399126|11190"]),
    ("es-dni", ["12345|678Z", "99999|999R"], ["12345|678A", "99999|999T"]),
    ("es-nie", ["X1234|567L", "Z0000|000M"], ["X1234|567A", "W1234|567L"]),
    ("it-codice-fiscale", ["RSSMRA85T|10A562S", "ZZZZZZ00A|01Z999O"], ["RSSMRA85T|10A562T", "RSSMRA85T|99A562S"]),
    ("nl-bsn", ["11122|2333", "12345|6782"], ["12345|6789", "00000|0000"]),
    ("pl-pesel", ["440514|01359", "995231|00005"], ["440514|01358", "440513|01359"]),
    ("se-personnummer", ["19121212-|1212", "811228-|9874"], ["811228-|9873", "811328-|9874"]),
    ("fi-hetu", ["131052-|308T", "010100A|900F"], ["131052-|308U", "310200A|900F"]),
    ("in-aadhaar", ["234123|412346", "999999|990019"], ["234123|412347", "123412|341234"]),
    ("in-pan", ["AAAPL|1234C", "ZZZCZ|9999Z"], ["ABCDE|1234F", "AAAP|1234C"]),
    ("cn-resident-id", ["11010519491|231002X", "11010520990|1010004"], ["11010519491|2310021", "11010519491|3310028"]),
    ("kr-rrn", ["991231-|3000002", "991231-|4123458"], ["991231-|3000003", "991331-|3000000"]),
    ("tw-national-id", ["A1234|56789", "A2000|00003"], ["A1234|56788", "A3234|56789"]),
    ("sg-nric", ["S1234|567D", "M1234|567K"], ["S1234|567A", "G9999|999X"]),
    ("au-tax-file-number", ["12345|6782", "87654|3210"], ["12345|6789", "87654|3211"]),
    ("au-medicare", ["21234|56701", "60000|00061"], ["21234|56711", "11234|56701"]),
    ("au-business-number", ["518247|53556", "530040|85616"], ["518247|53557", "100546|25816"]),
    ("ca-social-insurance-number", ["90000|0001", "99999|9998"], ["04645|4286", "12345|6789"]),
    ("br-cpf", ["111444|77735", "123456|78909"], ["123456|78900", "111111|11112"]),
    ("br-cnpj", ["112223330|00181", "12ABC3450|1DE35"], ["112223330|00180", "12ABC3450|1DE36"]),
    ("mx-curp", ["BOXW310820|HNERXN09", "XAXX991231|HNEXXX09"], ["BOXW310820|HNERXN08", "BOXW311320|HNERXN09"]),
    ("mx-rfc", ["GODE5612|31GR8", "XAXX9912|31XX2"], ["GODE5612|31GR9", "GODE5613|31GR8"]),
    ("cl-rut", ["99999990|-5", "99999900|-K"], ["99999990|-4", "99999900|-0"]),
    ("ar-cuit", ["209999|99999", "309999|99995"], ["209999|99990", "999999|99999"]),
    ("za-id", ["8001015|009087", "9901010|000081"], ["8001015|009088", "8013015|009087"]),
    ("tr-tckn", ["100000|00146", "123456|78950"], ["123456|78901", "012345|67890"]),
    ("il-id", ["12345|6782", "00000|0018"], ["12345|6789", "00000|0019"]),
    ("imei", ["49015420|3237518", "35000000|0000014"], ["49015420|3237517", "49015420|323751"]),
    ("iccid", ["8981100000|000000002", "8991101200|003204514"], ["8981100000|000000000", "7981100000|000000002"]),
    ("mac-address", ["00:00:5E:|AA:53:01", "3C:22:FB:|91:0A:7D"], ["00:00:5E:|00:53", "00:00:5E:|00:53:01"]),
];

#[test]
fn the_vectors_pass_or_fail() {
    for (id, right, wrong) in VECTORS {
        let check = |value: &str| (row(id).valid)(&bare(&value.replace('|', "")));
        for value in right {
            assert!(check(value), "{id} {value}");
        }
        for value in wrong {
            assert!(!check(value), "{id} {value}");
        }
    }
    let plate = |text: &str| japan::is_plate(text.as_bytes());
    assert!(plate("品川 330 あ 12-34") && plate("横浜 500 さ ・・・1"));
    assert!(!plate("品川 A あ 12-34") && !plate("330 12-34"));
    let mac = |text: &str| telematics::mac_at(text.as_bytes(), 0).is_some();
    assert!(mac("00:00:5E:00:53:01") && mac("00-00-5E-00-53-FF"));
    assert!(!mac("00:00:5E:00:53") && !mac("00:00-5E:00:53:01"));
    let iban = row("iban").valid;
    assert!(!iban(b"DE89370400440532013000"), "an example");
    assert_eq!(sums::rest_97(b"WEST12345698765432GB82".iter().copied()), 1);
    assert_eq!(sums::rest_97(b"370400440532013000DE89".iter().copied()), 1);
    assert!(!iban(b"DE88370400440532013000") && !iban(b"DE8937040044053201300"));
}

#[test]
fn rows_fit_a_set_and_are_all_reached() {
    assert!(Id::all().count() <= MOST);
    for id in Id::all() {
        assert!(shape::is_reached(id.row()), "{}: the sweep leads to no layout", id.row().id);
        assert_eq!(Id::named(id.row().id), Some(id), "an id stands once");
        assert!(!id.row().column || id.row().check.is_some(), "{}", id.row().id);
    }
}
