#include "proc/signer.h"

#include <errno.h>
#include <linux/close_range.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "proc/signer_keys.h"
#include "sign/cms.h"
#include "sign/wire.h"
#include "site/command.h"

static const char MANUAL[] =
    "Usage: motcua signer --keys FILE --socket [--unfiltered]\n"
    "\n"
    "Holds the private keys that FILE names (docs/operator/signing.md) and signs what is asked on\n"
    "descriptor 3, until that is closed.  `motcua serve` and the commands that sign start it by\n"
    "themselves; it does nothing useful by hand.  `motcua keys` shows what it holds.  Where its\n"
    "system calls cannot be filtered (seccomp) it does not start, unless --unfiltered is given\n"
    "(signing_unfiltered: yes).\n"
    "\n"
    "Exit status: 0 the other end is closed; 1 the keys cannot be read; 2 bad arguments.\n";

enum {
    KEYS_ARENA = 512 << 20,
    ASK_ARENA = 4 << 20,
    THREADS_MAX = 4,
    SECURE_HEAP = 4 << 20,
    SECURE_LEAST = 64,
    FAILURES_MAX = 3,           /* in a row, of a token: begin anew */
    RETRY_MICROS = 30000000,    /* a token that was not there: try again after so long */
    FAULTS_MAX = 1 << 20,
    PAIR = 32                   /* bytes of r, and of s */
};

struct signer_state {
    struct held_keys keys;
    int64_t began;
    bool unfiltered;            /* it may sign without a filter */
    atomic_int failures;
};

static struct signer_state state; /* one a process */

/* --- fewer rights -------------------------------------------------------------------------- */

/* No core dumps, no looking into our memory by others of the same user, no descriptors but ours. */
static void
shut_in(void)
{
    struct rlimit none = {0, 0};

    close_range(WIRE_FD + 1, ~0U, 0);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGTERM, SIG_IGN);           /* we end when who asks us has ended */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_LEAST); /* private numbers are locked in memory */
}

/* What signing with keys from files needs, and nothing else: no files, no sockets, no programs. */
static const int NEEDED[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendto),
    SCMP_SYS(sendmsg), SCMP_SYS(futex), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(close),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(sched_yield), SCMP_SYS(restart_syscall),
};
/* A module may need files and its own network; never these. */
static const int FORBIDDEN[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(kexec_load), SCMP_SYS(mount), SCMP_SYS(bpf),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(keyctl), SCMP_SYS(add_key),
};

/* Of the thread that calls it; each does before it reads the first request.  0, or an errno. */
static int
load_filter(void)
{
    bool module = state.keys.tokens != NULL;
    const int *list = module ? FORBIDDEN : NEEDED;
    size_t n = module ? sizeof FORBIDDEN / sizeof *FORBIDDEN : sizeof NEEDED / sizeof *NEEDED;
    uint32_t others = module ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM);
    scmp_filter_ctx f = seccomp_init(others);
    int rc = f ? 0 : -ENOMEM;

    for (size_t i = 0; i < n && rc == 0; i++)
        rc = seccomp_rule_add(f, module ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW, list[i], 0);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    return -rc;
}

/* False: there is none, and none is asked for less. */
static bool
filter_calls(void)
{
    int fault = load_filter();

    if (fault)
        log_line(state.unfiltered ? LOG_WARN : LOG_ERROR, "signer: calls are not filtered",
                 LOG_T("detail", strerror(fault)));
    return !fault || state.unfiltered;
}

/* --- answers ------------------------------------------------------------------------------- */

static void
tell(struct wire_tell *t, enum wire_rc rc, const void *p, size_t n)
{
    t->head.rc = (uint16_t)(n > sizeof t->p ? WIRE_FAILED : rc);
    t->head.n = t->head.rc == WIRE_OK ? (uint32_t)n : 0;
    if (t->head.n)
        memmove(t->p, p, n);
}

static const struct held *
find(const struct wire_ask *ask)
{
    if (!memchr(ask->key, 0, sizeof ask->key))
        return NULL;
    for (size_t i = 0; i < state.keys.n; i++)
        if (strcmp(state.keys.key[i].row->field[KEY_NAME], ask->key) == 0)
            return &state.keys.key[i];
    return NULL;
}

