/**
 * Rows of the journal that belong to no instance: what happens to definitions, messages and signals.
 * A start event's timer and message subscription use the names of the engine's events.
 */
import type { EventData, EventOf, EventType, JsonObject, Key } from '@countersign/engine';

/** A version of something in the row of its deployment. */
export interface DeployedVersion {
  readonly key: Key;
  readonly id: string;
  readonly version: number;
  /** Absent for forms in rows from before they could have one. */
  readonly versionTag?: string | null;
  readonly resourceKey: Key;
  readonly resourceName: string;
  /** SHA-256 of the resource's bytes, in hexadecimal. */
  readonly checksum: string;
}

/** A process in the row of its deployment. */
export interface DeployedProcessVersion extends DeployedVersion {
  readonly name: string | null;
  readonly startFormId: string | null;
}

/** A DMN file (decision requirements graph) in the row of its deployment. */
export interface DeployedRequirementsVersion extends DeployedVersion {
  readonly name: string;
  /** The decision requirements that it imports. */
  readonly imports: readonly Key[];
}

/** A decision in the row of its deployment. */
export interface DeployedDecisionVersion extends DeployedVersion {
  readonly name: string;
  readonly requirementsKey: Key;
}

/** What left in an export; `query` is the filter as it was asked. */
export interface AuditExported {
  readonly format: string;
  /** The report template; null for the rows themselves. */
  readonly report: string | null;
  readonly query: JsonObject;
  /** Rows of the journal that are in the file. */
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal; null where it was not finished. */
  readonly sha256: string | null;
  readonly outcome: 'complete' | 'interrupted' | 'failed';
  /** The schedule that asked for it; null where a person or a client did. */
  readonly schedule: Key | null;
}

/** How often something was refused between two moments. */
export interface Refusals {
  readonly times: number;
  /** RFC 3339 in UTC. */
  readonly first: string;
  readonly last: string;
}

/** Which draft, and where it lies. */
export interface DraftPlace {
  readonly modelKey: string;
  readonly name: string;
  readonly folder: string;
  readonly type: string;
}

/** What somebody looked at in an instance of a sensitive process. */
export type ViewKind =
  'instance' | 'variables' | 'decisions' | 'user task' | 'evidence' | 'audit rows' | 'export' | 'job';

/** What became of something that can be made, changed and deleted. */
export type ChangeKind = 'created' | 'changed' | 'deleted';

/** A grant as the row of a change names it, in the words of `/v2/authorizations`. */
export interface GrantedText {
  readonly ownerType: string;
  readonly ownerId: string;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly resourcePropertyName: string | null;
  readonly permissionTypes: readonly string[];
}

/** What people are called, and how they are reached; null where nobody said. */
export interface AccountText {
  readonly name: string | null;
  readonly email: string | null;
}

