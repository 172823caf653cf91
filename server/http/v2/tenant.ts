/** The one tenant: every answer of `/v2` names it. */
export const TENANT = '<default>';
