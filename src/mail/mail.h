/*
 * Mail out of this site: one text, one recipient, by SMTP (libcurl).
 *
 * Threads:   any but a lane's: mail_send() waits for another server.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "base/arena.h"

struct mail_server {
    const char *url;                    /* smtp://HOST:PORT or smtps://HOST:PORT */
    const char *from, *name;            /* its address, and the name before it */
    const char *user, *password;        /* "" none */
};

struct mail { const char *to, *subject, *text; };

/* The message as it is sent: every head encoded, CR LF, nothing of `m` can end a line of its own.
 * id: before the @ of the Message-ID. */
char *mail_message(struct arena *a, const struct mail_server *s, const struct mail *m, int64_t now,
                   const char *id);
/* NULL: the server took it.  Else why not, for the log. */
const char *mail_send(struct arena *a, const struct mail_server *s, const struct mail *m,
                      int64_t now, const char *id);
/* NULL, or what is wrong with an address of a server.  TLS is demanded but of this machine. */
const char *mail_url_fault(const char *url);

#endif
