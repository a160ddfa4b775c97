/* A second place that keeps heads: what it has seen cannot be taken back. */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/file.h"
#include "base/json.h"
#include "base/now.h"
#include "mod/audit/seal.h"
#include "seal/seal.h"

enum { ANSWER_MAX = 1 << 20, SECONDS = 30, CONNECT_SECONDS = 10, ADDRESS_MAX = 500 };

struct follower {
    struct ctx *c;                      /* of one round */
    const char *url, *folder;
    const json_t *keys;
    int64_t max_age;
    struct note last, now;
    bool has_last, rewritten;
    const char *text;                   /* of `now`, as it came */
};

/* --- asking -------------------------------------------------------------------------------- */

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
    struct buf *b = arg;

    buf_add(b, p, size * n);
    return b->over ? 0 : size * n;
}

/* NULL: said why. */
static const char *
ask(struct follower *f, const char *path)
{
    const char *address = arena_fmt(f->c->a, "%s%s", f->url, path);
    CURL *h = curl_easy_init();
    struct buf b;
    long status = 0;
    CURLcode rc;

    buf_init(&b, f->c->a, ANSWER_MAX);
    curl_easy_setopt(h, CURLOPT_URL, address);
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &b);
    rc = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(h);
    if (rc == CURLE_OK && status == 200)
        return b.p;
    printf("not-reached %s %s\n", address,
           rc != CURLE_OK ? curl_easy_strerror(rc) : arena_fmt(f->c->a, "status %ld", status));
    return NULL;
}

/* --- the folder ---------------------------------------------------------------------------- */

static const char *
path_of(const struct follower *f, const char *name)
{
    return arena_fmt(f->c->a, "%s/%s", f->folder, name);
}

static bool
keep(const struct follower *f, const char *name, const char *text)
{
    const char *path = path_of(f, name);
    int rc = file_write(f->c->a, path, text, strlen(text), 0644);

    if (rc < 0)
        command_say(1, "audit follow: %s: %s", path, strerror(-rc));
    return rc == 0;
}

/* Every head stays, the newest is known by its name. */
static bool
keep_head(const struct follower *f)
{
    return keep(f, arena_fmt(f->c->a, "%020lld.note", (long long)f->now.size), f->text) &&
           keep(f, "newest.note", f->text);
}

/* --- one round ----------------------------------------------------------------------------- */

/* Loud, with what proves it beside what was kept. */
static int
rewritten(struct follower *f, const char *why)
{
    const char *name = arena_fmt(f->c->a, "evidence-%lld.note", (long long)now_seconds());

    printf("REWRITTEN %s: %s\nkept %lld leaves, sealed %s\nshown %lld leaves, sealed %s\n"
           "evidence %s\n",
           f->url, why, (long long)f->last.size, moment_rfc3339(f->c->a, f->last.at),
           (long long)f->now.size, moment_rfc3339(f->c->a, f->now.at), path_of(f, name));
    fflush(stdout);
    f->rewritten = true;
    keep(f, name, f->text);
    return 1;
}

static int
grown(struct follower *f)
{
    merkle_hash path[MERKLE_PATH];
    size_t n;
    const char *text =
        ask(f, arena_fmt(f->c->a, "/api/v1/seal/consistency?from=%lld&to=%lld",
                         (long long)f->last.size, (long long)f->now.size));
    json_t *j = text ? json_read(text, strlen(text), NULL) : NULL;
    bool read = j && seal_path_read(json_object_get(j, "path"), path, &n), good;

    json_decref(j);
    if (!text)
        return 1;
    good = read && merkle_consistent(f->last.size, &f->last.root, f->now.size, &f->now.root, path,
                                     n);
    return good ? 0 : rewritten(f, "the new head does not begin with the one that was kept");
}

