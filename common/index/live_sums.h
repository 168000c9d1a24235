/* live_sums.h - checksums of a live segment's files: Xapian has none. */
#ifndef COMMON_INDEX_LIVE_SUMS_H
#define COMMON_INDEX_LIVE_SUMS_H

#include "common/status.h"

/* Writes the checksums of the files in a live segment's folder into another one there;
 * call it after a commit. */
enum status live_sums_write(const char *folder, struct status_error *err);

/* Removes them; call it before a change: a transaction that breaks off leaves other bytes
 * in the files than those that count. */
enum status live_sums_drop(const char *folder, struct status_error *err);

/* Verifies the checksums. CORRUPT names the file. Without checksums, after a transaction
 * that broke off, there is nothing to verify until the next commit. */
enum status live_sums_check(const char *folder, struct status_error *err);

#endif
