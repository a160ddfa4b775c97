#include "sign/verify.h"

#include <string.h>

#include "base/date.h"
#include "sign/verify_internal.h"

enum { SIGNATURES_MAX = 16, TEXT_MAX = 500, CONTENTS_MAX = 1 << 20 };

/* A file that is as it should be is read a few times over; a bomb would be read for days. */
enum { BUDGET = 64 << 20, BUDGET_TIMES = 16 };

static const char BROKEN[] = N_("Chữ ký không bao trùm đúng nội dung tệp");

struct report {
    struct ctx *c;
    const struct sign_trust *trust;
    struct bytes in;
    struct pdf_list pieces;
    VEC(struct verify_signature) sig;
};

/* --- one signature dictionary -------------------------------------------------------------- */

static const char *
text_at(struct report *r, const struct pdf_value *dict, const char *name)
{
    struct pdf_value v;

    return raw_get(r->in, dict, name, &v) == 1 ? raw_text(r->c->a, r->in, &v, TEXT_MAX) : "";
}

static bool
two_digits(const char *s, int *out)
{
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return false;
    *out = (s[0] - '0') * 10 + (s[1] - '0');
    return true;
}

/* D:YYYYMMDDHHmmSS and Z or +07'00' (7.9.4); 0 when it is not all there. */
static int64_t
moment_of(const char *s)
{
    int century, year, part[5], zone = 0, minutes = 0;
    struct ymd d;

    if (strncmp(s, "D:", 2) != 0 || strlen(s) < 16 || !two_digits(s + 2, &century) ||
        !two_digits(s + 4, &year))
        return 0;
    for (int i = 0; i < 5; i++)
        if (!two_digits(s + 6 + 2 * i, &part[i]))
            return 0;
    d = (struct ymd){century * 100 + year, part[0], part[1]};
    if (!date_valid(d) || part[2] > 23 || part[3] > 59 || part[4] > 60)
        return 0;
    s += 16;
    if ((*s == '+' || *s == '-') && two_digits(s + 1, &zone)) {
        if (s[3] == '\'' && s[4] && s[5])
            two_digits(s + 4, &minutes);
        zone = (zone * 60 + minutes) * (*s == '-' ? -60 : 60);
    }
    return (int64_t)date_day(d) * DAY_SECONDS + part[2] * 3600 + part[3] * 60 + part[4] - zone;
}

/* [0 a b c]: exactly so, within the file. */
static bool
range_of(struct report *r, const struct pdf_value *dict, size_t out[4])
{
    struct pdf_value range, v;
    size_t pos = 0;

    if (raw_get(r->in, dict, "ByteRange", &range) != 1 || range.type != PDF_ARRAY)
        return false;
    for (int i = 0; i < 4; i++) {
        if (!raw_item(r->in, &range, &pos, &v) || v.type != PDF_INT || v.n < 0 ||
            v.n > (int64_t)r->in.n)
            return false;
        out[i] = (size_t)v.n;
    }
    return !raw_item(r->in, &range, &pos, &v) && out[0] == 0 && out[1] > 0 && out[3] > 0 &&
           out[1] < out[2] && out[3] <= r->in.n - out[2];
}

/* What is left out must be the string of Contents and nothing else: everything between the two
 * brackets is hex, of small or of large letters. */
static bool
hole_of(struct report *r, const struct pdf_value *dict, const size_t range[4], struct bytes *der)
{
    bool small = false, large = false;
    struct pdf_value v;

    if (raw_get(r->in, dict, "Contents", &v) != 1 || v.type != PDF_HEX || v.at != range[1] ||
        v.end != range[2] || v.end - v.at > CONTENTS_MAX || (v.end - v.at) % 2)
        return false;
    for (size_t i = v.at + 1; i + 1 < v.end; i++) {
        small = small || r->in.p[i] >= 'a';
        large = large || (r->in.p[i] >= 'A' && r->in.p[i] <= 'F');
        if (r->in.p[i] <= ' ' || (small && large))
            return false;
    }
    *der = raw_octets(r->c->a, r->in, &v);
    return der->n > 0;
}

/* -1: not a kind that is known; 1: PAdES; 0: the older one. */
static int
kind_of(struct report *r, const struct pdf_value *dict)
{
    if (raw_is(r->in, dict, "SubFilter", "ETSI.CAdES.detached"))
        return 1;
    return raw_is(r->in, dict, "SubFilter", "adbe.pkcs7.detached") ? 0 : -1;
}

