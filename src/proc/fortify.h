/*
 * What the server takes from itself before its first thread and its first request: rights it never
 * needs, so that who makes it run foreign code cannot leave its folders, trace others or rule the
 * machine.  Everything holds for its children, too, and cannot be given back.
 *
 *   user       another user than root, when it was started by root and the configuration names one:
 *              before a file or a process is opened
 *   caps       no capability is left (nor can a program give one: no new privileges)
 *   seccomp    calls that rule the machine or look into processes give EPERM; sockets are only of
 *              the families unix, inet and netlink (names of hosts)
 *   landlock   files are made, written, moved and removed only below the folders named
 *
 * Errors:    fortify() is E_SYS when a wall that the kernel knows could not be built, or when the
 *            user is not there; without Landlock (before Linux 5.13) it goes on and leaves the word
 *            out.
 * Threads:   called once, while the process has one thread.
 */
#ifndef PROC_FORTIFY_H
#define PROC_FORTIFY_H

#include "base/ctx.h"

/* "": stays who it is; so does who is not root. */
int fortify_user(struct ctx *c, const char *user);

/* writable: folders, absolute or below the working one, NULL at the end; one that is not there is
 * left out.  *walls: the words that hold, with a space between; lives in c->a. */
int fortify(struct ctx *c, const char *const *writable, const char **walls);

/* Tries each wall: NULL, or the word of the first that does not hold.  outside: a folder that is
 * not among the writable ones. */
const char *fortify_probe(const char *outside);

#endif
