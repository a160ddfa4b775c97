#include "site/config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "auth/perm.h"
#include "auth/second.h"
#include "base/embed.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "db/db.h"
#include "http/allow.h"
#include "http/listen.h"
#include "http/store.h"
#include "mail/mail.h"
#include "oidc/oidc_config.h"
#include "scan/scan.h"

extern const struct embedded CONFIG_SAMPLE[];

enum type { T_TEXT, T_PATH, T_SECRET, T_STORE, T_DB, T_LISTEN, T_URL, T_CODE, T_ALLOW, T_MAIL,
            T_ROLES, T_KINDS, T_SCANNER,
            T_BOOL, T_INT, T_INT64, T_LEVEL, T_LIMIT };

/* One row, one key.  min/max: characters of texts, bounds of numbers. */
static const struct key {
    const char *name;
    enum type type;
    size_t at;
    int64_t min, max;
    const char *standard;
} KEYS[] = {
#define AT(f) offsetof(struct config, f)
    {"db", T_DB, AT(db), 8, 500, "sqlite:motcua.db"},
    {"db_password", T_SECRET, AT(db_password), 0, 500, ""},
    {"data", T_PATH, AT(data), 0, 500, ""},
    {"site_key", T_SECRET, AT(site_key), 0, 500, ""},
    {"number_keys", T_SECRET, AT(number_keys), 0, 500, ""},
    {"store", T_STORE, AT(store), 0, 500, ""},
    {"store_endpoint", T_URL, AT(store_endpoint), 0, 200, ""},
    {"store_region", T_CODE, AT(store_region), 1, 60, "us-east-1"},
    {"store_secret", T_SECRET, AT(store_secret), 0, 500, ""},
    {"store_spool", T_PATH, AT(store_spool), 0, 500, ""},
    {"store_cache", T_INT64, AT(store_cache), 1 << 20, (int64_t)1 << 40, "1073741824"},
    {"catalogue", T_PATH, AT(catalogue), 1, 500, "catalogue"},
    {"city", T_CODE, AT(city), 1, 40, "H26"},
    {"site_name", T_TEXT, AT(site_name), 1, 100, "Cổng dịch vụ công Thành phố Hà Nội"},
    {"site_name_en", T_TEXT, AT(site_name_en), 1, 100, "Hanoi public service portal"},
    {"hotline", T_TEXT, AT(hotline), 0, 40, "1022"},
    {"place", T_TEXT, AT(place), 1, 60, "Hà Nội"},
    {"listen", T_LISTEN, AT(listen), 1, 120, "127.0.0.1:8080"},
    {"base_url", T_URL, AT(base_url), 0, 200, ""},
    {"behind_proxy", T_BOOL, AT(behind_proxy), 0, 0, "no"},
    {"io_threads", T_INT, AT(io_threads), 1, 8, "2"},
    {"read_lanes", T_INT, AT(read_lanes), 0, 16, "0"},
    {"write_lanes", T_INT, AT(write_lanes), 1, 8, "1"},
    {"request_seconds", T_INT, AT(request_seconds), 2, 120, "15"},
    {"limit_address", T_LIMIT, AT(limit_address), 0, 1000000, "3000 200"},
#define LIMIT(word, class, standard)                                                               \
    {"limit_" word, T_LIMIT, AT(limits[class]), 0, 1000000, standard}
    LIMIT("page", CLASS_PAGE, "600 120"),
    LIMIT("search", CLASS_SEARCH, "120 40"),
    LIMIT("write", CLASS_WRITE, "180 60"),
    LIMIT("upload", CLASS_UPLOAD, "1200 600"),
    LIMIT("download", CLASS_DOWNLOAD, "900 300"),
    LIMIT("report", CLASS_REPORT, "30 20"),
    LIMIT("sign_in", CLASS_SIGN_IN, "30 30"),
    LIMIT("api", CLASS_API, "6000 500"),
#undef LIMIT
    {"limit_guests", T_INT, AT(limit_guests), 1, 100, "5"},
    {"server_number", T_INT, AT(server_number), 0, 1022, "0"},
    {"signing_keys", T_PATH, AT(signing_keys), 0, 500, ""},
    {"trust", T_PATH, AT(trust), 0, 500, ""},
    {"timestamp_url", T_URL, AT(timestamp_url), 0, 300, ""},
    {"signing_unfiltered", T_BOOL, AT(signing_unfiltered), 0, 0, "no"},
    {"timestamp_optional", T_BOOL, AT(timestamp_optional), 0, 0, "no"},
    {"seal_seconds", T_INT, AT(seal_seconds), 1, 86400, "600"},
    {"identity", T_PATH, AT(identity), 0, 500, ""},
    {"sign_in_codes", T_BOOL, AT(sign_in_codes), 0, 0, "no"},
    {"mail_server", T_MAIL, AT(mail_server), 0, 200, ""},
    {"mail_from", T_TEXT, AT(mail_from), 0, 200, ""},
    {"mail_secret", T_SECRET, AT(mail_secret), 0, 500, ""},
    {"local_accounts", T_BOOL, AT(local_accounts), 0, 0, "yes"},
    {"session_seconds", T_INT64, AT(session_seconds), 300, 86400, "28800"},
    {"session_absolute", T_INT64, AT(session_absolute), 300, 604800, "43200"},
    {"second_factor", T_ROLES, AT(second_factor), 0, 200, ""},
    {"second_factor_kinds", T_KINDS, AT(second_factor_kinds), 1, 20, "totp key"},
    {"link_hours", T_INT, AT(link_hours), 1, 720, "72"},
    {"counter_names", T_BOOL, AT(counter_names), 0, 0, "no"},
    {"upload_max", T_INT64, AT(upload_max), 1 << 20, 100 << 20, "20971520"},
    {"clamd", T_SCANNER, AT(clamd), 0, 200, ""},
    {"scan_required", T_BOOL, AT(scan_required), 0, 0, "no"},
    {"rescan_days", T_INT, AT(rescan_days), 0, 3650, "14"},
    {"scan_folder", T_PATH, AT(scan_folder), 0, 500, ""},
    {"scan_sample", T_INT, AT(scan_sample), 0, 100, "10"},
    {"scan_wrong", T_INT, AT(scan_wrong), 0, 100, "5"},
    {"slow_ms", T_INT, AT(slow_ms), 0, 600000, "500"},
    {"slow_query_ms", T_INT, AT(slow_query_ms), 0, 600000, "200"},
    {"metrics_allow", T_ALLOW, AT(metrics_allow), 0, 300, "127.0.0.1 ::1 unix"},
    {"log_level", T_LEVEL, AT(log_level), 0, 0, "info"},
    {"user", T_TEXT, AT(user), 0, 40, ""},
    {"confine", T_BOOL, AT(confine), 0, 0, "yes"},
    {"writable", T_TEXT, AT(writable), 0, 500, ""},
#undef AT
};
enum { KEYS_N = sizeof KEYS / sizeof *KEYS };

