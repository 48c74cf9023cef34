#include "allocation/allocation.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TOLD (1 << 20)

/* Which allocation fails, counted from 1; 0: none. `on` makes all later ones fail, too. */
static struct {
    size_t count, fail;
    bool on;
} memory;

static struct {
    char text[MOST_TOLD];
    size_t n;
} told;

/* jansson 2.14 frees a value twice when it has no room for it (load.c, parse_object): it alone gets
 * all that it wants. */
static bool spared(const void *caller)
{
    Dl_info info;

    return dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "libjansson");
}

static bool refuse(const void *caller)
{
    if (!memory.fail || spared(caller))
        return false;
    memory.count++;
    return memory.on ? memory.count >= memory.fail : memory.count == memory.fail;
}

/* The linker calls them in place of the real ones (with the sanitizer), or the loader does. */
#ifdef TR_WRAP
#define OWN(name)  __wrap_##name
#define REAL(name) __real_##name
#else
#define OWN(name)  name
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *old, size_t size);
void *OWN(malloc)(size_t size);
void *OWN(calloc)(size_t count, size_t size);
void *OWN(realloc)(void *old, size_t size);

void *OWN(malloc)(size_t size)
{
    return refuse(__builtin_return_address(0)) ? NULL : REAL(malloc)(size);
}

void *OWN(calloc)(size_t count, size_t size)
{
    return refuse(__builtin_return_address(0)) ? NULL : REAL(calloc)(count, size);
}

void *OWN(realloc)(void *old, size_t size)
{
    return refuse(__builtin_return_address(0)) ? NULL : REAL(realloc)(old, size);
}

void tell(struct tr_slice text)
{
    assert_true(told.n + text.n <= sizeof told.text);
    if (text.n)
        memcpy(told.text + told.n, text.p, text.n);
    told.n += text.n;
}

/* Run it with the n-th allocation failing. True: there was an n-th one. */
static bool run(const struct scenario *scenario, size_t n, bool on, const char *good, size_t ngood)
{
    struct tr_diag diag = {.message = ""};

    told.n = 0;
    memory.count = 0;
    memory.on = on;
    memory.fail = n;
    int rc = scenario->run(&diag);
    bool met = memory.count >= n;
    memory.fail = 0;
    if (rc < 0 && (!diag.message[0] || diag.cls == TR_BUG))
        fail_msg("%s, allocation %zu: %s", scenario->name, n, diag.message);
    if (rc < 0 && !met)
        fail_msg("%s: %s", scenario->name, diag.message);
    if (rc == 0 && (told.n != ngood || memcmp(told.text, good, ngood) != 0))
        fail_msg("%s, allocation %zu: something else was made", scenario->name, n);
    return met;
}

static void run_all(const struct scenario *scenario)
{
    struct tr_diag diag = {.message = ""};

    /* libraries allocate for good at first use */
    for (int i = 0; i < 2; i++) {
        told.n = 0;
        if (scenario->run(&diag) < 0)
            fail_msg("%s: %s", scenario->name, diag.message);
    }
    size_t ngood = told.n, n = 1;
    char *good = malloc(ngood + 1);
    assert_non_null(good);
    memcpy(good, told.text, ngood);
    for (int on = 0; on < 2; on++)
        for (n = 1; run(scenario, n, on, good, ngood);)
            n++;
    free(good);
    print_message("%s: %zu allocations\n", scenario->name, n - 1);
}

static void test_decoding(void **state)
{
    (void)state;
    for (const struct scenario *s = decoding_scenarios; s->name; s++)
        run_all(s);
}

static void test_encoding(void **state)
{
    (void)state;
    for (const struct scenario *s = encoding_scenarios; s->name; s++)
        run_all(s);
}

static void test_storing(void **state)
{
    (void)state;
    for (const struct scenario *s = storing_scenarios; s->name; s++)
        run_all(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decoding),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_storing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
