/* The judges that self_checks.c lists: files and configuration, people and database, machine. */
#ifndef SEAL_SELF_VERDICTS_H
#define SEAL_SELF_VERDICTS_H

#include "seal/self.h"

#define JUDGE(name) enum self_verdict self_##name(const struct self_facts *f, struct buf *found)

JUDGE(config_file);
JUDGE(site_key);
JUDGE(data_folder);
JUDGE(database_file);
JUDGE(store_folder);
JUDGE(secret_files);
JUDGE(program);
JUDGE(https);
JUDGE(listen);
JUDGE(proxy);
JUDGE(metrics);
JUDGE(limits);
JUDGE(database_tls);
JUDGE(database_password);
JUDGE(numbers_sealed);
JUDGE(second_factor);
JUDGE(second_missing);
JUDGE(administrators_second);
JUDGE(administrators);
JUDGE(separation);
JUDGE(demo_accounts);
JUDGE(session_time);
JUDGE(sessions_old);
JUDGE(tokens_endless);
JUDGE(tokens_long);
JUDGE(citizens);
JUDGE(identity_file);
JUDGE(identity_https);
JUDGE(alarms);
JUDGE(scanner);
JUDGE(scan_required);
JUDGE(signing_file);
JUDGE(signing_plain);
JUDGE(signing_stamp);
JUDGE(signing_trust);
JUDGE(signing_unfiltered);
JUDGE(seal_key);
JUDGE(seal_head);
JUDGE(seal_published);
JUDGE(seal_followed);
JUDGE(seal_refused);
JUDGE(backup);
JUDGE(confine);
JUDGE(server_root);
JUDGE(server_walls);
JUDGE(server_cores);
JUDGE(server_libraries);
JUDGE(packages);
JUDGE(clock);
JUDGE(clock_servers);
JUDGE(calendar);
JUDGE(rules);
JUDGE(log_level);

#undef JUDGE

#endif