static const struct key *
key_find(const char *name)
{
    for (size_t i = 0; i < KEYS_N; i++)
        if (strcmp(KEYS[i].name, name) == 0)
            return &KEYS[i];
    return NULL;
}

bool
config_has(const char *key)
{
    return key_find(key) != NULL;
}

/* --- one value ----------------------------------------------------------------------------- */

static const char *
set_text(struct arena *a, void *at, const char *v)
{
    *(const char **)at = arena_str(a, v);
    return NULL;
}

static const char *
set_path(struct arena *a, void *at, const char *prefix, const char *v, const char *folder)
{
    const char *path =
        !*v || *v == '/' || !*folder ? arena_str(a, v) : arena_fmt(a, "%s/%s", folder, v);

    *(const char **)at = arena_fmt(a, "%s%s", prefix, path);
    return NULL;
}

/* A file, or a credential of the service manager. */
static const char *
set_secret(struct arena *a, void *at, const char *v, const char *folder)
{
    const char *say = secret_place_fault(v);

    if (say)
        return say;
    return set_path(a, at, "", v, secret_is_credential(v) ? "" : folder);
}

/* PostgreSQL's address is kept as it stands: libpq says what is wrong with it. */
static const char *
set_db(struct arena *a, void *at, const char *v, const char *folder)
{
    if (strncmp(v, "sqlite:", 7) == 0 && v[7])
        return set_path(a, at, "sqlite:", v + 7, folder);
    if (strncmp(v, "postgresql://", 13) != 0 || strpbrk(v, " \t\"'\\"))
        return "must be of the form sqlite:PATH or postgresql://USER@HOST/DATABASE";
    return set_text(a, at, v);
}

