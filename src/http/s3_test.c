/* Signatures of the examples that AWS publishes ("Signature Calculations for the Authorization
 * Header", Amazon S3 API reference). */
#include "base/test.h"

#include <string.h>

#include "http/s3_sign.h"

static const struct s3_key KEY = {"AKIAIOSFODNN7EXAMPLE",
                                  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"};
#define HOST "examplebucket.s3.amazonaws.com"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define NOW "20130524T000000Z"

static const struct s3_head GET_OBJECT[] = {{"host", HOST}, {"range", "bytes=0-9"},
                                            {"x-amz-content-sha256", EMPTY}, {"x-amz-date", NOW}};
static const struct s3_head PUT_OBJECT[] = {
    {"date", "Fri, 24 May 2013 00:00:00 GMT"},
    {"host", HOST},
    {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
    {"x-amz-date", NOW},
    {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
static const struct s3_head PLAIN[] = {{"host", HOST}, {"x-amz-content-sha256", EMPTY},
                                       {"x-amz-date", NOW}};

static const struct {
    const char *name;
    struct s3_signed r;
    const char *want;
} T[] = {
    {"GET object", {"GET", "/test.txt", "", GET_OBJECT, 4, EMPTY},
     "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
    {"PUT object", {"PUT", "/test%24file.text", "", PUT_OBJECT, 5,
                    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
     "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
    {"GET bucket lifecycle", {"GET", "/", "lifecycle=", PLAIN, 3, EMPTY},
     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
    {"GET bucket (list objects)", {"GET", "/", "max-keys=2&prefix=J", PLAIN, 3, EMPTY},
     "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

static void
test_published_examples(void **state)
{
    struct arena *a = arena_open(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        const char *got = strstr(s3_authorization(a, &KEY, &T[i].r, NOW), "Signature=");

        if (!got || strcmp(got + strlen("Signature="), T[i].want) != 0)
            fail_msg("%s: %s", T[i].name, got ? got : "none");
    }
    arena_close(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published_examples)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