static void
answer_key(struct arena *a, const struct wire_ask *ask, struct wire_tell *t)
{
    uint32_t number;
    char *text;

    memcpy(&number, ask->p, sizeof number);
    if (ask->n != sizeof number || number >= state.keys.n) {
        tell(t, WIRE_UNKNOWN, "", 0);
        return;
    }
    text = held_describe(a, &state.keys.key[number]);
    tell(t, WIRE_OK, text, strlen(text));
}

static void
answer_certificates(struct arena *a, const struct wire_ask *ask, struct wire_tell *t)
{
    const struct held *k = find(ask);

    (void)a;
    if (k)
        tell(t, WIRE_OK, k->certificates.p, k->certificates.n);
    else
        tell(t, WIRE_UNKNOWN, "", 0);
}

static enum wire_rc
may_sign(const struct held *k, enum sign_use use)
{
    int64_t now = now_seconds();

    if (!k)
        return WIRE_UNKNOWN;
    if (k->row->use != use || k->row->retired)
        return WIRE_USE;
    if (k->until && (now > k->until || now < k->from))
        return WIRE_EXPIRED;
    if (k->key)
        return WIRE_OK;
    if (now_mono_micros() - state.began > RETRY_MICROS)
        _exit(1); /* we are started again, and its token may be there */
    return WIRE_FAILED;
}

/* A token that fails again and again may have been reset: sessions of a new process may work. */
static void
count_failure(bool failed)
{
    if (!failed)
        atomic_store(&state.failures, 0);
    else if (atomic_fetch_add(&state.failures, 1) + 1 >= FAILURES_MAX)
        _exit(1);
}

static void
sign(const struct held *k, const void *p, size_t n, struct wire_tell *t)
{
    uint8_t out[1024];
    size_t used = sizeof out;
    bool failed = held_sign(k, p, n, out, &used) < 0;

    count_failure(failed);
    if (failed)
        log_line(LOG_ERROR, "signer: a key does not sign", LOG_T("key", k->row->field[KEY_NAME]));
    tell(t, failed ? WIRE_FAILED : WIRE_OK, out, used);
}

static void
answer_document(struct arena *a, const struct wire_ask *ask, struct wire_tell *t)
{
    const struct held *k = find(ask);
    enum wire_rc rc = ask->n == SHA256_SIZE ? may_sign(k, SIGN_DOCUMENT) : WIRE_BAD;
    uint8_t attributes[CMS_ATTRIBUTES];

    (void)a;
    if (rc != WIRE_OK) {
        tell(t, rc, "", 0);
        return;
    }
    cms_attributes(k->hash, ask->p, attributes);
    sign(k, attributes, sizeof attributes, t);
}

/* SEQUENCE { r, s } to their 64 bytes. */
static bool
to_pair(struct wire_tell *t)
{
    const uint8_t *p = t->p;
    ECDSA_SIG *both = d2i_ECDSA_SIG(NULL, &p, (long)t->head.n);
    uint8_t pair[2 * PAIR];
    bool ok = both && BN_bn2binpad(ECDSA_SIG_get0_r(both), pair, PAIR) == PAIR &&
              BN_bn2binpad(ECDSA_SIG_get0_s(both), pair + PAIR, PAIR) == PAIR;

    ECDSA_SIG_free(both);
    tell(t, ok ? WIRE_OK : WIRE_FAILED, pair, sizeof pair);
    return ok;
}

static void
answer_claim(struct arena *a, const struct wire_ask *ask, struct wire_tell *t)
{
    static const char HEAD[] = WIRE_CLAIM_HEAD;
    const struct held *k = find(ask);
    enum wire_rc rc = may_sign(k, SIGN_CLAIM);

    (void)a;
    if (ask->n < sizeof HEAD || memcmp(ask->p, HEAD, sizeof HEAD - 1) != 0)
        rc = WIRE_BAD;
    if (rc != WIRE_OK) {
        tell(t, rc, "", 0);
        return;
    }
    sign(k, ask->p, ask->n, t);
    if (t->head.rc == WIRE_OK)
        to_pair(t);
}

