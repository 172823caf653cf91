/** Whether the server answers: known from every request, said once for the whole app. */

let lost = $state(false);

/** Whether the last request found nobody; reactive. */
export function connectionLost(): boolean {
  return lost;
}

/** Notes how a request ended: answered by the server, whatever it said, or by nobody. */
export function noteAnswer(answered: boolean): void {
  if (lost === answered) lost = !answered;
}

/** The title of the problem of a request that nobody answered. */
export const NO_CONNECTION = 'NO CONNECTION';
