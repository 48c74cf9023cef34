#include "rest/users.h"

#include <crypt.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define DIGEST     32
#define LINE       1024
#define MOST       10000
#define REMEMBERED 64

#define PLAIN "{PLAIN}"

struct user {
    char *name, *password; /* password: plain (behind PLAIN, or not beginning with "$") or a hash */
};

struct tr_users {
    char *path;
    pthread_mutex_t lock;
    struct stat seen; /* the file as it was read */
    struct user *users;
    size_t count;
    unsigned char key[DIGEST];                  /* of this process's digests */
    unsigned char admitted[REMEMBERED][DIGEST]; /* credentials whose hash was right */
    size_t nadmitted, next;
};

static void forget(struct tr_users *users)
{
    for (size_t i = 0; i < users->count; i++) {
        OPENSSL_cleanse(users->users[i].password, strlen(users->users[i].password));
        free(users->users[i].name);
        free(users->users[i].password);
    }
    free(users->users);
    users->users = NULL;
    users->count = users->nadmitted = users->next = 0;
}

static int add(struct tr_users *users, const char *name, const char *password)
{
    struct user *more = reallocarray(users->users, users->count + 1, sizeof *more);

    if (!more)
        return -1;
    users->users = more;
    struct user user = {strdup(name), strdup(password)};
    if (!user.name || !user.password) {
        free(user.name);
        free(user.password);
        return -1;
    }
    users->users[users->count++] = user;
    return 0;
}

static int fail_line(const struct tr_users *users, size_t number, struct tr_diag *diag)
{
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "rest.users.file: line %zu of %s is not USER:PASSWORD or USER:HASH", number,
                   users->path);
}

static int read_lines(struct tr_users *users, FILE *file, struct tr_diag *diag)
{
    char line[LINE];
    int rc = 0;

    for (size_t number = 1; rc == 0 && fgets(line, sizeof line, file); number++) {
        size_t n = strcspn(line, "\r\n");
        bool whole = line[n] || feof(file);
        line[n] = '\0';
        char *colon = strchr(line, ':');
        if (!n || line[0] == '#')
            continue;
        if (!whole || !colon || colon == line || !colon[1] || users->count >= MOST) {
            rc = fail_line(users, number, diag);
            break;
        }
        *colon = '\0';
        if (add(users, line, colon + 1) < 0)
            rc = tr_fail_memory(diag);
    }
    OPENSSL_cleanse(line, sizeof line);
    if (rc == 0 && !users->count)
        rc = tr_fail(diag, TR_CONFIG, TR_STOP,
                     "rest.users.file: %s names nobody: write lines of USER:PASSWORD or USER:HASH",
                     users->path);
    return rc;
}

static int read_file(struct tr_users *users, struct tr_diag *diag)
{
    FILE *file = fopen(users->path, "re");

    forget(users);
    if (!file)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "rest.users.file: %s can't be read: %s",
                       users->path, strerror(errno));
    int rc = fstat(fileno(file), &users->seen) < 0
                 ? tr_fail(diag, TR_CONFIG, TR_STOP, "rest.users.file: %s can't be read: %s",
                           users->path, strerror(errno))
                 : read_lines(users, file, diag);
    fclose(file);
    if (rc < 0)
        forget(users);
    return rc;
}

int tr_users_new(const char *path, struct tr_users **ret_users, struct tr_diag *diag)
{
    struct tr_users *users = calloc(1, sizeof *users);

    if (!users)
        return tr_fail_memory(diag);
    pthread_mutex_init(&users->lock, NULL);
    users->path = strdup(path);
    int rc = users->path ? read_file(users, diag) : tr_fail_memory(diag);
    if (rc == 0 && RAND_bytes(users->key, sizeof users->key) != 1)
        rc = tr_fail(diag, TR_RESOURCE, TR_STOP, "there is no randomness");
    if (rc < 0) {
        tr_users_free(users);
        return -1;
    }
    *ret_users = users;
    return 0;
}

void tr_users_free(struct tr_users *users)
{
    if (!users)
        return;
    forget(users);
    OPENSSL_cleanse(users->key, sizeof users->key);
    pthread_mutex_destroy(&users->lock);
    free(users->path);
    free(users);
}

