/* Judges of files and of the configuration. */
#include <string.h>

#include "auth/perm.h"
#include "db/db.h"
#include "http/listen.h"
#include "seal/self_verdicts.h"

enum { SESSION_GOOD = 28800, SESSION_MOST = 43200 };

/* The worst of all files of a role: `bad` bits and a foreign owner are bad, `weak` bits weak. */
static enum self_verdict
judge_files(const struct self_facts *f, enum self_role role, unsigned weak, unsigned bad,
            struct buf *found)
{
    enum self_verdict worst = SELF_OK;

    for (size_t i = 0; i < f->files.n; i++) {
        const struct self_file *x = &f->files.p[i];
        enum self_verdict v;

        if (x->role != role || !x->there)
            continue;
        v = (x->mode & bad) || x->foreign ? SELF_BAD : x->mode & weak ? SELF_WEAK : SELF_OK;
        if (v != SELF_OK)
            buf_fmt(found, "%s%s mode %03o%s", found->n ? ", " : "", x->path, x->mode,
                    x->foreign ? " of another user" : "");
        worst = v > worst ? v : worst;
    }
    return worst;
}

static const char *
host_of(const char *url)
{
    const char *at = strstr(url, "://");

    return at ? at + 3 : url;
}

static bool
here(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
           strncmp(host, "[::1]", 5) == 0;
}

static const char *
database_password(const struct config *k)
{
    const char *user = host_of(k->db), *at = strchr(user, '@'), *colon = strchr(user, ':');

    if (db_inline(k->db))
        return NULL;
    if (at && colon && colon < at)
        return "between user and host";
    return strstr(k->db, "password=") ? "password=" : NULL;
}

/* --- files ---------------------------------------------------------------------------------- */

enum self_verdict
self_config_file(const struct self_facts *f, struct buf *found)
{
    return judge_files(f, SELF_CONFIG, 0, database_password(f->k) ? 077 : 022, found);
}

enum self_verdict
self_site_key(const struct self_facts *f, struct buf *found)
{
    return judge_files(f, SELF_KEY, 0, 077, found);
}

enum self_verdict
self_data_folder(const struct self_facts *f, struct buf *found)
{
    return judge_files(f, SELF_DATA, 050, 027, found);
}

enum self_verdict
self_database_file(const struct self_facts *f, struct buf *found)
{
    return judge_files(f, SELF_DATABASE, 040, 037, found);
}

enum self_verdict
self_store_folder(const struct self_facts *f, struct buf *found)
{
    return judge_files(f, SELF_STORE, 050, 027, found);
}

enum self_verdict
self_secret_files(const struct self_facts *f, struct buf *found)
{
    enum self_verdict secrets = judge_files(f, SELF_SECRET, 0, 077, found);
    enum self_verdict lists = judge_files(f, SELF_SIGNING, 0, 022, found);

    return secrets > lists ? secrets : lists;
}

enum self_verdict
self_program(const struct self_facts *f, struct buf *found)
{
    return judge_files(f, SELF_PROGRAM, 0, 022, found);
}

/* --- network -------------------------------------------------------------------------------- */

enum self_verdict
self_https(const struct self_facts *f, struct buf *found)
{
    buf_str(found, f->k->base_url);
    if (strncmp(f->k->base_url, "https://", 8) == 0)
        return SELF_OK;
    return here(host_of(f->k->base_url)) ? SELF_WEAK : SELF_BAD;
}

enum self_verdict
self_listen(const struct self_facts *f, struct buf *found)
{
    buf_str(found, f->k->listen);
    if (listen_local(f->k->listen))
        return SELF_OK;
    return f->k->behind_proxy ? SELF_WEAK : SELF_BAD;
}

enum self_verdict
self_proxy(const struct self_facts *f, struct buf *found)
{
    bool https = strncmp(f->k->base_url, "https://", 8) == 0;

    buf_fmt(found, "behind_proxy: %s", f->k->behind_proxy ? "yes" : "no");
    return https && !f->k->behind_proxy ? SELF_BAD : SELF_OK;
}

