/* What the service manager is told: systemd's Type=notify, without its library. */
#ifndef PROC_NOTIFY_H
#define PROC_NOTIFY_H

/* "READY=1", "STOPPING=1": one datagram to the socket that NOTIFY_SOCKET names, if it does. */
void notify_manager(const char *state);

#endif
