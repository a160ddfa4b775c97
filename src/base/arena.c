#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Under AddressSanitizer a block is closed ground, and each piece is opened for the bytes that were
 * asked for: a step beside a piece is found as if it came from malloc().
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { BETWEEN = 16 };          /* closed bytes between two pieces */
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { BETWEEN = 0 };
#endif

/* Blocks are chained newest first; the oldest is kept over a reset. */
struct arena_block {
    struct arena_block *older;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct arena_block *head;
    size_t total, limit;
};

enum { FIRST_BLOCK = 32 * 1024, BLOCK = 64 * 1024 };

void *
mem_get(size_t n)
{
    void *p = calloc(1, n ? n : 1);

    if (!p) {
        fputs("motcua: out of memory\n", stderr);
        abort();
    }
    return p;
}

/* A text of json_dumps() may be of an arena: json_arena.c puts those beside the alignment. */
void
mem_free(void *p)
{
    if ((uintptr_t)p % 16 == 0)
        free(p);
}

static struct arena_block *
block_new(struct arena_block *older, size_t size)
{
    struct arena_block *b = malloc(sizeof(*b) + size);

    if (!b) {
        fputs("motcua: out of memory\n", stderr);
        abort();
    }
    *b = (struct arena_block){.older = older, .size = size};
    ASAN_POISON_MEMORY_REGION(b->bytes, size);
    return b;
}

struct arena *
arena_open(size_t limit)
{
    struct arena *a = mem_get(sizeof(*a));

    a->limit = limit;
    a->head = block_new(NULL, FIRST_BLOCK);
    return a;
}

void *
arena_raw(struct arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);
    size_t want = (n + align - 1) & ~(align - 1);
    void *p;

    if (want < n || want > a->limit - a->total) {
        fprintf(stderr, "motcua: arena limit of %zu bytes passed\n", a->limit);
        abort();
    }
    if (want + BETWEEN > a->head->size - a->head->used)
        a->head = block_new(a->head, want + BETWEEN > BLOCK ? want + BETWEEN : BLOCK);
    p = a->head->bytes + a->head->used;
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    a->head->used += want + BETWEEN;
    a->total += want;
    return p;
}

void *
arena_get(struct arena *a, size_t n)
{
    return memset(arena_raw(a, n), 0, n);
}

char *
arena_strn(struct arena *a, const char *s, size_t n)
{
    char *p = arena_raw(a, n + 1);

    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *
arena_str(struct arena *a, const char *s)
{
    return arena_strn(a, s ? s : "", s ? strlen(s) : 0);
}

char *
arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    int n;
    char *p;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    p = arena_get(a, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}

void *
arena_more(struct arena *a, const void *old, size_t *cap, size_t size)
{
    size_t n = *cap ? *cap * 2 : 8;
    void *p = arena_get(a, n * size);

    if (*cap)
        memcpy(p, old, *cap * size);
    *cap = n;
    return p;
}

void
arena_reset(struct arena *a)
{
    while (a->head->older) {
        struct arena_block *b = a->head;

        a->head = b->older;
        free(b);
    }
    ASAN_POISON_MEMORY_REGION(a->head->bytes, a->head->size);
    a->head->used = 0;
    a->total = 0;
}

void
arena_close(struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    free(a->head);
    free(a);
}

size_t
arena_used(const struct arena *a)
{
    return a->total;
}
