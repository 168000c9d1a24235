#include "common/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool number_parse_unsigned(const char *text, size_t size, uint64_t max, uint64_t *value)
{
    uint64_t v = 0;
    if (size == 0)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        unsigned digit = (unsigned)(text[i] - '0');
        if (v > (max - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *value = v;
    return v <= max;
}

bool number_parse_size(const char *text, uint64_t *bytes)
{
    size_t digits = strspn(text, "0123456789");
    uint64_t v;
    if (!number_parse_unsigned(text, digits, UINT64_MAX / 16, &v))
        return false;
    const char *unit = text + digits;
    unsigned shift = 0;
    if (*unit) {
        static const char letters[] = "kmgt";
        const char *found = strchr(letters, *unit | 0x20);
        if (found) {
            shift = 10 * (unsigned)(found - letters + 1);
            unit++;
        }
        if (*unit && strcasecmp(unit, "b") != 0 && strcasecmp(unit, "ib") != 0)
            return false;
    }
    if (v > UINT64_MAX >> shift)
        return false;
    *bytes = v << shift;
    return true;
}

bool number_parse_double(const char *text, double *value)
{
    if (text[strspn(text, "0123456789.+-eE")] != '\0' || *text == '\0')
        return false;
    char *end;
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}
