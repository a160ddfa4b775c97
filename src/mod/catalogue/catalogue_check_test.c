/*
 * catalogue_check_test.c - the faults that `catalogue check` knows, one row each.
 *
 * A row changes one text of the faultless catalogue in tests/catalogue-faults and says what is
 * wrong then.  The @ in `to` stands where the fault must be shown; it is not part of the file.
 */
#include "mod/catalogue/catalogue_testing.h"

#include "base/utf8.h"

static const struct row { const char *file, *from, *to, *sentence; } T[] = {
    /* reading */
    {Y, "version: 1", "version: @%1", "not readable as YAML"},
    {Y, "version: 1", "version: @&x 1", "anchors, aliases and tags"},
    {Y, "version: 1", "version: @!!int 1", "anchors, aliases and tags"},
    {Y, "version: 1\n", "version: 1\n@version: 2\n", "given twice; the first is in line 2"},
    {Y, "version: 1\n", "? @[a]\n: 1\nversion: 1\n", "a key must be a word"},
    {Y, "Một thủ tục", "Một @\x01thủ tục", "not UTF-8, or a control"},
    {Y, "Một thủ tục", "M@\xE1\xBB tục", "not UTF-8, or a control"},
    {Y, "Một thủ tục", "@\"\\x07\"", "a control or direction character in a text"},
    {F, "\"display\": \"wizard\",", "\"display\": \"wizard\",@,", "a key in double quotes"},
    {F, "\"wizard\"", "@'wizard'", "a value is expected"},
    {F, "\"wizard\"", "\"wiz\\@qard\"", "unknown escape"},
    {F, "\"wizard\"", "\"\\u@12G4\"", "four hexadecimal digits"},
    {F, "\"wizard\"", "\"\\ud83d@x\"", "half of a surrogate pair"},
    {F, "\"wizard\"", "\"wizard@\n\"", "raw control character"},
    {F, "\"rows\": 4", "\"rows\": @04", "a value is expected"},
    {F, "\"rows\": 4", "\"rows\": @+4", "a value is expected"},
    {F, "\"rows\": 4", "\"rows\": @1.", "a value is expected"},
    {F, "\"rows\": 4", "\"rows\": 4, @\"rows\": 5", "`rows` is given twice"},
    {F, "\"title\": \"Tờ khai để thử\",", "\"title\": \"Tờ khai để thử\" @\"x\"",
     "`,` or `}` is expected"},
    {F, "}]}]}]}\n", "}]}]}]}\n@x", "something follows the end"},
    {F, "}]}]}]}\n", "}]}]}\n@", "`,` or `]` is expected"},
    /* shape */
    {Y, "level: commune", "@lvel: commune\nlevel: commune", "`lvel` is no key of a procedure"},
    {Y, "authority: Ủy ban nhân dân cấp xã\n", "", "a procedure has no `authority`"},
    {Y, "level: commune", "level: @village", "`village` is not a value of `level`: commune"},
    {Y, "version: 1", "version: @1.5", "must be a whole number, not a number"},
    {Y, "version: 1", "version: @0", "`version` is 0; 1 to 999 are allowed"},
    {Y, "version: 1", "version: @1000", "1 to 999 are allowed"},
    {Y, "name: Thủ tục để thử", "name:@", "`name` has no value"},
    {Y, "name: Thủ tục để thử", "name: @\"  \"", "`name` is empty"},
    {Y, "name: Thủ tục để thử", "name: @ab", "has 2 characters; 5 to 300"},
    {Y, "name: Thủ tục để thử", "name: @[a]", "must be a text, not a list"},
    {Y, "summary: Một thủ tục đủ mọi phần, dùng để thử chương trình kiểm tra gói thủ tục.",
     "summary: @Ngắn quá.", "has 9 characters; 40 to 600"},
    {Y, "valid_from: 2025-07-01", "valid_from: @2025-02-29", "is not a date of the calendar"},
    {Y, "valid_from: 2025-07-01", "valid_from: @1/7/2025", "is not a date of the calendar"},
    {Y, "subjects: [citizen]", "subjects: @citizen", "must be a list, not a text"},
    {Y, "subjects: [citizen]", "subjects: @[]", "`subjects` has 0 elements; 1 to 6"},
    {Y, "subjects: [citizen]", "subjects: [citizen, @citizen]", "stands twice in `subjects`"},
    {Y, "subjects: [citizen]", "subjects: [citizen, @dog]", "`dog` is not a value of `subjects`"},
    {Y, "online: {level: 4, scope: full}", "online: @4", "`online` must be a map"},
    {Y, "online: {level: 4,", "online: {level: @5,", "`level` is 5; 2 to 4"},
    {Y, "verified: false}", "verified: @no}", "must be true or false, not a text"},
    {Y, "id: publicity", "id: @Publicity", "must be a letter a-z"},
    {Y, "result: {code: KQ.1,", "result: {code: @\"KQ 1\",", "must be a code"},
    {Y, "limit: 5wd", "limit: @5 days", "is not a limit"},
    {Y, "limit: 5wd", "limit: @0wd", "is not a limit"},
    {Y, "limit: \"same-day:15:00\"", "limit: @\"same-day:25:00\"", "is not a limit"},
    {Y, "budget: 2wh", "budget: @same-day:10:00", "is not a period"},
    {Y, "kind: charge\n    amount: 2000", "kind: charge\n    amount: @-1", "`amount` is -1"},
    {Y, "citizen_steps:\n  - Nộp hồ sơ.", "citizen_steps:\n  - @[a]", "must be a text, not a list"},
    /* the whole */
    {Y, "code: \"9.000001\"", "code: @\"9.000002\"", "the folder is named 9.000001"},
    {Y, "code: \"9.000001\"", "code: @khai-sinh", "must be a national code"},
    {Y, "valid_to: 2030-12-31", "valid_to: @2025-06-30", "`valid_to` is before `valid_from`"},
    {Y, "field: G15-TP07", "field: @G99-XX", "fields.yaml has no field `G99-XX`"},
    {Y, "life_events: [birth]", "life_events: [@death]", "no life event `death`"},
    {Y, "route: city", "route: @ministry", "needs `route_url`"},
    {Y, "route: city", "route: city\nroute_url: @https://a.vn", "for `route: ministry` only"},
    {Y, "route: city", "route: ministry\nroute_url: @http://a.vn", "starts with https://"},
    {Y, "scope: full", "scope: @none", "`channels` offers online"},
    /* cases and conditions */
    {Y, "{id: house, name", "{id: @late, name", "case `late` is there already, in line 26"},
    {Y, "- {id: house, name: Nhà ở, when: {\"==\": [{var: loai}, nha]}}",
     "- @{id: house, name: Nhà ở}", "only the last case has no condition"},
    {Y, "name: Thông thường}", "name: Thông thường, when: @{\"==\": [1, 1]}}",
     "the last case must have no condition"},
    {Y, "{\"==\": [{var: loai}, nha]}", "{@\"=~\": [{var: loai}, nha]}", "no operator `=~`"},
    {Y, "{\"==\": [{var: loai}, nha]}", "@{\"==\": [{var: loai}, nha], \"!\": [1]}",
     "a map has one key, its operator"},
    {Y, "name: Thủ tục để thử", "name: @Thu\xCC\x89 tục để thử", "composed letters (NFC)"},
    {Y, "{\"==\": [{var: loai}, nha]}", "@loai", "must be a condition in JSONLogic"},
    {Y, "{var: loai}", "{var: @loia}", "reads `loia`, which the form does not have"},
    {Y, "{var: loai}", "{var: @$sent}", "reads `$sent`"},
    {Y, "{var: dia_chi.province}", "{var: @dia_chj.province}", "reads `dia_chj.province`"},
    /* limits */
    {Y, "- {cases: [late], limit: 5wd}", "- {cases: [@never], limit: 5wd}", "no case `never`"},
    {Y, "- {cases: [late], limit: 5wd}", "- @{limit: 5wd}", "only the last limit names no cases"},
    {Y, "- {limit: \"same-day:15:00\"}", "- {cases: @[house], limit: 1wd}",
     "the last limit names no cases"},
    {Y, "- {limit: \"same-day:15:00\"}", "- {cases: [@late], limit: 1wd}\n    - {limit: 2wd}",
     "case `late` has a limit already, in line 35"},
    {Y, "- {id: publicity, name: Niêm yết, basis: Điều 14",
     "- {id: publicity, name: X y, basis: Điều 1}\n"
     "    - {id: @publicity, name: Niêm yết, basis: Điều 14", "stop `publicity` is there already"},
    /* fees */
    {Y, "cases: [late]\n    channels", "cases: [@nobody]\n    channels", "no case `nobody`"},
    {Y, "quantity: so_ban", "quantity: @so_bam", "the form has no field `so_bam`"},
    {Y, "quantity: so_ban", "quantity: @ten", "no number but a textfield"},
    {Y, "to: 2026-12-31", "to: @2025-06-30", "`to` is before `from`"},
    {Y, "steps: [{from: 3, amount: 1000}]",
     "steps: [{from: 3, amount: 1000}, {from: @3, amount: 1}]", "must rise"},
    {Y, "  - id: main\n    name: Lệ phí khác", "  - id: more\n    name: Hai\n    kind: fee\n"
     "    amount: 1\n    per: page\n    due: intake\n    basis: Nghị quyết\n"
     "  - id: @more\n    name: Lệ phí khác", "never charged: the alternative in line 56"},
    /* papers */
    {Y, "- id: ban_ve", "- id: @to_khai", "paper `to_khai` is there already"},
    {Y, "cases: [house]\n    when", "cases: [@hut]\n    when", "no case `hut`"},
    {Y, "note: Bản chụp cũng được.", "note: Bản chụp cũng được.\n    eform: @true",
     "is the e-form already"},
    /* who decides */
    {Y, "{rule: address, field: dia_chi}", "@{rule: address}", "rule `address` needs `field`"},
    {Y, "{rule: address, field: dia_chi}", "{rule: address, field: @ten}", "is no address"},
    {Y, "{rule: address, field: dia_chi}", "{rule: address, field: @nha}", "no field `nha`"},
    {Y, "{rule: address, field: dia_chi}", "{rule: receiving, field: @dia_chi}",
     "is for rule `address` only"},
    {Y, "{rule: address, field: dia_chi}", "@{rule: fixed}", "rule `fixed` needs `agency`"},
    {Y, "{rule: address, field: dia_chi}", "{rule: fixed, agency: @H26.99}",
     "no agency `H26.99`"},
    /* the process */
    {Y, "- id: ky\n", "- id: @tham_dinh\n", "step `tham_dinh` is there already"},
    {Y, "agency: H26.16", "agency: @H26.98", "no agency `H26.98`"},
    {Y, "agency: H26.16", "agency: @phong-ban", "neither receiving, competent nor an agency code"},
    {Y, "next: [ky]", "next: [ky, @xx]", "there is no step `xx`"},
    {Y, "next: [ky]", "next: [ky, @tham_dinh]", "does not lead to itself"},
    {Y, "next: [tra]", "next: [@tham_dinh]", "after an approval comes the hand-over"},
    {Y, "  - id: ky\n", "  - id: @xa\n", "no step leads here"},
    {Y, "actions: [approve, return]\n    next: [tra]", "actions: [return]\n    next: @[tra]",
     "neither forwards nor approves"},
    {Y, "actions: [forward, supplement, refuse]", "actions: @[forward, return]",
     "the first step has no earlier one"},
    {Y, "actions: [hand_over]", "actions: @[extend]", "the last step must have the action"},
    {Y, "actions: [hand_over]", "actions: [hand_over]\n    guards: @[fees_paid]",
     "guards hold back forward and approve"},
    {Y, "actions: [approve, return]", "actions: @[approve, return, hand_over]",
     "only the last step hands the result over"},
    /* the e-form */
    {F, "\"display\": \"wizard\"", "\"display\": @\"pdf\"", "not a value of `display`"},
    {F, "\"type\": \"personalnumber\"", "\"type\": @\"signature\"", "a component needs a `type`"},
    {F, "\"label\": \"Số định danh\"", "\"label\": \"Số định danh\", @\"mask\": true",
     "`mask` is no key of a personalnumber"},
    {F, "\"key\": \"thu\"", "\"key\": @\"ten\"", "key `ten` is used already, in line 5"},
    {F, "\"key\": \"lop\"", "\"key\": @\"ten\"", "key `ten` is used already"},
    {F, "\"key\": \"hai\"", "\"key\": @\"mot\"", "panel `mot` is there already"},
    {F, "\"key\": \"thu\"", "\"key\": @\"Thu\"", "must be a letter a-z"},
    {F, "{\"type\": \"checkbox\", \"key\": \"dong_y\", \"label\": \"Tôi cam đoan\"",
     "@{\"type\": \"panel\", \"key\": \"ba\", \"title\": \"Ba\", \"components\": ["
     "{\"type\": \"checkbox\", \"key\": \"b\", \"label\": \"B\"}]},"
     "{\"type\": \"checkbox\", \"key\": \"dong_y\", \"label\": \"Tôi cam đoan\"",
     "a panel stands at the top"},
    {F, "\"pattern\": \"^[^0-9]+$\"", "\"pattern\": @\"^[^0-9+$\"", "does not compile"},
    {F, ", \"customMessage\": \"Chỉ gồm chữ cái.\"", "", "needs a `customMessage`"},
    {F, "\"minLength\": 5, \"maxLength\": 500", "\"minLength\": 5, \"maxLength\": @4",
     "`maxLength` is less than `minLength`"},
    {F, "\"min\": 1, \"max\": 20", "\"min\": 1, \"max\": @\"20\"", "`max` must be a number"},
    {F, "\"min\": 1, \"max\": 20", "\"min\": 21, \"max\": @20", "`max` is less than `min`"},
    {F, "\"maxDate\": \"today\"", "\"maxDate\": @\"tomorrow\"", "must be a date YYYY-MM-DD, today"},
    {F, "\"maxDate\": \"today\"", "\"maxDate\": @\"1899-12-31\"", "`maxDate` is before `minDate`"},
    {F, "\"value\": \"dat\"", "\"value\": @\"nha\"", "choice `nha` is there already"},
    {F, "{\"list\": \"ethnicities\"}", "{\"list\": @\"planets\"}", "not a value of `list`"},
    {F, "{\"list\": \"ethnicities\"}", "@{}", "needs either `values` or `list`"},
    {F, "\"10MB\"", "@\"10 MB\"", "must be like 10MB"},
    {F, "\".pdf,.jpg\"", "@\".pdf,.exe\"", "`.exe` is no type of file"},
    {F, "\"paper\": \"ban_ve\"", "\"paper\": @\"ban_do\"", "has no paper `ban_do`"},
    {F, "{\"type\": \"textfield\", \"key\": \"lop\", \"label\": \"Lớp\"",
     "@{\"type\": \"file\", \"key\": \"anh\", \"label\": \"Ảnh\"},"
     "{\"type\": \"textfield\", \"key\": \"lop\", \"label\": \"Lớp\"",
     "cannot stand in a datagrid"},
    {F, "\"defaultValue\": \"A\"", "\"defaultValue\": @7", "cannot have this `defaultValue`"},
    {F, "\"scope\": \"vn\"", "\"scope\": @\"us\"", "not a value of `scope`"},
    {F, "\"autocomplete\": \"name\"", "\"autocomplete\": @\"fullname\"", "value of `autocomplete`"},
    {F, "\"when\": \"loai\"", "\"when\": @\"lai\"", "the form has no field `lai`"},
    {F, "\"when\": \"loai\"", "\"when\": @\"gioi\"", "cannot decide whether it is shown itself"},
    {F, "\"eq\": \"nha\"", "\"eq\": @\"nhaf\"", "`nhaf` is no choice of `loai`"},
    {F, "{\"show\": true, \"when\": \"loai\", \"eq\": \"nha\"}", "@{\"show\": true}",
     "needs `when` and `eq`"},
    {F, "{\"show\": true, \"when\": \"loai\", \"eq\": \"nha\"}",
     "{\"json\": {\"==\": [{\"var\": @\"lai\"}, 1]}}", "reads `lai`"},
    {F, "{\"show\": true, \"when\": \"loai\", \"eq\": \"nha\"}",
     "@{\"show\": true, \"json\": {\"==\": [{\"var\": \"loai\"}, 1]}}", "stands alone"},
    {F, "{\"var\": \"lop\"}", "{\"var\": @\"lopp\"}", "reads `lopp`"},
    {F, ", \"customMessage\": \"Lớp không đúng.\"", "", "a `json` condition needs"},
    {F, "<strong>đủ</strong>", "<b>đủ</b>", "has the tag <b>"},
    {F, "<strong>đủ</strong>", "<strong>đủ", "closes </p> where it is not open"},
    {F, "https://vi.du", "javascript:1", "has an address that is not https"},
    {F, "\\\"https://vi.du\\\"", "\\\"https://vi.du\\\" onclick=\\\"x\\\"", "with attributes"},
    {F, "&amp;", "&", "has a bare &"},
    /* beside the packages */
    {FIELDS, "{id: G13-TN02, name", "{id: @G15-TP07, name", "`G15-TP07` is there already"},
    {FIELDS, "life_events:", "life_event:", "fields.yaml has no `life_events`"},
    {FIELDS, "name: Đất đai", "name: Đất đai, @colour: red", "`colour` is no key of a field"},
    /* templates of results */
    {R, "id: giay_thu", "id: @giay_khac", "the file's name says `giay_thu`"},
    {R, "\"9.000001\"", "@\"9.000002\"", "there is no procedure `9.000002`"},
    {R, "\"{nn}/GT\"", "@\"12/GT\"", "needs {n} or {nn}"},
    {R, "holder: ho_ten", "holder: @ten", "names no field of the template"},
    {R, "holder: ho_ten", "holder: @ngay", "must be required"},
    {R, "$applicant]", "@$aplicant]", "is nothing to fill from"},
    {R, "kind: date", "kind: @day", "is not a value of `kind`"},
    {R, "- {id: ngay,", "- {id: @ho_ten,", "is there already, in line 10"},
    {R, "- {id: muc, label: Mục, kind: rows", "- @{id: muc, label: Mục, kind: text",
     "`columns` belong"},
    {R, ", choices: [Một, Hai]", "", "`choices` belong"},
    {R, "\"Cấp cho **{{ho_ten|upper}}**", "@\"Cấp cho **{{hoten|upper}}**",
     "{{hoten}} is no field"},
    {R, "\"Cấp cho **{{ho_ten|upper}}**", "@\"Cấp cho **{{ho_ten|loud}}**", "is no filter"},
    {R, "\"Cấp cho **{{ho_ten|upper}}** ngày {{ngay|words}}\"", "@\"Cấp cho {{ho_ten\"",
     "is not closed by }}"},
    {R, "value: \"{{ten}}\"", "value: @\"{{tn}}\"", "no column of its rows"},
    {R, "value: \"{{$number}}\"", "value: @\"{{$numbr}}\"", "is no field"},
    {R, "holder: ho_ten", "type: @ban_xx\nholder: ho_ten", "has no kind `ban_xx`"},
    {R, "rows: muc", "rows: @ngay", "must name a field of kind rows"},
    {R, "- head: true", "- @{head: true, rule: true}", "exactly one of"},
    {R, "- head: true", "- {head: true, value: @\"x\"}", "stands beside `label` only"},
    {R, "  - {qr: Quét để kiểm tra}\n", "", "needs one `qr`, not 0"},
    /* kinds of papers */
    {TYPES, "months: 6", "months: @0", "`months` is 0; 1 to 600"},
    {TYPES, "single: true", "@sngle: true", "`sngle` is no key of a kind of papers"},
    {TYPES, "- id: ban_khac", "- id: @ban_ve\n    name: Hai\n  - id: ban_khac",
     "the kind `ban_ve` is there already, in line 2"},
    {TYPES, "{id: ngay, name", "{id: @so, name", "the fact `so` is there already, in line 8"},
    {TYPES, "is: issued_on}", "is: @number}", "the fact in line 8 is the number already"},
    {TYPES, "is: issued_on}", "is: @issued}", "`issued` is not a value of `is`"},
    {TYPES, "stands_for: [ban_khac]", "stands_for: [@ban_xx]", "no kind of papers `ban_xx`"},
    {TYPES, "stands_for: [ban_khac]", "stands_for: [@ban_ve]", "stands for itself"},
    {TYPES, "papers: [ban_ve]", "papers: [@ban_vx]", "9.000001 has no paper `ban_vx`"},
    {TYPES, "papers: [ban_ve]", "papers: [@to_khai]", "`to_khai` is the e-form of 9.000001"},
    {TYPES, "{procedure: \"9.000001\", papers", "{procedure: @\"9.000002\", papers",
     "there is no procedure `9.000002`"},
    {TYPES, "name: Bản khác",
     "name: Bản khác\n    asked: [{procedure: \"9.000001\", papers: [@ban_ve]}]",
     "`ban_ve` of 9.000001 has a kind already, in line 11"},
    {TYPES, "fact: so,", "fact: @sx,", "the kind has no fact `sx`"},
    {TYPES, "field: ten}", "field: @tex}", "the form of 9.000001 has no field `tex`"},
    {TYPES, "name: Bản khác", "name: Bản khác\n    results: [{procedure: @\"9.000001\"}]",
     "the result of 9.000001 is another kind, in line 15"},
    /* how long what is closed is kept */
    {KEEP, "wait_days: 30", "wait_days: @0", "`wait_days` is 0; 1 to 365"},
    {KEEP, "keep: years", "keep: @year", "`year` is not a value of `keep`: permanent"},
    {KEEP, "    years: 20\n", "", "`years` is missing"},
    {KEEP, "years: 20", "years: @71", "`years` is 71; 1 to 70"},
    {KEEP, "keep: permanent", "keep: permanent\n    years: @5", "permanently has no `years`"},
    {KEEP, "valid_to: 2030", "valid_to: @1999", "`valid_to` is before `valid_from`"},
    {KEEP, "id: mot", "id: @chung", "the rule `chung` is there already, in line 4"},
    {KEEP, "[\"9.000001\"]", "[@\"9.000009\"]", "there is no procedure `9.000009`"},
    {KEEP, "[giay_thu]", "[@giay_khac]", "there is no template `giay_khac` in results"},
    {KEEP, "[ban_ve]", "[@ban_vo]", "there is no kind of papers `ban_vo`"},
    {KEEP, "[granted]", "[@given]", "`given` is not a value of `outcome`"},
    {KEEP, "valid_from: 2000-01-01\n  - id: mot",
     "valid_from: 2000-01-01\n    valid_to: 2001-01-01\n  - id: mot",
     "no rule holds for every dossier"},
};

