/* A small generator of numbers: the same ones for the same seed on every machine. */
#ifndef GENERATE_RNG_H
#define GENERATE_RNG_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct rng { uint64_t s; };

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t
rng_next(struct rng *r)
{
    uint64_t z = (r->s += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The stream of the nth thing of a kind. */
static inline struct rng
rng_of(uint64_t seed, uint64_t kind, uint64_t n)
{
    struct rng r = {seed ^ (kind * 0xd1342543de82ef95u)};

    r.s = rng_next(&r) + n * 0x2545f4914f6cdd1du;
    rng_next(&r);
    return r;
}

static inline int64_t
rng_below(struct rng *r, int64_t n)                 /* n >= 1 */
{
    return (int64_t)((unsigned __int128)rng_next(r) * (uint64_t)n >> 64);
}

static inline double
rng_unit(struct rng *r)                             /* [0, 1) */
{
    return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

static inline bool
rng_chance(struct rng *r, double p)
{
    return rng_unit(r) < p;
}

/* Exponential by four linear pieces of its inverse: no logarithm, so the same bits everywhere. */
static inline double
rng_wait(struct rng *r, double mean)
{
    double u = rng_unit(r);

    if (u < 0.5)
        return mean * u * 1.386;
    if (u < 0.9)
        return mean * (0.693 + (u - 0.5) * 4.024);
    if (u < 0.99)
        return mean * (2.303 + (u - 0.9) * 25.58);
    return mean * (4.605 + (u - 0.99) * 230.0);
}

#endif