static void
look_at(struct report *r, const struct pdf_value *dict, const struct pdf_piece *object)
{
    struct verify_signature s = {.after = AFTER_CHANGED, .cert = CERT_UNKNOWN};
    struct bytes der, part[2];
    size_t range[4];
    int kind = kind_of(r, dict);

    s.holder = s.organisation = s.issuer = s.serial = s.root = s.algorithm = s.stamped_by = "";
    s.name = text_at(r, dict, "Name");
    s.reason = text_at(r, dict, "Reason");
    s.place = text_at(r, dict, "Location");
    s.claimed = moment_of(text_at(r, dict, "M"));
    if (kind < 0) {
        verify_fault(&s, N_("Loại chữ ký này không được hỗ trợ"), "its SubFilter is not known");
    } else if (!range_of(r, dict, range) || range[2] + range[3] < object->end) {
        verify_fault(&s, BROKEN, "its ByteRange is not one that covers it");
    } else if (!hole_of(r, dict, range, &der)) {
        verify_fault(&s, BROKEN, "its ByteRange leaves out something else than its Contents");
    } else {
        s.covers = range[2] + range[3];
        part[0] = (struct bytes){r->in.p, range[1]};
        part[1] = (struct bytes){r->in.p + range[2], range[3]};
        verify_cms(r->c, r->trust, der, part, kind == 1, &s);
        verify_after(r->c->a, r->in, &r->pieces, &s);
    }
    *vec_push(r->c->a, &r->sig) = s;
}

/* A signature dictionary stands as an object, or as the value of a field. */
static void
find_in(struct report *r, const struct pdf_value *dict, const struct pdf_piece *object, int depth)
{
    struct pdf_value key, v;
    size_t pos = 0;

    if (raw_get(r->in, dict, "ByteRange", &v) != 0) {
        if (r->sig.n < SIGNATURES_MAX)
            look_at(r, dict, object);
        else
            r->pieces.over = true;      /* what was not looked at is not vouched for */
        return;
    }
    while (depth > 0 && raw_entry(r->in, dict, &pos, &key, &v))
        if (v.type == PDF_DICT)
            find_in(r, &v, object, depth - 1);
}

/* --- the verdict --------------------------------------------------------------------------- */

static const char *
cert_words(enum verify_cert is)
{
    static const char *const SAY[] = {
        [CERT_TRUSTED] = NULL,
        [CERT_UNKNOWN] = N_("Chứng thư số không do tổ chức được tin cậy cấp"),
        [CERT_EXPIRED] = N_("Chứng thư số không còn hoặc chưa có hiệu lực vào lúc ký"),
        [CERT_REVOKED] = N_("Chứng thư số đã bị thu hồi"),
        [CERT_UNFIT] = N_("Chứng thư số không dùng được để ký"),
    };

    return SAY[is];
}

static const char *
reason_of(const struct report *r)
{
    size_t whole = 0;

    if (r->pieces.over)
        return N_("Tệp bị hỏng hoặc quá phức tạp để kiểm tra");
    if (r->sig.n == 0)
        return N_("Tệp không có chữ ký số");
    for (size_t i = 0; i < r->sig.n; i++) {
        const struct verify_signature *s = &r->sig.p[i];

        if (!s->intact)
            return s->fault;
        if (s->after == AFTER_CHANGED)
            return N_("Tệp đã bị thay đổi sau khi ký");
        if (cert_words(s->cert))
            return cert_words(s->cert);
        whole += s->after == AFTER_NOTHING;
    }
    return whole ? NULL : N_("Không chữ ký nào bao trùm toàn bộ tệp");
}

static void
look_at_all(struct report *r)
{
    raw_budget(BUDGET + BUDGET_TIMES * (int64_t)r->in.n);
    raw_walk(r->c->a, r->in, &r->pieces);
    for (size_t i = 0; i < r->pieces.n; i++)
        if (r->pieces.p[i].part == PART_OBJECT && r->pieces.p[i].value.type == PDF_DICT)
            find_in(r, &r->pieces.p[i].value, &r->pieces.p[i], 3);
    r->pieces.over = r->pieces.over || raw_spent();
    raw_budget(INT64_MAX);
}

int
verify_pdf(struct ctx *c, const struct sign_trust *t, struct bytes in, struct verify_report *out)
{
    struct report r = {.c = c, .trust = t, .in = in};
    const char *reason = N_("Tệp không phải là PDF");

    *out = (struct verify_report){.say = reason};
    if (in.n < 64 || in.n > PDF_SIZE_MAX || memcmp(in.p, "%PDF-", 5) != 0)
        return OK;
    look_at_all(&r);
    reason = reason_of(&r);
    out->sig = r.sig.p;
    out->n = r.sig.n;
    out->genuine = reason == NULL;
    out->say = reason ? reason : N_("Tệp còn nguyên vẹn và chữ ký hợp lệ");
    return OK;
}
