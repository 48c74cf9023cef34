/* A build without Lua. */
#include "transform/script.h"

int tr_script_new(const char *text, const char *option, struct tr_script **ret_script,
                  struct tr_diag *diag)
{
    (void)text;
    *ret_script = NULL;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "%s can't be had: this tailrace was built without Lua; build it with "
                   "liblua5.4-dev there (meson setup -Dlua=enabled)",
                   option);
}

void tr_script_free(struct tr_script *script)
{
    (void)script;
}

int tr_script_eval(struct tr_script *script, const struct tr_record *record, struct tr_arena *arena,
                   struct tr_script_answer *ret_answer, struct tr_diag *diag)
{
    (void)script, (void)record, (void)arena, (void)ret_answer;
    return tr_fail_bug(diag, "there is no Lua");
}