/* A head of our log, by its first line; the text ends with its last. */
static bool
is_head(const struct wire_ask *ask)
{
    static const char LINE[] = WIRE_SEAL_LINE;
    const uint8_t *end = memchr(ask->p, '\n', ask->n);
    size_t n = end ? (size_t)(end + 1 - ask->p) : 0;

    return n >= sizeof LINE - 1 && memcmp(end + 2 - sizeof LINE, LINE, sizeof LINE - 1) == 0 &&
           ask->p[ask->n - 1] == '\n';
}

static void
answer_seal(struct arena *a, const struct wire_ask *ask, struct wire_tell *t)
{
    const struct held *k = find(ask);
    enum wire_rc rc = is_head(ask) ? may_sign(k, SIGN_SEAL) : WIRE_BAD;

    (void)a;
    if (rc != WIRE_OK)
        tell(t, rc, "", 0);
    else
        sign(k, ask->p, ask->n, t);
}

static void (*const ANSWERS[])(struct arena *a, const struct wire_ask *ask,
                               struct wire_tell *t) = {
    [WIRE_KEY] = answer_key,
    [WIRE_CERTIFICATES] = answer_certificates,
    [WIRE_DOCUMENT] = answer_document,
    [WIRE_CLAIM] = answer_claim,
    [WIRE_SEAL] = answer_seal,
};

/* --- the loop ------------------------------------------------------------------------------ */

static bool
send_tell(const struct wire_tell *t)
{
    ssize_t n;

    while ((n = send(WIRE_FD, t, sizeof t->head + t->head.n, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return n >= 0;
}

/* Several threads read the one socket: a packet goes to one of them whole. */
static void *
answer_all(void *arg)
{
    struct arena *a = arena_open(ASK_ARENA);
    struct wire_tell *t = mem_get(sizeof *t);
    struct wire_ask ask;
    ssize_t n;

    (void)arg;
    for (;;) {
        n = recv(WIRE_FD, &ask, sizeof ask, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        t->head = (struct wire_head){.id = ask.id, .op = ask.op};
        if (n != (ssize_t)sizeof ask || ask.n > sizeof ask.p ||
            ask.op >= sizeof ANSWERS / sizeof *ANSWERS || !ANSWERS[ask.op])
            tell(t, WIRE_BAD, "", 0);
        else
            ANSWERS[ask.op](a, &ask, t);
        arena_reset(a);
        if (!send_tell(t))
            break;
    }
    mem_free(t);
    arena_close(a);
    return NULL;
}

static bool
say_hello(enum wire_rc rc)
{
    static struct wire_tell hello;
    uint32_t n = (uint32_t)state.keys.n;

    hello.head.op = WIRE_HELLO;
    tell(&hello, rc, &n, sizeof n);
    return send_tell(&hello);
}

static void *
answer_filtered(void *arg)
{
    return filter_calls() ? answer_all(arg) : NULL;
}

/* A filter lets no thread be made, so the others begin before this one has it; nobody asks before
 * the hello.  The exit status: 0 when the other end is gone. */
static int
serve_all(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int n = cores > THREADS_MAX ? THREADS_MAX : cores > 1 ? (int)cores : 1;
    pthread_t more;

    for (int i = 1; i < n; i++)
        if (pthread_create(&more, NULL, answer_filtered, NULL) == 0)
            pthread_detach(more);
    if (!filter_calls()) {
        say_hello(WIRE_UNFILTERED);
        return 1;
    }
    if (!say_hello(WIRE_OK))
        return command_say(2, "signer: descriptor %d is no socket", WIRE_FD);
    answer_all(NULL);
    return 0;
}

static int
load(const char *path)
{
    struct arena *a = arena_open(KEYS_ARENA);
    static struct key_file file;
    struct buf faults;

    buf_init(&faults, a, FAULTS_MAX);
    if (key_file_read(a, path, &faults, &file) && held_keys_load(a, &file, &state.keys))
        return 0;
    fputs(faults.p, stderr);
    return 1;
}

int
signer_cmd(int argc, char **argv)
{
    const char *path = NULL;
    const struct flag flags[] = {
        {"keys", &path, NULL}, {"unfiltered", NULL, &state.unfiltered}, {0}};
    int status;

    if (!command_child(argc, argv, flags, MANUAL, &status))
        return status;
    shut_in();
    state.began = now_mono_micros();
    if (load(path))
        return 1;
    return serve_all();
}
