/* folder.h - folders with all that is in them. */
#ifndef COMMON_FOLDER_H
#define COMMON_FOLDER_H

/* Removes a file or a folder with all in it, as far as that can be; links are not
 * followed. */
void folder_remove(const char *path);

#endif