static const char *
set_url(struct arena *a, void *at, const char *v)
{
    size_t n = strlen(v);

    if (n && strncmp(v, "http://", 7) != 0 && strncmp(v, "https://", 8) != 0)
        return "must begin with https:// or http://";
    if (strpbrk(v, " \"'<>#?") || (n && v[n - 1] == '/'))
        return "must be an address without a query and without a slash at its end";
    return set_text(a, at, v);
}

static const char *
set_listen(struct arena *a, void *at, const char *v)
{
    return listen_valid(v) ? set_text(a, at, v) : "must be ADDRESS:PORT or unix:PATH";
}

static const char *
set_code(struct arena *a, void *at, const char *v)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    if (strspn(v, PLAIN) != strlen(v))
        return "must consist of letters, digits and . _ -";
    return set_text(a, at, v);
}

static const char *
set_allow(struct arena *a, void *at, const char *v)
{
    const char *say = allow_fault(v);

    return say ? say : set_text(a, at, v);
}

static const char *
set_scanner(struct arena *a, void *at, const char *v)
{
    const char *say = *v ? scan_address_fault(v) : NULL;

    return say ? say : set_text(a, at, v);
}

/* Words of roles; none is no role. */
static const char *
set_roles(struct arena *a, void *at, const char *v)
{
    int64_t bits = 0;

    for (size_t n; *v; v += n) {
        enum role r;

        n = strcspn(v, " ,");
        r = n ? role_parse(arena_strn(a, v, n)) : ROLE_NONE;
        if (n && r == ROLE_NONE)
            return "must be words of roles: intake specialist leader archivist reporter auditor "
                   "administrator community";
        bits |= n ? (int64_t)1 << r : 0;
        n += n == 0;
    }
    *(int64_t *)at = bits;
    return NULL;
}

/* What satisfies second_factor: at least one. */
static const char *
set_kinds(void *at, const char *v)
{
    static const struct { const char *word; int64_t bit; } WORDS[] = {{"totp", SECOND_TOTP},
                                                                      {"key", SECOND_KEY}};
    int64_t bits = 0;

    for (size_t n; *v; v += n + (v[n] != '\0')) {
        int64_t bit = 0;

        n = strcspn(v, " ,");
        for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
            if (n == strlen(WORDS[i].word) && memcmp(v, WORDS[i].word, n) == 0)
                bit = WORDS[i].bit;
        if (n && !bit)
            return "must be words of: totp key";
        bits |= bit;
    }
    *(int64_t *)at = bits;
    return bits ? NULL : "must be words of: totp key";
}

static const char *
set_mail(struct arena *a, void *at, const char *v)
{
    const char *say = *v ? mail_url_fault(v) : NULL;

    return say ? say : set_text(a, at, v);
}

static const char *
set_bool(void *at, const char *v)
{
    static const struct {
        const char *word;
        bool is;
    } WORDS[] = {
        {"yes", true},
        {"true", true},
        {"no", false},
        {"false", false},
    };

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i].word, v) == 0) {
            *(bool *)at = WORDS[i].is;
            return NULL;
        }
    return "must be yes or no";
}

