/* number.h - the one way to read numbers from text. */
#ifndef COMMON_NUMBER_H
#define COMMON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All size bytes must be an unsigned decimal number of at most max. */
bool number_parse_unsigned(const char *text, size_t size, uint64_t max, uint64_t *value);

/* A whole NUL-terminated size in bytes: digits and an optional K, M, G or T (powers of
 * 1024, either case, an optional final B or iB). */
bool number_parse_size(const char *text, uint64_t *bytes);

/* A finite decimal number in the C locale's form. */
bool number_parse_double(const char *text, double *value);

#endif
