#include "site/limits.h"

#include "auth/auth.h"
#include "base/err.h"
#include "base/metric.h"
#include "http/class.h"
#include "http/rate.h"
#include "site/gate.h"
#include "site/known.h"
#include "site/serve.h"

enum by { BY_PERSON, BY_GUEST, BY_ADDRESS, BY__COUNT };

static const char *const BY_WORDS[BY__COUNT] = {
    [BY_PERSON] = "person", [BY_GUEST] = "guest", [BY_ADDRESS] = "address"};

struct limits {
    struct rate *address, *of[BY_ADDRESS][CLASS__COUNT];
    struct known *known;
    counter refused[BY__COUNT][CLASS__COUNT];
};

/* Behind one address may be an office or a street: strangers share some persons' worth. */
static struct rate *
rate_of(const struct config *k, int class, int times)
{
    const struct class_limit *l = &k->limits[class];

    return rate_open_minute(l->a_minute * times, l->at_once * times);
}

static struct rate *
rate_of_address(const struct config *k, const struct serve_options *o)
{
    if (o->rate >= 0)
        return rate_open(o->rate, o->burst);
    return rate_open_minute(k->limit_address.a_minute, k->limit_address.at_once);
}

struct limits *
limits_open(const struct config *k, const struct serve_options *o)
{
    struct limits *l = mem_get(sizeof *l);
    bool off = o->rate == 0;

    l->known = known_open();
    l->address = rate_of_address(k, o);
    for (int i = CLASS_PAGE; i < CLASS__COUNT; i++) {
        l->of[BY_PERSON][i] = rate_of(k, i, off ? 0 : 1);
        l->of[BY_GUEST][i] = rate_of(k, i, off ? 0 : k->limit_guests);
    }
    return l;
}

void
limits_close(struct limits *l)
{
    if (!l)
        return;
    for (int i = CLASS_PAGE; i < CLASS__COUNT; i++) {
        rate_close(l->of[BY_PERSON][i]);
        rate_close(l->of[BY_GUEST][i]);
    }
    rate_close(l->address);
    known_close(l->known);
    mem_free(l);
}

/* An address without a page is asked for like a page. */
static enum route_class
class_asked(const struct ctx *c)
{
    return c->route ? class_of(c->route) : CLASS_PAGE;
}

static int
take(struct visit *v, enum by by)
{
    struct limits *l = v->g->limits;
    struct ctx *c = &v->r->c;
    enum route_class class = class_asked(c);
    struct rate *t = by == BY_ADDRESS ? l->address : l->of[by][class];

    c->retry_after = rate_take_as(t, v->owner, 1, v->r->started);
    if (c->retry_after == 0)
        return OK;
    counter_add(&l->refused[by][class], 1);
    return fail(c, E_LIMIT, NULL, "too often: %s, %s", class_word(class), BY_WORDS[by]);
}

/* Whoever was known a moment ago is counted as that person alone. */
int
limits_head(struct visit *v, const char *secret)
{
    int64_t account = 0;

    if (secret) {
        v->secret = rate_who(secret);
        account = known_find(v->g->limits->known, v->secret);
    }
    v->owner = account ? rate_who_number(account) : rate_who(v->r->address);
    v->counted = account != 0;
    return take(v, account ? BY_PERSON : BY_ADDRESS);
}

int
limits_known(struct visit *v)
{
    struct limits *l = v->g->limits;
    int64_t account = v->r->c.session ? v->r->c.account : 0;

    if (!account && v->secret)
        known_drop(l->known, v->secret);
    if (v->counted)
        return OK;
    v->counted = true;
    if (account) {
        known_put(l->known, v->secret, account);
        v->owner = rate_who_number(account);
    }
    return take(v, account ? BY_PERSON : BY_GUEST);
}

void
limits_metrics(const struct limits *l, struct buf *b)
{
    static const char NAME[] = "motcua_limited_total";
    struct buf labels;

    buf_init(&labels, b->a, 200);
    metric_head(b, NAME, "counter",
                "Requests refused for their rate, by the class of their route and whose it was.");
    for (int by = 0; by < BY__COUNT; by++)
        for (int i = CLASS_PAGE; i < CLASS__COUNT; i++) {
            labels.n = 0;
            metric_label(&labels, "by", BY_WORDS[by]);
            buf_char(&labels, ',');
            metric_label(&labels, "class", class_word((enum route_class)i));
            metric_int(b, NAME, labels.p, (int64_t)counter_read(&l->refused[by][i]));
        }
}
