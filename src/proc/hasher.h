/*
 * The process that hashes passwords (auth/hasher.h): `motcua hasher --socket [--low]`, started by
 * `motcua serve`.
 */
#ifndef PROC_HASHER_H
#define PROC_HASHER_H

int hasher_cmd(int argc, char **argv);

#endif
