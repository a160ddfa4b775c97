/*
 * The signer: a process of its own that alone holds private keys and only signs.  sign/client.c
 * starts it as `motcua signer --keys FILE --socket` with one end of a socket pair as descriptor 3;
 * it ends when the other end is closed.  It opens no database and no network; what it may be asked
 * stands in sign/wire.h.
 */
#ifndef PROC_SIGNER_H
#define PROC_SIGNER_H

int signer_cmd(int argc, char **argv);

#endif
