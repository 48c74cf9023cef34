/* Connectors whose topics say too little, or what can't be read here. verify/'s own. */
#ifndef TR_VERIFY_REFUSE_H
#define TR_VERIFY_REFUSE_H

#include "verify/image.h"
#include "verify/verify.h"

/* And how the others' records are to be read. <0 (TR_CONFIG): the message names the property. */
int tr_verify_form_of(const struct tr_verify_params *params, struct tr_verify_form *ret_form,
                      struct tr_diag *diag) TR_MUSTCHECK;

#endif
