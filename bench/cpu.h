/* Processor time of this thread, in seconds: what a bench divides by, whatever else runs beside. */
#ifndef BENCH_CPU_H
#define BENCH_CPU_H

#include <time.h>

static inline double
cpu(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
