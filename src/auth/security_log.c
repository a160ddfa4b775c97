#include "auth/security_log.h"

#include "auth/auth.h"
#include "base/log.h"
#include "http/request.h"
#include "http/route.h"

static void
line(const struct ctx *c, enum log_level level, const char *what, int64_t account,
     const char *more)
{
    if (!c->req)                        /* a command: it is in the journal of administration */
        return;
    log_line(level, "security", LOG_T("what", what), LOG_T("id", c->request_id),
             LOG_N("account", account), LOG_N("by", c->account),
             LOG_T("address", request_of(c)->address),
             LOG_T("route", c->route ? c->route->path : "-"), LOG_T("detail", more));
}

void
security_log(const struct ctx *c, const char *what, int64_t account, const char *more)
{
    line(c, LOG_INFO, what, account, more);
}

void
security_warn(const struct ctx *c, const char *what, int64_t account, const char *more)
{
    line(c, LOG_WARN, what, account, more);
}
