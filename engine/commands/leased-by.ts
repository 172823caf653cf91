/** The worker of a job, as the rows have it beside the actor. */

/** What the event of a command on a job says of its worker: a name that nobody checked, or nothing. */
export function leasedBy({ worker }: { readonly worker?: string }): { readonly worker?: string } {
  return worker ? { worker } : {};
}
