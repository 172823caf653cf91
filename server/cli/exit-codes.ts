/** How the program ends. docs/cli.md has the same table; a test holds the two together. */

/** The exit codes by name. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** It could not be done, or a check found something wrong. */
  failed: 1,
  /** Used wrongly: an unknown command or option, a wrong setting. `convert`: something is left to decide. */
  usage: 2,
  /** The server cannot be reached or takes no commands now: the same call may succeed later. */
  unavailable: 3,
  /** The time to wait is over; what was begun goes on. */
  timeout: 4,
  /** `run --wait`: the instance was cancelled, or waits with an incident. */
  notCompleted: 5,
} as const;

/** An exit code of the program. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the program with a sentence on stderr and a code. */
export class CliFailure extends Error {
  readonly code: ExitCode;
  constructor(message: string, code: ExitCode = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliFailure';
    this.code = code;
  }
}
