/* The page at /ui: files of this folder, compiled in by embed.py. */
#ifndef TR_REST_PAGE_PAGE_H
#define TR_REST_PAGE_PAGE_H

#include "base/slice.h"

extern const struct tr_slice tr_page_index_html, tr_page_app_js, tr_page_style_css;

#endif
