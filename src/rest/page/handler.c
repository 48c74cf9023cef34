/* /ui: one page, its script and its style; nothing from elsewhere. */
#include "rest/page/page.h"
#include "rest/answer.h"
#include "rest/handlers.h"

/* The script talks to this server alone; nothing that a name or an error holds can become code. */
#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "                \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static void answer_file(struct tr_exchange *exchange, const char *type, struct tr_slice bytes)
{
    exchange->answer.status = 200;
    exchange->answer.type = type;
    exchange->answer.body = bytes;
    exchange->answer.policy = POLICY;
}

void tr_handle_page(struct tr_exchange *exchange)
{
    answer_file(exchange, "text/html;charset=utf-8", tr_page_index_html);
}

void tr_handle_page_script(struct tr_exchange *exchange)
{
    answer_file(exchange, "text/javascript;charset=utf-8", tr_page_app_js);
}

void tr_handle_page_style(struct tr_exchange *exchange)
{
    answer_file(exchange, "text/css;charset=utf-8", tr_page_style_css);
}
