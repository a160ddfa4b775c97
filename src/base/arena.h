/*
 * Memory by lifetime: every byte of one request (or one command) lives in one arena and is
 * released at once.  Nothing above base/ calls malloc or free.
 *
 * Lifetime:  what arena_get() returns lives until arena_reset() or arena_close().
 * Errors:    none to handle.  Passing the limit, or running out of memory, is a bug or an attack
 *            that the bounded inputs should have refused: the process says so and aborts; the
 *            supervisor starts it again and nothing in memory mattered.
 * Threads:   an arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/* Bytes that are not text; they may hold NUL.  Never owned: they point into an arena. */
struct bytes {
    const uint8_t *p;
    size_t n;
};

struct arena *arena_open(size_t limit);          /* limit: bytes in all, e.g. 64 << 20 */
void *arena_get(struct arena *a, size_t n);      /* zeroed, aligned for any type, never NULL */
void *arena_raw(struct arena *a, size_t n);      /* not zeroed: for text that is written at once */
char *arena_str(struct arena *a, const char *s); /* a copy; NULL gives "" */
char *arena_strn(struct arena *a, const char *s, size_t n);     /* n bytes, all of them readable */
char *arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *a); /* keeps the first block for the next request */
void arena_close(struct arena *a); /* NULL is allowed */
size_t arena_used(const struct arena *a);

/* The only way to long-lived memory outside an arena (tables, caches): zeroed, or abort. */
void *mem_get(size_t n);
void mem_free(void *p);

/* Growing array in an arena:  VEC(struct row) v = {0};  *vec_push(c->a, &v) = row; */
#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *p;                                                                                      \
        size_t n, cap;                                                                             \
    }
#define vec_push(a, v)                                                                             \
    ((v)->n == (v)->cap ? (void)((v)->p = arena_more((a), (v)->p, &(v)->cap, sizeof(*(v)->p)))     \
                        : (void)0,                                                                 \
     &(v)->p[(v)->n++])
void *arena_more(struct arena *a, const void *old, size_t *cap, size_t size);

#endif