static const char *
set_number(struct arena *a, const struct key *k, void *at, const char *v)
{
    char *end;
    long long n;

    errno = 0;
    n = strtoll(v, &end, 10);
    if (!*v || *end || errno || strspn(v, "0123456789") != strlen(v) || n < k->min || n > k->max)
        return arena_fmt(a, "must be a whole number from %" PRId64 " to %" PRId64, k->min, k->max);
    if (k->type == T_INT)
        *(int *)at = (int)n;
    else
        *(int64_t *)at = n;
    return NULL;
}

/* "600 120": a minute, and at once; "0": no limit. */
static const char *
set_limit(struct arena *a, const struct key *k, void *at, const char *v)
{
    struct class_limit l = {0};
    int n = 0;

    if (strcmp(v, "0") != 0 &&
        (strspn(v, "0123456789 ") != strlen(v) ||
         sscanf(v, "%7d %7d%n", &l.a_minute, &l.at_once, &n) != 2 || v[n] || l.a_minute < 1 ||
         l.at_once < 1 || l.a_minute > k->max || l.at_once > k->max))
        return arena_fmt(a, "must be two whole numbers from 1 to %" PRId64
                         ", requests a minute and at once, or 0", k->max);
    *(struct class_limit *)at = l;
    return NULL;
}

static const char *
set_level(struct arena *a, void *at, const char *v)
{
    static const char *const WORDS[] = {"debug", "info", "warn", "error"};

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i], v) == 0)
            return set_text(a, at, v);
    return "must be debug, info, warn or error";
}

static const char *
set_value(struct arena *a, const struct key *k, void *at, const char *v, const char *folder)
{
    switch (k->type) {
    case T_TEXT: return set_text(a, at, v);
    case T_PATH: return set_path(a, at, "", v, folder);
    case T_SECRET: return set_secret(a, at, v, folder);
    case T_STORE:
        return store_is_remote(v) ? set_text(a, at, v) : set_path(a, at, "", v, folder);
    case T_DB: return set_db(a, at, v, folder);
    case T_LISTEN: return set_listen(a, at, v);
    case T_URL: return set_url(a, at, v);
    case T_CODE: return set_code(a, at, v);
    case T_ALLOW: return set_allow(a, at, v);
    case T_MAIL: return set_mail(a, at, v);
    case T_ROLES: return set_roles(a, at, v);
    case T_KINDS: return set_kinds(at, v);
    case T_SCANNER: return set_scanner(a, at, v);
    case T_BOOL: return set_bool(at, v);
    case T_INT:
    case T_INT64: return set_number(a, k, at, v);
    case T_LEVEL: return set_level(a, at, v);
    case T_LIMIT: return set_limit(a, k, at, v);
    }
    return "has no type";
}

const char *
config_set(struct arena *a, struct config *out, const char *key, const char *value,
           const char *folder)
{
    const struct key *k = key_find(key);
    bool text = k && k->type <= T_SCANNER;
    int64_t n;

    if (!k)
        return "is not known";
    if (!utf8_clean(value, strlen(value)) || strpbrk(value, "\n\r\t"))
        return "must be one line of UTF-8 without control characters";
    n = (int64_t)utf8_length(value);
    if (text && (n < k->min || n > k->max))
        return arena_fmt(a, "must have %" PRId64 " to %" PRId64 " characters", k->min, k->max);
    return set_value(a, k, (char *)out + k->at, value, folder);
}

void
config_init(struct arena *a, struct config *out)
{
    *out = (struct config){.home = ""};
    for (size_t i = 0; i < KEYS_N; i++)
        config_set(a, out, KEYS[i].name, KEYS[i].standard, "");
}

/* --- the file ------------------------------------------------------------------------------ */

struct reading {
    struct arena *a;
    const char *path, *folder;
    struct config *out;
    struct buf *faults;
    yaml_parser_t yaml;
    bool seen[KEYS_N], good;
};

static void
fault(struct reading *r, yaml_mark_t at, const char *key, const char *say)
{
    buf_fmt(r->faults, "%s:%zu:%zu: %s%s%s\n", r->path, at.line + 1, at.column + 1, key ? key : "",
            key ? " " : "", say);
    r->good = false;
}

