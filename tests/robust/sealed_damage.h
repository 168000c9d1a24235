/* sealed_damage.h - the bytes of a sealed file, and what can happen to them. */
#ifndef TESTS_ROBUST_SEALED_DAMAGE_H
#define TESTS_ROBUST_SEALED_DAMAGE_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t size;
};

/* Files of up to 4 MB. These end the program when they fail. */
void bytes_read(const char *path, struct bytes *out);
void bytes_write(const char *path, const struct bytes *f);

/* Damages a sound sealed file at random: bytes, its length, or sections and counts with
 * checksums that fit again. */
void damage(struct bytes *f);

#endif
