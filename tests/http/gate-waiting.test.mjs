// Every promise of the gate once more as on PostgreSQL: no read runs on the socket's thread, who asks is looked up on a lane.
process.env.MOTCUA_GATE_FLAGS = '--reads-wait 1'
await import('./gate.test.mjs')
