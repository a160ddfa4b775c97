#include "site/identity.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "mod/mandates/mandates.h"
#include "oidc/oidc.h"

enum { FAULTS_MAX = 64 << 10 };

const char *
identity_path(struct arena *a, const struct config *k)
{
    const char *path = arena_fmt(a, "%s/identity.yaml", k->data);

    if (*k->identity)
        return k->identity;
    return access(path, F_OK) == 0 ? path : "";
}

static const char *
folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_strn(a, path, (size_t)(slash - path)) : "";
}

int
identity_read(struct ctx *c, const struct config *k, struct oidc_providers *out,
              const char **faults)
{
    const char *path = identity_path(c->a, k);
    struct bytes b;
    struct buf say;
    int rc;

    *out = (struct oidc_providers){.n = 0};
    *faults = "";
    if (!*path)
        return OK;
    if ((rc = file_read(c->a, path, IDENTITY_MAX, &b)) < 0) {
        *faults = arena_fmt(c->a, "%s: %s\n", path, strerror(-rc));
        return fail(c, E_INVALID, N_("Hệ thống chưa được thiết lập xong"),
                    "identity: cannot read %.150s: %s", path, strerror(-rc));
    }
    buf_init(&say, c->a, FAULTS_MAX);
    if (oidc_config_read(c->a, path, folder_of(c->a, path), (const char *)b.p, b.n, out, &say))
        return OK;
    *faults = say.p;
    return fail(c, E_INVALID, N_("Hệ thống chưa được thiết lập xong"), "identity: %.*s",
                (int)strcspn(say.p, "\n"), say.p);
}

int
identity_open(struct ctx *c, const struct config *k, struct services *out)
{
    struct oidc_providers *all = arena_get(c->a, sizeof *all);
    const char *faults;
    int rc = identity_read(c, k, all, &faults);

    if (rc < 0 || all->n == 0)
        return rc;
    out->oidc = oidc_open(all);
    out->acts_for = mandates_claimed;
    log_line(LOG_INFO, "identity providers", LOG_N("n", all->n));
    return OK;
}

void
identity_close(struct services *s)
{
    oidc_close(s->oidc);
    s->oidc = NULL;
}