/* The next event of the type wanted; anything else is a fault with the sentence. */
static bool
next(struct reading *r, yaml_event_t *e, yaml_event_type_t want, const char *say)
{
    if (!yaml_parser_parse(&r->yaml, e)) {
        fault(r, r->yaml.problem_mark, NULL, r->yaml.problem ? r->yaml.problem : "is no YAML");
        return false;
    }
    if (e->type == want)
        return true;
    fault(r, e->start_mark, NULL, say);
    yaml_event_delete(e);
    return false;
}

static bool
skip(struct reading *r, yaml_event_type_t want, const char *say)
{
    yaml_event_t e;
    bool ok = next(r, &e, want, say);

    if (ok)
        yaml_event_delete(&e);
    return ok;
}

static void
take_pair(struct reading *r, yaml_mark_t at, const char *key, const yaml_event_t *value)
{
    const struct key *k = key_find(key);
    const char *say;

    if (!k) {
        fault(r, at, arena_fmt(r->a, "'%s'", key), "is not a key of the configuration");
        return;
    }
    if (r->seen[k - KEYS])
        fault(r, at, key, "is given twice");
    r->seen[k - KEYS] = true;
    say = strlen((const char *)value->data.scalar.value) != value->data.scalar.length
              ? "holds a NUL"
              : config_set(r->a, r->out, key, (const char *)value->data.scalar.value, r->folder);
    if (say)
        fault(r, value->start_mark, key, say);
}

/* key: value, or the end of the mapping (false, too, after a fault that ends the reading). */
static bool
read_pair(struct reading *r)
{
    yaml_event_t key, value;
    bool ok;

    if (!yaml_parser_parse(&r->yaml, &key)) {
        fault(r, r->yaml.problem_mark, NULL, r->yaml.problem ? r->yaml.problem : "is no YAML");
        return false;
    }
    ok = key.type == YAML_SCALAR_EVENT;
    if (!ok && key.type != YAML_MAPPING_END_EVENT)
        fault(r, key.start_mark, NULL, "a key must be one word");
    if (ok) {
        const char *name = arena_str(r->a, (const char *)key.data.scalar.value);

        ok = next(r, &value, YAML_SCALAR_EVENT, arena_fmt(r->a, "%s must be one value", name));
        if (ok) {
            take_pair(r, key.start_mark, name, &value);
            yaml_event_delete(&value);
        }
    }
    yaml_event_delete(&key);
    return ok;
}

static const char *
folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_strn(a, path, (size_t)(slash - path)) : "";
}

bool
config_read(struct arena *a, const char *path, const char *text, size_t n, struct config *out,
            struct buf *faults)
{
    static const char SHAPE[] = "the file must be a list of 'key: value'";
    struct reading r = {.a = a,
                        .path = path,
                        .folder = folder_of(a, path),
                        .out = out,
                        .faults = faults,
                        .good = true};

    out->home = r.folder;
    for (size_t i = 0; i < KEYS_N; i++) /* defaults are counted from the file's folder, too */
        config_set(a, out, KEYS[i].name, KEYS[i].standard, r.folder);
    if (!yaml_parser_initialize(&r.yaml))
        return false;
    yaml_parser_set_input_string(&r.yaml, (const unsigned char *)text, n);
    yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
    if (skip(&r, YAML_STREAM_START_EVENT, SHAPE) && skip(&r, YAML_DOCUMENT_START_EVENT, SHAPE) &&
        skip(&r, YAML_MAPPING_START_EVENT, SHAPE)) {
        while (read_pair(&r))
            continue;
        if (r.good && skip(&r, YAML_DOCUMENT_END_EVENT, SHAPE))
            skip(&r, YAML_STREAM_END_EVENT, "there must be one document");
    }
    yaml_parser_delete(&r.yaml);
    return r.good;
}

/* --- all together -------------------------------------------------------------------------- */