/* While the file is gone or wrong, nobody is admitted. */
static void refresh(struct tr_users *users)
{
    struct stat now;
    struct tr_diag diag;

    if (stat(users->path, &now) < 0) {
        forget(users);
        memset(&users->seen, 0, sizeof users->seen);
    } else if (now.st_ino != users->seen.st_ino || now.st_size != users->seen.st_size ||
               now.st_mtim.tv_sec != users->seen.st_mtim.tv_sec ||
               now.st_mtim.tv_nsec != users->seen.st_mtim.tv_nsec) {
        if (read_file(users, &diag) < 0)
            users->seen = now;
    }
}

static void digest(const struct tr_users *users, const char *text, unsigned char ret[DIGEST])
{
    unsigned n = DIGEST;

    if (!HMAC(EVP_sha256(), users->key, sizeof users->key, (const unsigned char *)text,
              strlen(text), ret, &n))
        abort(); /* SHA-256 of a few bytes doesn't fail; a zero digest would let somebody in */
}

static bool same(const struct tr_users *users, const char *a, const char *b)
{
    unsigned char x[DIGEST], y[DIGEST];

    digest(users, a, x);
    digest(users, b, y);
    return CRYPTO_memcmp(x, y, DIGEST) == 0;
}

static bool check_hash(const struct tr_users *users, const char *hash, const char *password)
{
    struct crypt_data *data = calloc(1, sizeof *data);
    const char *result = data ? crypt_r(password, hash, data) : NULL;
    bool right = result && *result == '$' && same(users, result, hash);

    if (data)
        OPENSSL_cleanse(data, sizeof *data);
    free(data);
    return right;
}

static bool is_hash(const char *password)
{
    return *password == '$';
}

static const char *plain(const char *password)
{
    size_t n = sizeof PLAIN - 1;

    return strncmp(password, PLAIN, n) == 0 ? password + n : password;
}

/* Somebody's entry, in a time that doesn't tell whose; anybody's if there is no such user. */
static const struct user *find(const struct tr_users *users, const char *name, bool *ret_known)
{
    const struct user *found = NULL;

    for (size_t i = 0; i < users->count; i++)
        if (same(users, users->users[i].name, name))
            found = &users->users[i];
    *ret_known = found != NULL;
    return found ? found : users->users;
}

static bool is_remembered(const struct tr_users *users, const unsigned char *credentials)
{
    bool found = false;

    for (size_t i = 0; i < users->nadmitted; i++)
        found |= CRYPTO_memcmp(users->admitted[i], credentials, DIGEST) == 0;
    return found;
}

static void remember(struct tr_users *users, const unsigned char *credentials)
{
    memcpy(users->admitted[users->next], credentials, DIGEST);
    users->next = (users->next + 1) % REMEMBERED;
    users->nadmitted = TR_MIN(users->nadmitted + 1, REMEMBERED);
}

/* credentials is "USER:PASSWORD". */
static bool judge(struct tr_users *users, char *credentials)
{
    unsigned char key[DIGEST];
    char *colon = strchr(credentials, ':');
    bool known;

    if (!users->count || !colon)
        return false;
    digest(users, credentials, key);
    if (is_remembered(users, key))
        return true;
    *colon = '\0';
    const struct user *user = find(users, credentials, &known);
    bool right = is_hash(user->password) ? check_hash(users, user->password, colon + 1)
                                         : same(users, plain(user->password), colon + 1);
    if (right && known && is_hash(user->password))
        remember(users, key);
    return right && known;
}

/* "Basic BASE64"; false: it isn't. */
static bool decode(const char *authorization, char *ret_text, size_t size)
{
    size_t n;

    if (!authorization || strncasecmp(authorization, "Basic ", 6) != 0)
        return false;
    authorization += 6 + strspn(authorization + 6, " ");
    n = strlen(authorization);
    while (n && authorization[n - 1] == ' ')
        n--;
    if (!n || n % 4 || n / 4 * 3 >= size)
        return false;
    int length =
        EVP_DecodeBlock((unsigned char *)ret_text, (const unsigned char *)authorization, (int)n);
    if (length < 0)
        return false;
    length -= (authorization[n - 1] == '=') + (authorization[n - 2] == '=');
    ret_text[length] = '\0';
    return strlen(ret_text) == (size_t)length;
}

bool tr_users_admit(struct tr_users *users, const char *authorization)
{
    char credentials[LINE];
    bool admitted = false;

    if (decode(authorization, credentials, sizeof credentials)) {
        pthread_mutex_lock(&users->lock); /* one guess at a time */
        refresh(users);
        admitted = judge(users, credentials);
        pthread_mutex_unlock(&users->lock);
    }
    OPENSSL_cleanse(credentials, sizeof credentials);
    return admitted;
}
