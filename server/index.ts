/** The server's public face: what a program or a test needs to run one. */
export { startServer } from './cli/server.js';
export type { RunningServer, StartOptions } from './cli/server.js';
export { readSettings } from './settings/settings.js';
export type { Settings, SettingsResult } from './settings/settings.js';
export { openRuntime } from './runtime/index.js';
export type * from './runtime/runtime.js';
export { createClock } from './runtime/clock.js';
export type { Clock } from './runtime/clock.js';
export { Defect, Unavailable } from './runtime/errors.js';