static int
compare(struct follower *f)
{
    if (!f->has_last)
        return 0;
    if (strcmp(f->last.origin, f->now.origin) != 0)
        return rewritten(f, "the log has another name");
    if (f->now.size < f->last.size)
        return rewritten(f, "the log has become shorter");
    if (f->now.size == f->last.size)
        return merkle_equal(&f->now.root, &f->last.root)
                   ? 0 : rewritten(f, "the same leaves have another root");
    if (f->last.whole && !f->now.whole)
        return rewritten(f, "the log begins anew");
    return grown(f);
}

static int
judge(struct follower *f)
{
    const char *why = note_read(f->c->a, f->text, strlen(f->text), &f->now), *kid = NULL;
    enum note_state state;
    int64_t age;
    int status;

    if (why) {
        printf("not-a-head %s: it %s\n", f->url, why);
        return 1;
    }
    state = note_verify(f->c->a, f->keys, &f->now, &kid);
    printf("head %lld %s %s%s%s\n", (long long)f->now.size, moment_rfc3339(f->c->a, f->now.at),
           note_word(state), kid ? " key " : "", kid ? kid : "");
    if (state != NOTE_GENUINE)
        return 1;
    if ((status = compare(f)) != 0)
        return status;
    printf("consistent %s\n", f->has_last ? "yes" : "first");
    if ((!f->has_last || f->now.size > f->last.size) && !keep_head(f))
        return 1;
    age = now_seconds() - f->now.at;
    if (!f->max_age || age <= f->max_age)
        return 0;
    printf("old %lld seconds\n", (long long)age);
    return 1;
}

static bool
read_last(struct follower *f)
{
    const char *path = path_of(f, "newest.note");

    f->has_last = access(path, F_OK) == 0;
    return !f->has_last || kept_note(f->c, "the head kept as", path, &f->last);
}

static int
round_of(struct follower *f)
{
    if (!read_last(f))
        return 1;
    f->text = ask(f, "/api/v1/seal/head");
    return f->text ? judge(f) : 1;
}

/* --- keys: given, or as the site gave them the first time ----------------------------------- */

static json_t *
first_keys(struct follower *f)
{
    const char *path = path_of(f, "keys.json"), *text;
    json_t *j;

    if (access(path, F_OK) == 0)
        return kept_json(f->c, "the keys kept as", path);
    if (!(text = ask(f, NOTE_KEYS_PATH)))
        return NULL;
    j = json_read(text, strlen(text), NULL);
    if (json_array_size(json_object_get(j, "keys")) == 0) {
        printf("no-keys %s\n", f->url);
        json_decref(j);
        return NULL;
    }
    if (keep(f, "keys.json", text))
        printf("keys kept for the first time: compare %s with what the site's operator gave you\n",
               path);
    return j;
}

static int
go_on(struct follower *f, int64_t every)
{
    struct ctx *outer = f->c;
    int status;

    do {
        struct arena *a = arena_open(16 << 20);
        struct ctx c;

        ctx_init(&c, a);
        f->c = &c;
        status = round_of(f);
        fflush(stdout);
        f->c = outer;
        arena_close(a);
        if (every && !f->rewritten)
            nanosleep(&(struct timespec){.tv_sec = every}, NULL);
    } while (every && !f->rewritten);
    return status;
}

int
follow(struct ctx *c, const char *url, const char *folder, const char *key, int64_t every,
       int64_t max_age)
{
    struct follower f = {.c = c, .url = url, .folder = folder, .max_age = max_age};
    size_t n = strlen(url);
    json_t *keys;
    int status;

    if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) || n > ADDRESS_MAX ||
        url[n - 1] == '/')
        return command_say(2, "audit follow: %s: must be https://... without a slash at its end",
                           url);
    if (mkdir(folder, 0755) < 0 && errno != EEXIST)
        return command_say(2, "audit follow: %s: %s", folder, strerror(errno));
    curl_global_init(CURL_GLOBAL_DEFAULT);
    keys = key ? kept_json(c, "--key", key) : first_keys(&f);
    if (!keys)
        return key ? 2 : 1;
    f.keys = keys;
    status = go_on(&f, every);
    json_decref(keys);
    return status;
}