/* The changed file without its @, and where that stood (line 0: there is none). */
static char *
change(const struct row *t, int *line, int *column)
{
    const char *text = (const char *)good(t->file).p, *from = strstr(text, t->from), *at;
    char *out;

    if (!from)
        fail_msg("%s is not in %s", t->from, t->file);
    at = strchr(t->to, '@');
    *line = 0;
    out = arena_fmt(a, "%.*s%.*s", (int)(from - text), text,
                    (int)(at ? at - t->to : (long)strlen(t->to)), t->to);
    if (at) {
        const char *start = strrchr(out, '\n');

        *line = 1;
        for (const char *p = out; *p; p++)
            *line += *p == '\n';
        *column = 1 + (int)utf8_length(start ? start + 1 : out);
    }
    return arena_fmt(a, "%s%s%s", out, at ? at + 1 : "", from + strlen(t->from));
}

static bool
is_found(const struct report *r, const struct row *t, int line, int column)
{
    for (size_t i = 0; i < r->found.n; i++) {
        const struct finding *f = &r->found.p[i];

        if (strstr(f->sentence, t->sentence) && strcmp(f->path, place(t->file)) == 0 &&
            (line == 0 || (f->line == line && f->column == column)))
            return true;
    }
    return false;
}

static bool
check_row(const struct row *t)
{
    struct report r = {.a = a};
    struct catalogue_files files;
    int line, column = 0;
    char *text = change(t, &line, &column);
    struct bytes b = good(t->file);

    put(t->file, text, strlen(text));
    assert_int_equal(check_folder(&r, testdb_folder(), &files), 0);
    put(t->file, (const char *)b.p, b.n);
    if (is_found(&r, t, line, column))
        return true;
    for (size_t i = 0; i < r.found.n; i++)
        print_error("%s:%d:%d: %s\n", r.found.p[i].path, r.found.p[i].line, r.found.p[i].column,
                    r.found.p[i].sentence);
    print_error("%d:%d: no fault \"%s\" for %s\n\n", line, column, t->sentence, t->to);
    return false;
}

static void
test_faults(void **state)
{
    size_t missed = 0;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        missed += !check_row(&T[i]);
    assert_int_equal(missed, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_faults)};

    return cmocka_run_group_tests(tests, faultless_open, faultless_close);
}
