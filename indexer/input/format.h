/* format.h - which format a file is in, by its name and its first bytes; for this folder
 * only. INPUT_AUTO: it does not show. */
#ifndef INDEXER_INPUT_FORMAT_H
#define INDEXER_INPUT_FORMAT_H

#include "common/slice.h"
#include "indexer/input/input.h"

/* By the ending, before that of a packing. */
enum input_format format_of_name(const char *path);

enum input_format format_of_content(struct slice head);

/* Whether it begins as markup does, and of which kind that is. */
bool format_is_markup(struct slice head);
enum input_format format_of_markup(struct slice head);

#endif
