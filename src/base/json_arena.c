#include "base/json_arena.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

/* How a piece of an arena is told from one of the heap: the heap's are aligned to 16 bytes, ours
 * are put 8 beside that.  arena.c's mem_free() knows the same. */
static_assert(sizeof(void *) == 8, "pieces are told apart by the heap's alignment of 16");
enum { BESIDE = 8 };

static _Thread_local struct arena *here;

static void *
get(size_t n)
{
    void *p = here ? (char *)arena_raw(here, n + BESIDE) + BESIDE : malloc(n);

    assert(!p || ((uintptr_t)p % 16 != 0) == (here != NULL));
    return p;
}

static void
give(void *p)
{
    mem_free(p);
}

__attribute__((constructor)) static void
take_over(void)
{
    json_set_alloc_funcs(get, give);
}

void
json_arena_enter(struct arena *a)
{
    assert(!here);
    here = a;
}

void
json_arena_leave(void)
{
    here = NULL;
}