/* What leaves this machine is encrypted.  (A time stamp's answer is signed, mail demands STARTTLS,
 * PostgreSQL's own default is verify-full: db/pg_conn.c.) */
static const char *
far_needs_tls(const struct config *k)
{
    static const char *const HERE[] = {"/", "127.0.0.1:", "localhost:", "[::1]:"};
    bool near = !*k->clamd;

    for (size_t i = 0; i < sizeof HERE / sizeof *HERE; i++)
        near = near || strncmp(k->clamd, HERE[i], strlen(HERE[i])) == 0;
    if (!near)
        return "clamd must be a socket or a port of this machine: it speaks without encryption";
    if (*k->store_endpoint && !oidc_address_good(k->store_endpoint))
        return "store_endpoint must begin with https:// unless it is of this machine";
    return NULL;
}

const char *
config_settle(struct arena *a, struct config *out)
{
    if (!*out->data) {
        const char *folder =
            db_inline(out->db) ? folder_of(a, out->db + strlen("sqlite:")) : out->home;

        out->data = *folder ? folder : ".";
    }
    if (!*out->site_key)
        out->site_key = arena_fmt(a, "%s/motcua.key", out->data);
    if (*out->db_password && db_inline(out->db))
        return "db_password is for PostgreSQL alone";
    if (!*out->base_url && strncmp(out->listen, "unix:", 5) == 0)
        return "base_url must be given when listen is a unix socket";
    if (!*out->base_url)
        out->base_url = arena_fmt(a, "http://%s", out->listen);
    out->secure_cookies = strncmp(out->base_url, "https://", 8) == 0;
    if (store_is_remote(out->store) && !*out->store_secret)
        return "store_secret must name the file with the key of the objects";
    if (*out->mail_server && !vi_email(out->mail_from))
        return "mail_from must be the address that letters come from when mail_server is given";
    if (out->sign_in_codes && !*out->mail_server)
        return "mail_server must be given when sign_in_codes is yes";
    if (!*out->store_spool)
        out->store_spool = arena_fmt(a, "%s/spool", out->data);
    if (!out->behind_proxy && !listen_local(out->listen))
        return "listen must be a loopback address or a unix socket unless behind_proxy is yes";
    return far_needs_tls(out);
}

const char *
config_portable(struct arena *a, const char *key, const char *value)
{
    const struct key *k = key_find(key);
    size_t n = k && k->type == T_DB ? strlen("sqlite:") : 0;
    char cwd[PATH_MAX];

    if (!k || (k->type != T_DB && k->type != T_PATH && k->type != T_SECRET && k->type != T_STORE) ||
        store_is_remote(value) || secret_is_credential(value) || (n && !db_inline(value)) ||
        !value[n] || value[n] == '/' || !getcwd(cwd, sizeof cwd))
        return value;
    return arena_fmt(a, "%.*s%s/%s", (int)n, value, cwd, value + n);
}

static const char *
value_of(const char *const *pairs, const char *line, size_t n)
{
    for (; pairs && *pairs; pairs += 2)
        if (strlen(pairs[0]) + 1 <= n && line[strlen(pairs[0])] == ':' &&
            strncmp(pairs[0], line, strlen(pairs[0])) == 0)
            return pairs[1];
    return NULL;
}

char *
config_sample(struct arena *a, const char *const *pairs)
{
    const char *s = CONFIG_SAMPLE[0].text;
    struct buf b;

    buf_init(&b, a, 1 << 16);
    for (size_t n; *s; s += n) {
        const char *value;

        n = strcspn(s, "\n");
        n += s[n] == '\n';
        value = value_of(pairs, s, n);
        if (!value) {
            buf_add(&b, s, n);
            continue;
        }
        buf_add(&b, s, strcspn(s, ":") + 1);
        buf_lit(&b, " \"");
        buf_json(&b, value); /* a double-quoted text of YAML, too */
        buf_lit(&b, "\"\n");
    }
    return b.p;
}
