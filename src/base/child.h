/*
 * A child process of the same program that holds what the server must not: it serves over one end
 * of a pair of sockets, which it finds at a number both sides know, and is told the rest by its
 * arguments.  Whoever started it waits for it (waitpid), and starts it again if it died.
 *
 *     const char *const argv[] = {"motcua", "hasher", "--socket", NULL};
 *     int pair[2];
 *
 *     socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
 *     rc = child_start(NULL, argv, pair[1], HASHER_FD, &pid);
 *     close(pair[1]);
 *
 * The converter is not one of these: it runs foreign files, and so gets an environment, signals and
 * descriptors of its own (convert/spawn.h).
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

/* Runs `program` (NULL: this one, even if its file was replaced since) with no signal blocked and
 * our environment; `theirs` is its descriptor `fd`.  Every other descriptor of ours must close by
 * itself (CLOEXEC).  0 and *pid, or an errno. */
int child_start(const char *program, const char *const *argv, int theirs, int fd, pid_t *pid);

#endif