/** The data of each journal row without an instance. */
export interface ServerEventData {
  'deployment created': {
    readonly deploymentKey: Key;
    readonly processes: readonly DeployedProcessVersion[];
    readonly forms: readonly DeployedVersion[];
    /** These three are absent in rows from before decisions could be deployed. */
    readonly requirements?: readonly DeployedRequirementsVersion[];
    readonly decisions?: readonly DeployedDecisionVersion[];
    /** Files that mean something to workers only; absent where there are none. */
    readonly resources?: readonly DeployedVersion[];
    /** Versions that the deployment holds without having made them: their files were unchanged. */
    readonly reused?: readonly Key[];
  };
  /** A decision was evaluated by itself, outside of any instance. */
  'decision evaluated': EventData['decision evaluated'];
  'timer scheduled': EventData['timer scheduled'];
  'timer triggered': EventData['timer triggered'];
  'timer cancelled': EventData['timer cancelled'];
  'message subscription opened': {
    readonly subscriptionKey: Key;
    readonly targetId: string;
    readonly messageName: string;
  };
  'message subscription closed': EventData['message subscription closed'];
  'signal subscription opened': {
    readonly subscriptionKey: Key;
    readonly targetId: string;
    readonly signalName: string;
  };
  'signal subscription closed': { readonly subscriptionKey: Key };
  'message published': {
    readonly messageKey: Key;
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId: string | null;
    readonly expiresAt: number;
    readonly variables: JsonObject;
  };
  'message expired': { readonly messageKey: Key };
  /** An ended root instance was removed with everything it called; `endedAt` in milliseconds since the epoch. */
  'instance deleted': {
    readonly processInstanceKey: Key;
    readonly processId: string;
    readonly endedAt: number;
  };
  /** A deployed version was deleted, and with a DMN file the decisions in it; its row and file stay. */
  'resource deleted': {
    readonly resourceKey: Key;
    readonly kind: 'process' | 'form' | 'resource' | 'requirements';
    readonly id: string;
    readonly version: number;
    readonly decisionKeys: readonly Key[];
    /** Instances of a process version go when they end, after those that had ended. */
    readonly deleteHistory?: true;
  };
  'batch operation created': {
    readonly batchOperationKey: Key;
    readonly operationType: string;
    readonly filter: JsonObject;
    readonly plan: JsonObject;
  };
  /** How far it has come: process instances by what became of them. */
  'batch operation progressed': {
    readonly batchOperationKey: Key;
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
    readonly skipped: number;
  };
  'batch operation state changed': { readonly batchOperationKey: Key; readonly state: string };
  /** How long ended instances of a process are kept; null keeps them for ever. */
  'retention set': {
    readonly processId: string;
    readonly days: number | null;
    /** What held before; absent in rows of former versions. */
    readonly before?: number | null;
  };
  /** The clock of the engine was pinned or set free; `after` is null where it follows the system's. RFC 3339 in UTC. */
  'clock set': { readonly before: string; readonly wasPinned: boolean; readonly after: string | null };
  /** An account is there that was not, with what it may do. */
  'account created': {
    readonly username: string;
    readonly groups: readonly string[];
    readonly roles: readonly string[];
  };
  /** What an account says of its person; `password` tells whether it was set anew, never what it is. */
  'account changed': {
    readonly username: string;
    readonly before: AccountText;
    readonly after: AccountText;
    readonly password: boolean;
  };
  /** An account is gone, with what it was a member of. */
  'account deleted': {
    readonly username: string;
    readonly groups: readonly string[];
    readonly roles: readonly string[];
    readonly tenants: readonly string[];
  };
  /** An account is there as before, and nobody can sign in with it; or can again. */
  'account deactivated': { readonly username: string };
  'account activated': { readonly username: string };
  /** A group, role, tenant or mapping rule; `before` is null where there was none, `after` where there is none any more. */
  'access entry changed': {
    readonly change: ChangeKind;
    readonly kind: 'GROUP' | 'ROLE' | 'TENANT' | 'MAPPING_RULE';
    readonly id: string;
    readonly before: JsonObject | null;
    readonly after: JsonObject | null;
  };
  'membership changed': {
    readonly change: 'added' | 'removed';
    readonly containerType: 'GROUP' | 'ROLE' | 'TENANT';
    readonly containerId: string;
    readonly memberType: string;
    readonly memberId: string;
  };
  'authorization changed': {
    readonly change: ChangeKind;
    readonly authorizationKey: Key;
    readonly before: GrantedText | null;
    readonly after: GrantedText | null;
  };
  /**
   * The server wrote a role that comes with it: for the first time, or because this version gives it more. One that
   * somebody has changed is `kept` as it is, and `missing` lists what it would have been given.
   */
  'built-in role written': {
    readonly roleId: string;
    readonly outcome: 'written' | 'extended' | 'kept';
    readonly missing: readonly Omit<GrantedText, 'ownerType' | 'ownerId'>[];
  };
  /** An upgrade made members of roles of those who had accounts: how many accounts there were, and members of each role. */
  'access migrated': {
    readonly accounts: number;
    readonly groups: number;
    readonly members: JsonObject;
  };
  /** A draft of the modeler; each revision in it names who saved it. */
  'draft created': DraftPlace;
  'draft moved': DraftPlace & { readonly before: Pick<DraftPlace, 'name' | 'folder'> };
  /** It is gone with all its revisions. */
  'draft deleted': DraftPlace & { readonly revision: number };
  /** Rows of the journal, or a report on them, left the house as a file. */
  'audit exported': AuditExported;
  /** Exports run by themselves from now on. */
  'export schedule set': {
    readonly scheduleKey: Key;
    readonly name: string;
    readonly cycle: string;
    readonly period: string | null;
    readonly format: string;
    readonly report: string | null;
    readonly query: JsonObject;
    readonly folder: string;
  };
  'export schedule changed': {
    readonly scheduleKey: Key;
    readonly change: 'paused' | 'resumed' | 'removed';
  };
  /** The audit trail is signed by another key from now on. */
  'audit key changed': { readonly number: number; readonly key: string };
  /** Somebody came in, or went. */
  'signed in': { readonly username: string };
  'signed out': { readonly username: string };
  /** Somebody was not let in; attempts that follow one another soon share a row. */
  'sign-in refused': Refusals & { readonly username: string; readonly address: string };
  /** The server refused what a request asked for; refusals of one kind that follow one another soon share a row. */
  'request refused': Refusals & {
    readonly method: string;
    /** The pattern of the route, never the address itself. */
    readonly route: string;
    readonly status: number;
    readonly title: string;
    readonly detail: string;
    /** The name in credentials that came with it and were refused themselves; absent where there were none. */
    readonly username?: string;
  };
  /** Somebody was shown data of instances of a sensitive process, or leased a job of one. */
  'data viewed': {
    readonly kind: ViewKind;
    readonly processId: string;
    readonly processInstanceKeys: readonly Key[];
    /** What the worker calls itself that was given a job; absent where it has no name, and where people looked. */
    readonly worker?: string;
  };
  /** Ended instances of a process, or all of an instance, must stay until the hold is lifted. */
  'legal hold set': {
    readonly holdKey: Key;
    readonly processId: string | null;
    readonly rootKey: Key | null;
    readonly reason: string;
  };
  'legal hold lifted': { readonly holdKey: Key };
  /** Contents of rows, and the names behind pseudonyms, were erased. */
  'content erased': {
    readonly erasureKey: Key;
    readonly legalGround: string;
    readonly reason: string;
    /** Rows whose content is gone, and persons whose pseudonym nobody can resolve any more. */
    readonly rows: number;
    readonly persons: readonly string[];
    /** SHA-256 of the certificate, in hexadecimal. */
    readonly certificate: string;
  };
  'signal broadcast': { readonly signalKey: Key; readonly name: string; readonly variables: JsonObject };
}

/** The name of a journal row without an instance. */
export type ServerEventType = keyof ServerEventData;

/** A journal row without an instance; the definition where it concerns one. */
export interface ServerEventOf<T extends ServerEventType> {
  readonly type: T;
  readonly processInstanceKey: null;
  readonly processDefinitionKey: Key | null;
  readonly elementId: string | null;
  readonly elementInstanceKey: null;
  readonly flowId: null;
  readonly data: ServerEventData[T];
}

/** Any journal row without an instance. */
export type ServerEvent = { [T in ServerEventType]: ServerEventOf<T> }[ServerEventType];

/** What every row of a step has in common. */
export interface Stamp {
  /** The tree; null for a row without an instance. */
  readonly rootKey: Key | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
}

/** Makes a journal row without an instance. */
export function serverEvent<T extends ServerEventType>(
  type: T,
  data: ServerEventData[T],
  processDefinitionKey: Key | null = null,
  elementId: string | null = null,
): ServerEventOf<T> {
  return {
    type,
    processInstanceKey: null,
    processDefinitionKey,
    elementId,
    elementInstanceKey: null,
    flowId: null,
    data,
  };
}

export type { EventOf, EventType };
