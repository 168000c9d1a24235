/* run_indexer.h - the indexer as a program of its own. */
#ifndef TESTS_DIFFERENTIAL_RUN_INDEXER_H
#define TESTS_DIFFERENTIAL_RUN_INDEXER_H

/* Runs argv[0] (argv ends in NULL) without its standard output. Returns its exit code, or
 * -1. */
int run_indexer(const char *const *argv);

#endif
