/**
 * Who sent a command, as text in every audit row: `user:<name>`, `worker:<name>`, `agent:<name>`,
 * `client:<name>`, `timer`, `message:<name>`, `signal:<name>` or `system`.
 */
export type Actor =
  `${'user' | 'worker' | 'agent' | 'client' | 'message' | 'signal'}:${string}` | 'timer' | 'system';
