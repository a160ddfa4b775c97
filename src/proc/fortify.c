/* The walls around the server: user, capabilities, system calls, folders. */
#include "proc/fortify.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

static int
failed(struct ctx *c, const char *what)
{
    return fail(c, E_SYS, NULL, "%s: %s", what, strerror(errno));
}

/* --- user and capabilities ------------------------------------------------------------------ */

int
fortify_user(struct ctx *c, const char *name)
{
    const struct passwd *u;

    if (!*name || geteuid() != 0)
        return OK;                  /* else the service manager did it */
    errno = ENOENT;
    if (!(u = getpwnam(name)))
        return fail(c, E_SYS, NULL, "user: there is no user %s", name);
    if (initgroups(u->pw_name, u->pw_gid) < 0 || setgid(u->pw_gid) < 0 || setuid(u->pw_uid) < 0)
        return failed(c, "user");
    return OK;
}

static int
drop_capabilities(struct ctx *c)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_capset, &head, none) < 0)
        return failed(c, "capabilities");
    return OK;
}

/* --- system calls --------------------------------------------------------------------------- */

/* What a server of pages never does.  The converter's own sandbox still needs its namespaces. */
static const int NEVER[] = {
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp), SCMP_SYS(perf_event_open), SCMP_SYS(bpf),
    SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
    SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen),
    SCMP_SYS(fsmount), SCMP_SYS(fsconfig), SCMP_SYS(mount_setattr), SCMP_SYS(setns),
    SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(reboot), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(delete_module), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex), SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(acct),
    SCMP_SYS(quotactl), SCMP_SYS(syslog), SCMP_SYS(iopl), SCMP_SYS(ioperm),
    SCMP_SYS(personality), SCMP_SYS(vhangup), SCMP_SYS(mknod), SCMP_SYS(mknodat),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(fanotify_init),
};
static const int FAMILIES[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

/* No family above, between or below those that are used. */
static int
add_families(scmp_filter_ctx f)
{
    int rc = 0;

    for (int family = 0; family <= AF_MAX && rc == 0; family++) {
        bool used = false;

        for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++)
            used = used || FAMILIES[i] == family;
        if (!used)
            rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                                  SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)family));
    }
    return rc;
}

static int
wall_of_calls(struct ctx *c)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    int rc = f ? 0 : -ENOMEM;

    for (size_t i = 0; rc == 0 && i < sizeof NEVER / sizeof *NEVER; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), NEVER[i], 0);
    if (rc == 0)
        rc = add_families(f);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    errno = -rc;
    return rc == 0 ? OK : failed(c, "seccomp");
}

/* --- folders -------------------------------------------------------------------------------- */

enum {
    CHANGES = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
              LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
              LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
              LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
              LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
    REFER = 1 << 13,    /* moving from folder to folder: version 2 */
    TRUNCATE = 1 << 14, /* version 3 */
};

static uint64_t
rights(long version)
{
    return (uint64_t)CHANGES | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0);
}

static int
allow(struct ctx *c, int rules, const char *folder, uint64_t what)
{
    struct landlock_path_beneath_attr at = {
        .allowed_access = what, .parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC)};
    int rc;

    if (at.parent_fd < 0)
        return OK;
    rc = (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &at, 0);
    close(at.parent_fd);
    return rc < 0 ? failed(c, folder) : OK;
}

static int
wall_of_folders(struct ctx *c, const char *const *writable, long version)
{
    struct landlock_ruleset_attr what = {.handled_access_fs = rights(version)};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &what, sizeof what, 0), rc = OK;

    if (rules < 0)
        return failed(c, "landlock");
    for (size_t i = 0; writable[i] && rc == OK; i++)
        rc = allow(c, rules, writable[i], what.handled_access_fs);
    if (rc == OK && syscall(SYS_landlock_restrict_self, rules, 0) < 0)
        rc = failed(c, "landlock");
    close(rules);
    return rc;
}

/* --- all of it ------------------------------------------------------------------------------ */

int
fortify(struct ctx *c, const char *const *writable, const char **walls)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    int rc = drop_capabilities(c);

    if (rc == OK && version > 0)
        rc = wall_of_folders(c, writable, version);
    if (rc == OK)
        rc = wall_of_calls(c);
    *walls = arena_fmt(c->a, "%scaps seccomp%s", geteuid() ? "user " : "",
                       version > 0 ? " landlock" : "");
    return rc;
}

/* --- trying the walls ----------------------------------------------------------------------- */

static bool
refused(int rc)
{
    bool no = rc < 0 && (errno == EPERM || errno == EACCES);

    if (rc > 2)
        close(rc);
    return no;
}

static bool
capable(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct d[2] = {0};

    return syscall(SYS_capget, &head, d) < 0 || d[0].effective || d[1].effective ||
           d[0].permitted || d[1].permitted;
}

static bool
writes(const char *folder)
{
    char path[600];

    snprintf(path, sizeof path, "%s/motcua-probe", folder);
    return !refused(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

const char *
fortify_probe(const char *outside)
{
    if (capable())
        return "caps";
    if (!refused((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL)) ||
        !refused(mount("none", "/mnt", "tmpfs", 0, NULL)) ||
        !refused(socket(AF_PACKET, SOCK_RAW, 0)) || !refused(socket(AF_VSOCK, SOCK_STREAM, 0)))
        return "seccomp";
    return writes(outside) ? "landlock" : NULL;
}
