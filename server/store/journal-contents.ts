/** Which data of the server's own journal rows is content: kept apart from the row, and erasable. */
import { DECISION_CONTENTS, ERASED_TEXT, content } from '@countersign/engine';
import type { ContentFields } from '@countersign/engine';
import type { ServerEventData, ServerEventType } from './journal-events.js';

const NONE = {};
const TEXT = content(ERASED_TEXT);
const NO_VARIABLES = content({});
const PERSON = { inside: { name: content(null), email: content(null) } };
// A grant can be of a person, or about one.
const GRANT = { inside: { ownerId: TEXT, resourceId: content(null) } };
// People name drafts and their folders as they like, also after each other.
const DRAFT = { name: TEXT, folder: TEXT };

/** The content fields of every server event. */
export const SERVER_CONTENTS: { readonly [T in ServerEventType]: ContentFields<ServerEventData[T]> } = {
  'deployment created': NONE,
  'decision evaluated': DECISION_CONTENTS,
  'timer scheduled': NONE,
  'timer triggered': NONE,
  'timer cancelled': NONE,
  'message subscription opened': NONE,
  'message subscription closed': NONE,
  'signal subscription opened': NONE,
  'signal subscription closed': NONE,
  'message published': { correlationKey: TEXT, messageId: content(null), variables: NO_VARIABLES },
  'message expired': NONE,
  'instance deleted': NONE,
  'resource deleted': NONE,
  // A filter and a plan can hold values of variables.
  'batch operation created': { filter: NO_VARIABLES, plan: NO_VARIABLES },
  'batch operation progressed': NONE,
  'batch operation state changed': NONE,
  'retention set': NONE,
  'clock set': NONE,
  'account created': { username: TEXT },
  'account changed': { username: TEXT, before: PERSON, after: PERSON },
  'account deleted': { username: TEXT },
  'account deactivated': { username: TEXT },
  'account activated': { username: TEXT },
  // A description can name somebody, and so can the value of a claim.
  'access entry changed': { before: NO_VARIABLES, after: NO_VARIABLES },
  'membership changed': { memberId: TEXT },
  'authorization changed': { before: GRANT, after: GRANT },
  'built-in role written': NONE,
  'access migrated': NONE,
  'draft created': DRAFT,
  'draft moved': { ...DRAFT, before: { inside: DRAFT } },
  'draft deleted': DRAFT,
  // A filter can name a person.
  'audit exported': { query: content({}) },
  'export schedule set': { name: TEXT, query: content({}) },
  'export schedule changed': NONE,
  'audit key changed': NONE,
  'signed in': { username: TEXT },
  'signed out': { username: TEXT },
  'sign-in refused': { username: TEXT, address: TEXT },
  'request refused': { detail: TEXT, username: TEXT },
  'data viewed': NONE,
  'legal hold set': { reason: TEXT },
  'legal hold lifted': NONE,
  // A reason can name the person; why it was lawful stays.
  'content erased': { reason: TEXT },
  'signal broadcast': { variables: NO_VARIABLES },
};
