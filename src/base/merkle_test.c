/* The tree of RFC 9162, with test vectors of Certificate Transparency's reference (RFC 6962). */
#include "base/test.h"

#include <sodium.h>

#include "base/merkle.h"

enum { MOST = 70 };

static merkle_hash leaves[MOST];

/* Straight from 2.1.1, to compare with. */
static merkle_hash
slow_root(int64_t at, int64_t n)
{
    merkle_hash left, right;
    int64_t k = 1;

    if (n == 0)
        return merkle_empty();
    if (n == 1)
        return leaves[at];
    while (2 * k < n)
        k *= 2;
    left = slow_root(at, k);
    right = slow_root(at + k, n - k);
    return merkle_node(&left, &right);
}

static int
get(void *arg, int level, int64_t number, merkle_hash *out)
{
    int64_t size = *(int64_t *)arg;

    assert_true((number + 1) << level <= size);         /* only what is complete is asked for */
    *out = slow_root(number << level, (int64_t)1 << level);
    return 0;
}

static merkle_hash
unhex(const char *s)
{
    merkle_hash h;

    assert_int_equal(sodium_hex2bin(h.b, sizeof h.b, s, 64, NULL, NULL, NULL), 0);
    return h;
}

static void
same(const char *hex, const merkle_hash *h)
{
    merkle_hash want = unhex(hex);

    assert_memory_equal(want.b, h->b, MERKLE_SIZE);
}

/* --- vectors ------------------------------------------------------------------------------- */

static const struct { const char *p; size_t n; } INPUT[8] = {
    {"", 0}, {"\x00", 1}, {"\x10", 1}, {"\x20\x21", 2}, {"\x30\x31", 2}, {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const ROOTS[8] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
static const struct { int64_t index, size; const char *path[3]; } INCLUSION[] = {
    {0, 1, {NULL}},
    {0, 8, {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5, 8, {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1, 5, {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};
static const struct { int64_t from, to; const char *path[3]; } CONSISTENCY[] = {
    {1, 1, {NULL}},
    {1, 8, {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {6, 8, {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 5, {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

static void
same_path(const char *const want[3], const merkle_hash *path, size_t n)
{
    size_t i = 0;

    for (; i < 3 && want[i]; i++) {
        assert_true(i < n);
        same(want[i], &path[i]);
    }
    assert_int_equal(n, i);
}

static void
test_vectors(void **state)
{
    merkle_hash path[MERKLE_PATH], root;
    int64_t size = 8;
    size_t n;

    (void)state;
    for (int i = 0; i < 8; i++)
        leaves[i] = merkle_leaf(INPUT[i].p, INPUT[i].n);
    root = merkle_empty();
    same("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", &root);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(merkle_root(get, &size, i + 1, &root), 0);
        same(ROOTS[i], &root);
    }
    for (size_t i = 0; i < ROWS(INCLUSION); i++) {
        assert_int_equal(merkle_inclusion(get, &size, INCLUSION[i].index, INCLUSION[i].size, path,
                                          &n), 0);
        same_path(INCLUSION[i].path, path, n);
    }
    for (size_t i = 0; i < ROWS(CONSISTENCY); i++) {
        assert_int_equal(merkle_consistency(get, &size, CONSISTENCY[i].from, CONSISTENCY[i].to,
                                            path, &n), 0);
        same_path(CONSISTENCY[i].path, path, n);
    }
}

/* --- every tree up to 70 leaves ------------------------------------------------------------- */

static void
fill(void)
{
    for (int i = 0; i < MOST; i++)
        leaves[i] = merkle_leaf(&i, sizeof i);
}

/* Each tree's hashes of complete subtrees, as they are told. */
static void
told(void *arg, int level, int64_t number, const merkle_hash *h)
{
    merkle_hash want = slow_root(number << level, (int64_t)1 << level);

    (void)arg;
    assert_memory_equal(want.b, h->b, MERKLE_SIZE);
}

static void
test_growing_and_opening(void **state)
{
    struct merkle m = {0}, again;

    (void)state;
    fill();
    for (int64_t n = 0; n < MOST; n++) {
        merkle_hash top = merkle_top(&m), want = slow_root(0, n);

        assert_memory_equal(want.b, top.b, MERKLE_SIZE);
        assert_int_equal(merkle_open(get, &n, n, &again), 0);
        merkle_add(&again, &leaves[n], NULL, NULL);
        merkle_add(&m, &leaves[n], told, NULL);
        top = merkle_top(&m);
        want = merkle_top(&again);
        assert_memory_equal(want.b, top.b, MERKLE_SIZE);
    }
}

static void
test_every_inclusion(void **state)
{
    merkle_hash path[MERKLE_PATH];
    size_t n;

    (void)state;
    fill();
    for (int64_t size = 1; size < MOST; size++)
        for (int64_t i = 0; i < size; i++) {
            merkle_hash root = slow_root(0, size);

            assert_int_equal(merkle_inclusion(get, &size, i, size, path, &n), 0);
            assert_true(merkle_included(&leaves[i], i, size, path, n, &root));
            assert_false(merkle_included(&leaves[(i + 1) % MOST], i, size, path, n, &root));
            assert_false(merkle_included(&leaves[i], i + 1, size, path, n, &root));
            assert_false(merkle_included(&leaves[i], i, size, path, n + 1, &root));
            if (n) {
                assert_false(merkle_included(&leaves[i], i, size, path, n - 1, &root));
                path[n / 2].b[7] ^= 1;
                assert_false(merkle_included(&leaves[i], i, size, path, n, &root));
            }
        }
}

static void
test_every_consistency(void **state)
{
    merkle_hash path[MERKLE_PATH];
    size_t n;

    (void)state;
    fill();
    for (int64_t to = 1; to < MOST; to++)
        for (int64_t from = 1; from <= to; from++) {
            merkle_hash a = slow_root(0, from), b = slow_root(0, to), other = leaves[3];

            assert_int_equal(merkle_consistency(get, &to, from, to, path, &n), 0);
            assert_true(merkle_consistent(from, &a, to, &b, path, n));
            assert_false(merkle_consistent(from, &other, to, &b, path, n));
            assert_false(merkle_consistent(from, &a, to, &other, path, n));
            assert_false(merkle_consistent(to + 1, &a, to, &b, path, n));
            assert_false(merkle_consistent(0, &a, to, &b, path, n));
            if (n) {
                assert_false(merkle_consistent(from, &a, to, &b, path, n - 1));
                path[0].b[0] ^= 1;
                assert_false(merkle_consistent(from, &a, to, &b, path, n));
            }
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_growing_and_opening),
        cmocka_unit_test(test_every_inclusion),
        cmocka_unit_test(test_every_consistency),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