enum self_verdict
self_metrics(const struct self_facts *f, struct buf *found)
{
    buf_str(found, f->k->metrics_allow);
    return strstr(f->k->metrics_allow, "/0") ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_limits(const struct self_facts *f, struct buf *found)
{
    const struct class_limit *l = f->k->limits;
    bool address = f->k->limit_address.a_minute > 0;
    enum self_verdict worst = address ? SELF_OK : SELF_BAD;

    buf_str(found, address ? "" : "limit_address: 0");
    for (int i = CLASS_PAGE; i < CLASS__COUNT; i++)
        if (l[i].a_minute == 0) {
            buf_fmt(found, "%slimit_%s: 0", found->n ? ", " : "",
                    class_word((enum route_class)i));
            worst = SELF_BAD;
        }
    return worst;
}

/* --- the database --------------------------------------------------------------------------- */

enum self_verdict
self_database_tls(const struct self_facts *f, struct buf *found)
{
    const char *host = host_of(f->k->db), *at = strchr(host, '@');
    const char *mode = strstr(f->k->db, "sslmode=");

    host = at ? at + 1 : host;
    if (db_inline(f->k->db) || here(host) || *host == '/' || strncmp(host, "%2F", 3) == 0)
        return SELF_OK;
    buf_str(found, mode ? mode : "no sslmode in the address");
    if (mode && strncmp(mode, "sslmode=verify-full", 19) == 0)
        return SELF_OK;
    return mode && (strncmp(mode, "sslmode=require", 15) == 0 ||
                    strncmp(mode, "sslmode=verify-ca", 17) == 0) ? SELF_WEAK : SELF_BAD;
}

enum self_verdict
self_database_password(const struct self_facts *f, struct buf *found)
{
    const char *where = database_password(f->k);

    if (where)
        buf_fmt(found, "a password stands in db, %s", where);
    return where ? SELF_BAD : SELF_OK;
}

/* --- settings ------------------------------------------------------------------------------- */

enum self_verdict
self_second_factor(const struct self_facts *f, struct buf *found)
{
    int64_t both = (INT64_C(1) << ROLE_LEADER) | (INT64_C(1) << ROLE_ADMINISTRATOR);
    int64_t has = f->k->second_factor & both;

    if (f->officer_providers && f->k->second_factor == 0)
        buf_str(found, "none here; the city's own sign-in may ask for one");
    else
        buf_fmt(found, "leader %s, administrator %s",
                has & (INT64_C(1) << ROLE_LEADER) ? "yes" : "no",
                has & (INT64_C(1) << ROLE_ADMINISTRATOR) ? "yes" : "no");
    return has == both ? SELF_OK : has || f->officer_providers ? SELF_WEAK : SELF_BAD;
}

enum self_verdict
self_session_time(const struct self_facts *f, struct buf *found)
{
    int64_t n = f->k->session_seconds;

    buf_fmt(found, "%lld s without a request", (long long)n);
    return n <= SESSION_GOOD ? SELF_OK : n <= SESSION_MOST ? SELF_WEAK : SELF_BAD;
}

enum self_verdict
self_citizens(const struct self_facts *f, struct buf *found)
{
    int citizens = f->providers - f->officer_providers;

    buf_fmt(found, "%d providers, local_accounts: %s", citizens,
            f->k->local_accounts ? "yes" : "no");
    return citizens == 0 && f->k->local_accounts ? SELF_WEAK : SELF_OK;
}

enum self_verdict
self_identity_file(const struct self_facts *f, struct buf *found)
{
    (void)found;
    return f->providers_readable ? SELF_OK : SELF_BAD;
}

enum self_verdict
self_identity_https(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "%d of %d without https", f->http_providers, f->providers);
    return f->http_providers ? SELF_BAD : SELF_OK;
}

enum self_verdict
self_scanner(const struct self_facts *f, struct buf *found)
{
    buf_str(found, *f->k->clamd ? f->k->clamd : "no scanner");
    return *f->k->clamd ? SELF_OK : SELF_BAD;
}

enum self_verdict
self_scan_required(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "scan_required: %s", f->k->scan_required ? "yes" : "no");
    return f->k->scan_required ? SELF_OK : SELF_WEAK;
}

enum self_verdict
self_confine(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "confine: %s", f->k->confine ? "yes" : "no");
    return f->k->confine ? SELF_OK : SELF_BAD;
}

enum self_verdict
self_log_level(const struct self_facts *f, struct buf *found)
{
    buf_fmt(found, "log_level: %s", f->k->log_level);
    return strcmp(f->k->log_level, "debug") == 0 ? SELF_WEAK : SELF_OK;
}
