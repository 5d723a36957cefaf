use super::*;

const LATEST: i32 = 2026;

fn read(text: &str) -> Option<WrittenDate> {
    read_told_date(text, LATEST)
}

#[test]
fn one_day_in_many_hands() {
    let day = day_number(2019, 8, 8);
    for (text, form) in [
        ("2019-08-08", "yyyy-mm-dd"),
        ("2019/8/8", "yyyy/mm/dd"),
        ("2019.08.08", "yyyy.mm.dd"),
        ("2019. 8. 8.", "yyyy.mm.dd"),
        ("2019-08-08T14:27", "yyyy-mm-dd hh:mm"),
        ("2019-08-08 14:27:31.5+02:00", "yyyy-mm-dd hh:mm"),
        ("2019-08-08T14:27:00Z", "yyyy-mm-dd hh:mm"),
        ("20190808T142700Z", "yyyymmdd hh:mm"),
        ("2019-08-08 02:27:01 PM", "yyyy-mm-dd hh:mm"),
        ("2019年8月8日", "yyyy年m月d日"),
        ("19年8月8日", "yy年m月d日"),
        ("2019年8月8日 下午2时27分", "yyyy年m月d日 hh:mm"),
        ("2019年8月8日 星期四", "yyyy年m月d日"),
        ("2019년 8월 8일", "yyyy年m月d日"),
        ("08-Aug-2019", "dd-Mon-yyyy"),
        ("8 August 2019", "dd Mon yyyy"),
        ("8. August 2019", "dd Mon yyyy"),
        ("Aug 8, 2019", "dd Mon yyyy"),
        ("8 août 2019", "dd Mon yyyy"),
        ("8 sierpnia 2019", "dd Mon yyyy"),
        ("Thursday, 8th of August 2019", "dd Mon yyyy"),
        ("8 de agosto de 2019", "dd Mon yyyy"),
        ("2019-Aug-08", "dd-Mon-yyyy"),
        ("8 Aug '19", "dd Mon yy"),
        ("8.8.19", "dd.mm.yy or mm.dd.yy"),
        ("08/08/2019", "dd/mm/yyyy or mm/dd/yyyy"),
        ("8/8/19 9:05", "dd/mm/yy or mm/dd/yy hh:mm"),
        ("20190808", "yyyymmdd"),
        ("08082019", "ddmmyyyy or mmddyyyy"),
        ("43685", "yyyymmdd"),
        ("43685.6", "yyyymmdd hh:mm"),
        ("1565274420", "yyyymmdd hh:mm"),
        ("1565274420000", "yyyymmdd hh:mm"),
    ] {
        let found = read(text);
        assert_eq!(found.map(|it| (Some(it.day), it.form.word())), Some((day, form.to_owned())), "{text}");
        assert_eq!(found.map(|it| it.month_first), day, "{text}");
    }
}

#[test]
fn what_is_no_day_is_not_read() {
    for text in [
        "2019-02-29",
        "31/04/2024",
        "31.04.2024",
        "2024-13-01",
        "hello",
        "12",
        "2019",
        "8/2019",
        "1/2",
        "25:00",
        "12:30",
        "2019-08-08 25:61",
        "2019-08-08T",
        "2019-08-08/",
        "Marseille 8 2019",
        "mayor 3 2024",
        "99/99/9999",
        "1.2.3",
        "1.5.2.3",
        "10-20-30-40",
        "8 8 2019 9",
        "+8/8/2019",
        "-8/8/2019",
        "A-1-2024",
        "12 10 19",
        "8,8,2019",
        "8/8-2019",
        "1.234.567",
        "2019年",
        "00-00-0000",
        "0000-01-01",
        "甲2019年8月8日",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    // By themselves digits are a number, not a day.
    for text in ["43685", "20190808", "1565274420"] {
        assert_eq!(read_date(text, LATEST), None, "{text}");
    }
}

#[test]
fn times_come_to_greenwich_where_they_have_a_zone() {
    let clock = |text: &str| read(text).map(|it| (calendar_day(it.day), it.time.map(|time| time / 60_000_000)));
    assert_eq!(clock("8 Aug 2019 12:05 am"), Some(((2019, 8, 8), Some(5))));
    assert_eq!(clock("8 Aug 2019 12:05 p.m."), Some(((2019, 8, 8), Some(725))));
    assert_eq!(clock("2019-08-08T23:30:00-05:00"), Some(((2019, 8, 9), Some(270))));
    assert_eq!(clock("2019-08-08T00:30+0100"), Some(((2019, 8, 7), Some(1410))));
    assert_eq!(clock("2019-08-08"), Some(((2019, 8, 8), None)));
    assert_eq!(clock("2019-08-08T14:27 CEST"), None);
}

#[test]
fn years_of_two_digits_are_not_in_the_future() {
    let year = |text: &str| read(text).map(|it| calendar_day(it.day).0);
    assert_eq!(["31.12.26", "31.12.27", "31.12.69", "92-08-31"].map(year), [2026, 1927, 1969, 1992].map(Some));
}

#[test]
fn which_comes_first_is_told_by_the_other_values() {
    let days = |texts: &[&str], told: Option<bool>| -> Vec<Option<(i32, u32, u32)>> {
        let dates: Vec<WrittenDate> = texts.iter().filter_map(|text| read(text)).collect();
        let mut order = DayOrder::default();
        dates.iter().for_each(|date| order.hear(date, 1));
        dates.iter().map(|date| order.day(date, told).map(calendar_day)).collect()
    };
    let (april, march) = (Some((2024, 4, 3)), Some((2024, 3, 4)));
    assert_eq!(days(&["03/04/2024", "13/04/2024"], None)[0], april);
    assert_eq!(days(&["03/04/2024", "04/13/2024"], None)[0], march);
    // Between dots and slashes the order may differ: two systems wrote them.
    let mixed = days(&["03/04/2024", "04/13/2024", "03.04.2024"], None);
    assert_eq!((mixed[0], mixed[2]), (march, april));
    assert_eq!(days(&["03/04/2024", "08/08/2024", "13.04.2024"], None)[..2], [None, Some((2024, 8, 8))]);
    assert_eq!(days(&["03/04/2024", "13/04/2024", "04/13/2024"], None)[0], None);
    assert_eq!(days(&["03/04/2024", "04/13/2024"], Some(true))[0], april);
}
