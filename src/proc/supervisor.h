/*
 * Keeps one worker process running.  A worker that crashes is started again, at most CRASHES_MAX
 * times in CRASHES_SECONDS; nothing in its memory mattered.  A worker that ends by itself is
 * believed: its exit status is ours (a wrong configuration does not get better by trying again).
 *
 * Signals:  SIGTERM and SIGINT are passed on to the worker as SIGTERM, once; a second one kills it.
 *           A worker whose supervisor is gone gets SIGTERM from the kernel.
 */
#ifndef PROC_SUPERVISOR_H
#define PROC_SUPERVISOR_H

enum { CRASHES_MAX = 5, CRASHES_SECONDS = 60 };

/* worker(arg) runs in a process of its own with SIGTERM and SIGINT blocked: it waits for them with
 * supervisor_wait().  Call before any thread is made.  Returns the exit status. */
int supervisor_run(int (*worker)(void *arg), void *arg);

/* In the worker: returns when it is to stop. */
void supervisor_wait(void);

#endif
